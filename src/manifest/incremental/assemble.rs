//! Combines the files of a project, each read separately, into Desired.

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

/// Combines files; `problems` were found before any of them was read.
pub(super) fn assemble(
    options: &LoadOptions,
    files: &[Arc<ParsedFile>],
    mut problems: Problems,
) -> LoadedManifests {
    problems.0.append(&mut problems_of(files).0);
    if files.is_empty() && problems.is_empty() {
        problems.0.push(nothing(options));
    }
    let broken = files.iter().filter(|file| file.manifests.is_broken);
    let unread: BTreeSet<&str> = broken.map(|file| file.found.name.as_str()).collect();
    let drafts: Vec<&ManifestDraft> = drafts(files).collect();
    let forced_drafts =
        drafts.iter().filter(|draft| draft.forced_draft).map(|draft| draft.address.clone());
    let forced_drafts = forced_drafts.collect();
    let (resources, left_out) = resolve(&drafts, &options.target, &unread, &mut problems);
    problems.sort();
    let desired = Desired { bundle: options.bundle.clone(), resources, left_out };
    let digest = digest_of(&desired, files);
    LoadedManifests { desired, problems, digest, files: files.len(), forced_drafts }
}

/// Combines files of which only some were read again since `last` was made of them; None when that
/// changes the result of the others.
pub(super) fn reassemble(
    last: &LoadedManifests,
    files: &[Arc<ParsedFile>],
    swapped: &[(Arc<ParsedFile>, Arc<ParsedFile>)],
) -> Option<LoadedManifests> {
    let is_alike = |(then, now): &(Arc<ParsedFile>, Arc<ParsedFile>)| {
        let (then, now) = (&then.manifests.drafts, &now.manifests.drafts);
        then.len() == now.len() && then.iter().zip(now).all(|(a, b)| is_tied_alike(a, b))
    };
    if !swapped.iter().all(is_alike) {
        return None;
    }
    let mut desired = last.desired.clone();
    for draft in swapped.iter().flat_map(|(_, now)| &now.manifests.drafts) {
        if let Some(resource) = desired.resources.get_mut(&draft.address) {
            *resource = Arc::clone(&draft.resource);
        }
        if let Some(place) = desired.left_out.get_mut(&draft.address) {
            place.clone_from(&draft.resource.place);
        }
    }
    let mut problems = problems_of(files);
    problems.sort();
    let digest = digest_of(&desired, files);
    Some(LoadedManifests {
        desired,
        problems,
        digest,
        files: files.len(),
        forced_drafts: last.forced_drafts.clone(),
    })
}

/// Returns whether the only problems are warnings of single files.
pub(super) fn is_sound(loaded: &LoadedManifests, files: &[Arc<ParsedFile>]) -> bool {
    let mut own = problems_of(files);
    own.sort();
    own == loaded.problems && !own.has_errors()
}

fn drafts(files: &[Arc<ParsedFile>]) -> impl Iterator<Item = &ManifestDraft> {
    files.iter().flat_map(|file| &file.manifests.drafts)
}

fn problems_of(files: &[Arc<ParsedFile>]) -> Problems {
    Problems(files.iter().flat_map(|file| &file.manifests.problems.0).cloned().collect())
}

fn digest_of(desired: &Desired, files: &[Arc<ParsedFile>]) -> String {
    let each: HashMap<&Address, &[u8; 32]> =
        drafts(files).map(|draft| (&draft.address, &draft.digest)).collect();
    let resources = desired.resources.keys();
    let each = resources.filter_map(|address| Some((address, *each.get(address)?)));
    digest(desired.bundle.as_ref(), each)
}

fn nothing(options: &LoadOptions) -> Problem {
    let folders = options.folders.join(", ");
    let message = format!("there are no manifests in {folders}");
    let name = if options.label.is_empty() { "." } else { options.label.as_str() };
    Problem { severity: Severity::Warning, ..Problem::of_file(name, message) }
}
