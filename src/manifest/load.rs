//! From folders to Desired, or every problem at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use jiff::Timestamp;

use super::digest::digest;
use super::discover;
use super::envelope::Draft;
use super::problem::{Problem, Problems, Severity};
use super::resolve::resolve;
use super::shelf::Shelf;
use super::variable::VariableValue;
use crate::model::{Address, Bundle, Desired, Schedule};
use crate::plan::Selection;

/// What is to be loaded, and for which target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The root of the project: nothing outside it is read. An existing folder.
    pub root: PathBuf,
    /// What stands before names of files when they are shown: "" or `manifests/`.
    pub label: String,
    /// Folders, files or globs, relative to the root.
    pub folders: Vec<String>,
    /// The name of the target: `${target.name}`.
    pub target: String,
    /// The project of the target; a ProjectId in a spec must equal it.
    pub project_id: Option<String>,
    /// Whose development target it is: TaskName gets the prefix `[dev NAME] `.
    pub developer: Option<String>,
    /// Every declared variable; none where it has no value.
    pub variables: BTreeMap<String, Option<VariableValue>>,
    /// The schedule of manifests that name none.
    pub schedule: Schedule,
    /// The mark of ownership.
    pub bundle: Option<Bundle>,
    /// Which manifests belong to the target; the others are read as far as name and labels only.
    pub selection: Selection,
    /// The international site: a workflow has no SchedulerStatus there, its triggers have.
    pub international: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Every manifest without an error; whole only when `problems` has none.
    pub desired: Desired,
    /// Everything that is wrong, in the order of the files.
    pub problems: Problems,
    /// SHA-256 over the content of `desired`, less places and what is sensitive: lower-case
    /// hexadecimal.
    pub digest: String,
    /// How many files held the manifests.
    pub files: usize,
    /// Manifests that ask to be submitted or started, and stay drafts in a development target.
    pub held: BTreeSet<Address>,
}

/// Reads every manifest of a project.
pub fn load(request: &Request) -> Loaded {
    // Nothing is kept for a next time.
    load_from(&mut Shelf::default(), request, Timestamp::UNIX_EPOCH)
}

/// Reads every manifest of a project; what stands on the shelf and has not moved is taken from
/// there.
pub(super) fn load_from(shelf: &mut Shelf, request: &Request, now: Timestamp) -> Loaded {
    let mut problems = Problems::default();
    let root = match discover::real_folder(&request.root) {
        Ok(root) => root,
        Err(error) => {
            let name = request.root.display().to_string();
            let message = format!("there are no manifests here: {error}");
            problems.0.push(Problem::of_file(&name, message));
            return Loaded { problems, ..Loaded::default() };
        }
    };
    let (label, folders) = (&request.label, &request.folders);
    let found = discover::discover(&root, label, folders, &mut problems.0);
    let sheets = shelf.read(request, &root, found, now);
    for sheet in &sheets {
        problems.0.extend_from_slice(&sheet.understood.problems.0);
    }
    if sheets.is_empty() && problems.is_empty() {
        problems.0.push(nothing(request));
    }
    let broken = sheets.iter().filter(|sheet| sheet.understood.is_broken);
    let unread = broken.map(|sheet| sheet.found.name.as_str()).collect();
    let drafts: Vec<&Draft> = sheets.iter().flat_map(|sheet| &sheet.understood.drafts).collect();
    let held = drafts.iter().filter(|draft| draft.held).map(|draft| draft.address.clone());
    let held = held.collect();
    let (resources, left_out) = resolve(&drafts, &request.target, &unread, &mut problems);
    problems.sort();
    let digests: HashMap<&Address, &[u8; 32]> =
        drafts.iter().map(|draft| (&draft.address, &draft.digest)).collect();
    let digests = resources.keys().filter_map(|address| Some((address, *digests.get(address)?)));
    let digest = digest(request.bundle.as_ref(), digests);
    let desired = Desired { bundle: request.bundle.clone(), resources, left_out };
    Loaded { desired, problems, digest, files: sheets.len(), held }
}

fn nothing(request: &Request) -> Problem {
    let folders = request.folders.join(", ");
    let message = format!("there are no manifests in {folders}");
    let name = if request.label.is_empty() { "." } else { request.label.as_str() };
    Problem { severity: Severity::Warning, ..Problem::of_file(name, message) }
}
