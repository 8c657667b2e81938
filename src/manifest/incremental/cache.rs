//! What was understood of each file, kept for as long as nothing about the file moves.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::super::discover::{self, FoundFile, is_manifest, look_again, look_at_new};
use super::super::load_options::LoadOptions;
use super::super::loaded_manifests::LoadedManifests;
use super::super::spec::CodeFile;
use super::assemble::{is_sound, join, join_again};
use super::changed_paths::{PathChange, PathRole, meaning};
use super::file_manifests::{ParsedText, parse};
use super::parsed_file::ParsedFile;
use crate::support::parallel_map;
use crate::yaml::{Problem, Problems};

/// Files that were read, for the next time.
#[derive(Debug, Default)]
pub struct ManifestCache {
    /// What they were read for: another target or another variable reads them otherwise.
    request: Option<LoadOptions>,
    /// By name, as files are discovered.
    sheets: Vec<Arc<ParsedFile>>,
    /// What they came to; none when it cannot be told from them alone.
    last: Option<Last>,
    /// How many files were parsed so far.
    pub parsed: u64,
}

/// What all files came to when nothing was wrong between them, no link led to them, and none was
/// kept from being a manifest by another one.
#[derive(Debug)]
struct Last {
    root: PathBuf,
    loaded: Arc<LoadedManifests>,
}

/// What moved since all files were read.
struct Moved {
    /// Places of sheets that have to be read again.
    again: Vec<usize>,
    /// Manifests that are no more.
    gone: HashSet<OsString>,
    /// Manifests that were not there.
    new: Vec<FoundFile>,
}

/// A file, known or read anew.
enum File {
    Known(Arc<ParsedFile>),
    Parsed(Box<ParsedText>),
}

impl ManifestCache {
    /// Reads every manifest of a project, as [`super::load()`] does; a file that did not move since
    /// it was read is not read again. `now` is a moment before the call: what was changed shortly
    /// before it may change again and look the same, so it is not kept.
    pub fn load(&mut self, request: &LoadOptions, now: Timestamp) -> Arc<LoadedManifests> {
        self.last = None;
        if self.request.as_ref() != Some(request) {
            self.sheets.clear();
            self.request = Some(request.clone());
        }
        let mut problems = Problems::default();
        let root = match discover::real_folder(&request.root) {
            Ok(root) => root,
            Err(error) => {
                let name = request.root.display().to_string();
                let message = format!("there are no manifests here: {error}");
                problems.0.push(Problem::of_file(&name, message));
                return Arc::new(LoadedManifests { problems, ..LoadedManifests::default() });
            }
        };
        let (label, folders) = (&request.label, &request.folders);
        let found = discover::discover(&root, label, folders, &mut problems.0);
        let is_plain = self.read(request, &root, found.files, now) && !found.has_links;
        let loaded = Arc::new(join(request, &self.sheets, problems));
        if is_plain && is_sound(&loaded, &self.sheets) {
            self.last = Some(Last { root, loaded: Arc::clone(&loaded) });
        }
        loaded
    }

    /// Does the same when only these paths were heard to move since it was done last, and looks at
    /// no other file; None when that does not suffice.
    pub fn load_moved(
        &mut self,
        request: &LoadOptions,
        moved: &BTreeSet<PathBuf>,
        now: Timestamp,
    ) -> Option<Arc<LoadedManifests>> {
        // Until it is known that they are all, they are not.
        let last = self.last.take().filter(|_| self.request.as_ref() == Some(request))?;
        if discover::real_folder(&request.root).ok()? != last.root {
            return None;
        }
        // That a file or a glob that is asked for has become nothing is told by a whole look.
        if request.folders.iter().any(|folder| !last.root.join(folder).is_dir()) {
            return None;
        }
        let Moved { again, gone, new } = self.moved(request, &last.root, moved)?;
        let is_shape = !gone.is_empty() || !new.is_empty();
        let mut swapped = Vec::new();
        for place in again {
            let then = Arc::clone(self.sheets.get(place)?);
            let sheet = self.anew(&last.root, look_again(&then.found)?, now)?;
            *self.sheets.get_mut(place)? = Arc::clone(&sheet);
            swapped.push((then, sheet));
        }
        self.sheets.retain(|sheet| !gone.contains(sheet.found.path.as_os_str()));
        for found in new {
            let sheet = self.anew(&last.root, found, now)?;
            let order = |sheet: &ParsedFile| (sheet.found.name.clone(), sheet.found.path.clone());
            let place = self.sheets.partition_point(|other| order(other) < order(&sheet));
            self.sheets.insert(place, sheet);
        }
        let same = if is_shape { None } else { join_again(&last.loaded, &self.sheets, &swapped) };
        let whole = || join(request, &self.sheets, Problems::default());
        let loaded = Arc::new(same.unwrap_or_else(whole));
        if is_sound(&loaded, &self.sheets) {
            self.last = Some(Last { loaded: Arc::clone(&loaded), ..last });
        }
        Some(loaded)
    }

    /// Reads one file; None when it names code that is not only its own matter.
    fn anew(&mut self, root: &Path, found: FoundFile, now: Timestamp) -> Option<Arc<ParsedFile>> {
        let request = self.request.as_ref()?;
        let parsed = parse(request, root, found);
        self.parsed += 1;
        let is_plain = parsed.code.files.iter().all(|code| is_plain(code, &parsed.found));
        is_plain.then(|| Arc::new(ParsedFile::new(request, root, parsed, now)))
    }

    /// Returns what has to be read again when these paths moved; None when that cannot be told.
    fn moved(
        &self,
        request: &LoadOptions,
        root: &Path,
        moved: &BTreeSet<PathBuf>,
    ) -> Option<Moved> {
        let known: HashMap<&OsStr, PathRole> =
            self.sheets.iter().flat_map(|sheet| sheet.paths()).collect();
        let (mut touched, mut gone, mut new) = (HashSet::new(), HashSet::new(), Vec::new());
        for path in moved {
            match meaning(path, &known) {
                PathChange::Nothing => {}
                PathChange::Content(real) => drop(touched.insert(real)),
                PathChange::Gone(real) => drop(gone.insert(real)),
                PathChange::New(real) => {
                    let (label, folders) = (&request.label, &request.folders);
                    new.extend(look_at_new(root, label, folders, real.into())?);
                }
                PathChange::Shape => return None,
            }
        }
        let is_touched = |sheet: &ParsedFile| {
            let is_same = sheet.is_fixed && !sheet.paths().any(|(path, _)| touched.contains(path));
            !is_same && !gone.contains(sheet.found.path.as_os_str())
        };
        let sheets = self.sheets.iter().enumerate();
        let again = sheets.filter(|(_, sheet)| is_touched(sheet)).map(|(place, _)| place).collect();
        Some(Moved { again, gone, new })
    }

    /// Reads every file but those that some manifest names as its code; tells whether each is a
    /// matter of its own.
    fn read(
        &mut self,
        request: &LoadOptions,
        root: &Path,
        found: Vec<FoundFile>,
        now: Timestamp,
    ) -> bool {
        let mut known = std::mem::take(&mut self.sheets).into_iter().peekable();
        let found = found.into_iter().map(|found| {
            while known.next_if(|sheet| sheet.found.name < found.name).is_some() {}
            let sheet = known.next_if(|sheet| sheet.found == found && sheet.is_fixed);
            (found, sheet)
        });
        let files = parallel_map(found.collect(), &|(found, sheet)| match sheet {
            Some(sheet) if sheet.has_its_code(root) => File::Known(sheet),
            Some(_) | None => File::Parsed(Box::new(parse(request, root, found))),
        });
        let is_parsed = |file: &&File| matches!(file, File::Parsed(_));
        self.parsed += files.iter().filter(is_parsed).count() as u64;
        let is_plain =
            files.iter().all(|file| file.code().iter().all(|code| is_plain(code, file.found())));
        let code: HashSet<OsString> =
            files.iter().flat_map(File::code).map(|code| code.path.clone().into()).collect();
        let manifests =
            files.into_iter().filter(|file| !code.contains(file.found().path.as_os_str()));
        self.sheets = parallel_map(manifests.collect(), &|file| match file {
            File::Known(sheet) => sheet,
            File::Parsed(parsed) => Arc::new(ParsedFile::new(request, root, *parsed, now)),
        });
        is_plain
    }
}

/// Tells whether no link leads to a code file, and it would not be a manifest if nobody named it.
fn is_plain(code: &CodeFile, manifest: &FoundFile) -> bool {
    code.is_direct(&manifest.path) && !is_manifest(&code.path)
}

impl File {
    fn found(&self) -> &FoundFile {
        match self {
            File::Known(sheet) => &sheet.found,
            File::Parsed(parsed) => &parsed.found,
        }
    }

    fn code(&self) -> &[CodeFile] {
        match self {
            File::Known(sheet) => &sheet.code,
            File::Parsed(parsed) => &parsed.code.files,
        }
    }
}
