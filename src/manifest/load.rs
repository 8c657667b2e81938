//! From folders to Desired, or every problem at once.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use super::digest::digest;
use super::discover::{self, Found};
use super::envelope::{self, Draft, Site};
use super::page::{Page, Trail};
use super::problem::{Problem, Problems, Severity};
use super::reader;
use super::resolve::resolve;
use super::size;
use super::source::Source;
use super::sugar;
use super::tree::{Node, Span};
use super::variable::VariableValue;
use crate::model::{Address, Bundle, Desired, Schedule};
use crate::plan::Selection;

/// Fewer files than this are not worth a thread.
const SHARE_MIN: usize = 64;

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
    let files = read_all(request, &root, found);
    let count = files.len();
    let understood = side_by_side(files, &|file| understand(request, &root, file));
    let mut unread = BTreeSet::new();
    let mut drafts = Vec::new();
    for mut file in understood {
        unread.extend(file.unread);
        drafts.append(&mut file.drafts);
        problems.0.append(&mut file.problems.0);
    }
    if count == 0 && problems.is_empty() {
        problems.0.push(nothing(request));
    }
    let held = drafts.iter().filter(|draft| draft.held).map(|draft| draft.address.clone());
    let held = held.collect();
    let (resources, left_out) = resolve(drafts, &request.target, &unread, &mut problems);
    problems.sort();
    let desired = Desired { bundle: request.bundle.clone(), resources, left_out };
    let digest = digest(&desired);
    Loaded { desired, problems, digest, files: count, held }
}

/// A file that was read and parsed, not yet understood.
struct File {
    found: Found,
    page: Option<Page>,
    documents: Vec<Node>,
    problems: Problems,
}

/// Reads every file but those that some manifest names as its code.
fn read_all(request: &Request, root: &Path, found: Vec<Found>) -> Vec<File> {
    let files = side_by_side(found, &parse);
    let code: BTreeSet<PathBuf> = files
        .iter()
        .flat_map(|file| sugar::code_files(request, root, &file.found, &file.documents))
        .collect();
    files.into_iter().filter(|file| !code.contains(&file.found.path)).collect()
}

fn parse(found: Found) -> File {
    match discover::read_text(&found.path, &found.name) {
        Err(problem) => {
            let problems = Problems(vec![*problem]);
            File { found, page: None, documents: Vec::new(), problems }
        }
        Ok(text) => {
            let mut page = Page::new(Source::new(found.name.clone(), text));
            let documents = reader::read(&mut page);
            let problems = std::mem::take(&mut page.problems);
            File { found, page: Some(page), documents, problems }
        }
    }
}

/// A file whose manifests are read, but not yet checked against the others.
struct Understood {
    drafts: Vec<Draft>,
    problems: Problems,
    /// Its name, when it could not be read whole.
    unread: Option<String>,
}

fn understand(request: &Request, root: &Path, file: File) -> Understood {
    let File { found, page, documents, mut problems } = file;
    let broken = problems.has_errors();
    let mut drafts = Vec::new();
    if let Some(mut page) = page {
        let site = Site { request, root, path: &found.path };
        drafts = read_file(&mut page, site, &documents, broken);
        problems.0.append(&mut page.finish().0);
    }
    Understood { drafts, problems, unread: broken.then_some(found.name) }
}

/// Does the work for each item on all processors; the order stays.
fn side_by_side<T: Send, R: Send>(mut items: Vec<T>, work: &(dyn Fn(T) -> R + Sync)) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads).max(SHARE_MIN);
    let mut shares = Vec::new();
    while items.len() > share {
        let rest = items.split_off(share);
        shares.push(std::mem::replace(&mut items, rest));
    }
    shares.push(items);
    thread::scope(|scope| {
        let run = |share: Vec<T>| share.into_iter().map(work).collect::<Vec<R>>();
        let started: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || run(share))).collect();
        let done = started.into_iter().map(|part| part.join().expect("reading does not panic"));
        done.flatten().collect()
    })
}

fn read_file(page: &mut Page, site: Site<'_>, documents: &[Node], broken: bool) -> Vec<Draft> {
    let full: Vec<&Node> = documents.iter().filter(|node| !node.is_null()).collect();
    if full.is_empty() && !broken {
        let span = Span { line: 1, column: 1, end_line: 1, end_column: 1 };
        page.warning(span, Trail::Root, "this file holds no manifest".to_owned());
    }
    let mut drafts = Vec::new();
    for node in full {
        if let Some(mut draft) = envelope::read(page, site, node) {
            draft.sound &= size::fits(page, site.request, &draft);
            drafts.push(draft);
        }
    }
    drafts
}

fn nothing(request: &Request) -> Problem {
    let folders = request.folders.join(", ");
    let message = format!("there are no manifests in {folders}");
    let name = if request.label.is_empty() { "." } else { request.label.as_str() };
    Problem { severity: Severity::Warning, ..Problem::of_file(name, message) }
}
