//! From the files of a project, each understood by itself, to Desired.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::digest::digest;
use super::super::load_options::LoadOptions;
use super::super::loaded_manifests::LoadedManifests;
use super::super::manifest_draft::ManifestDraft;
use super::super::resolve::{is_tied_alike, resolve};
use super::parsed_file::ParsedFile;
use crate::model::{Address, Desired};
use crate::yaml::{Problem, Problems, Severity};

/// Puts files together; `problems` were found before any of them was read.
pub(super) fn join(
    request: &LoadOptions,
    sheets: &[Arc<ParsedFile>],
    mut problems: Problems,
) -> LoadedManifests {
    problems.0.append(&mut problems_of(sheets).0);
    if sheets.is_empty() && problems.is_empty() {
        problems.0.push(nothing(request));
    }
    let broken = sheets.iter().filter(|sheet| sheet.understood.is_broken);
    let unread: BTreeSet<&str> = broken.map(|sheet| sheet.found.name.as_str()).collect();
    let drafts: Vec<&ManifestDraft> = drafts(sheets).collect();
    let held = drafts.iter().filter(|draft| draft.held).map(|draft| draft.address.clone());
    let held = held.collect();
    let (resources, left_out) = resolve(&drafts, &request.target, &unread, &mut problems);
    problems.sort();
    let desired = Desired { bundle: request.bundle.clone(), resources, left_out };
    let digest = digest_of(&desired, sheets);
    LoadedManifests { desired, problems, digest, files: sheets.len(), held }
}

/// Puts files together of which only some were read again since they came to `last`: the others
/// see nothing of that, or None.
pub(super) fn join_again(
    last: &LoadedManifests,
    sheets: &[Arc<ParsedFile>],
    swapped: &[(Arc<ParsedFile>, Arc<ParsedFile>)],
) -> Option<LoadedManifests> {
    let is_alike = |(then, now): &(Arc<ParsedFile>, Arc<ParsedFile>)| {
        let (then, now) = (&then.understood.drafts, &now.understood.drafts);
        then.len() == now.len() && then.iter().zip(now).all(|(a, b)| is_tied_alike(a, b))
    };
    if !swapped.iter().all(is_alike) {
        return None;
    }
    let mut desired = last.desired.clone();
    for draft in swapped.iter().flat_map(|(_, now)| &now.understood.drafts) {
        if let Some(resource) = desired.resources.get_mut(&draft.address) {
            *resource = Arc::clone(&draft.resource);
        }
        if let Some(place) = desired.left_out.get_mut(&draft.address) {
            place.clone_from(&draft.resource.place);
        }
    }
    let mut problems = problems_of(sheets);
    problems.sort();
    let digest = digest_of(&desired, sheets);
    Some(LoadedManifests {
        desired,
        problems,
        digest,
        files: sheets.len(),
        held: last.held.clone(),
    })
}

/// Tells whether nothing is wrong but what each file says by itself, and that is no error.
pub(super) fn is_sound(loaded: &LoadedManifests, sheets: &[Arc<ParsedFile>]) -> bool {
    let mut own = problems_of(sheets);
    own.sort();
    own == loaded.problems && !own.has_errors()
}

fn drafts(sheets: &[Arc<ParsedFile>]) -> impl Iterator<Item = &ManifestDraft> {
    sheets.iter().flat_map(|sheet| &sheet.understood.drafts)
}

fn problems_of(sheets: &[Arc<ParsedFile>]) -> Problems {
    Problems(sheets.iter().flat_map(|sheet| &sheet.understood.problems.0).cloned().collect())
}

fn digest_of(desired: &Desired, sheets: &[Arc<ParsedFile>]) -> String {
    let each: HashMap<&Address, &[u8; 32]> =
        drafts(sheets).map(|draft| (&draft.address, &draft.digest)).collect();
    let resources = desired.resources.keys();
    let each = resources.filter_map(|address| Some((address, *each.get(address)?)));
    digest(desired.bundle.as_ref(), each)
}

fn nothing(request: &LoadOptions) -> Problem {
    let folders = request.folders.join(", ");
    let message = format!("there are no manifests in {folders}");
    let name = if request.label.is_empty() { "." } else { request.label.as_str() };
    Problem { severity: Severity::Warning, ..Problem::of_file(name, message) }
}
