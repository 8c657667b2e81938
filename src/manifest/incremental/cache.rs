//! The result of reading each file, kept until the file changes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::super::discover::{self, FoundFile, is_manifest, look_again, look_at_new};
use super::super::load_options::LoadOptions;
use super::super::loaded_manifests::LoadedManifests;
use super::super::spec::CodeFile;
use super::assemble::{assemble, is_sound, reassemble};
use super::changed_paths::{PathChange, PathRole, path_change};
use super::file_manifests::{ParsedText, parse};
use super::parsed_file::ParsedFile;
use crate::support::parallel_map;
use crate::yaml::{Problem, Problems};

/// Files that were read, for the next time.
#[derive(Debug, Default)]
pub struct ManifestCache {
    /// The options that they were read with: another target or variable gives another result.
    options: Option<LoadOptions>,
    /// Sorted by name, as they are discovered.
    files: Vec<Arc<ParsedFile>>,
    /// Their combined result; `None` when it does not depend on them alone.
    last: Option<LastLoad>,
    /// How many files were parsed so far.
    pub parsed: u64,
}

/// The combined result of all files when there was no problem between them, no link led to them,
/// and no file was excluded because another one names it.
#[derive(Debug)]
struct LastLoad {
    root: PathBuf,
    loaded: Arc<LoadedManifests>,
}

/// What changed since all files were read.
struct ChangedFiles {
    /// Indexes of files that have to be read again.
    again: Vec<usize>,
    /// Manifests that no longer exist.
    gone: HashSet<OsString>,
    /// Manifests that are new.
    new: Vec<FoundFile>,
}

/// A file, known or read again.
enum ReadFile {
    Known(Arc<ParsedFile>),
    Parsed(Box<ParsedText>),
}

impl ManifestCache {
    /// Reads every manifest of a project, as [`crate::manifest::load()`] does; a file that has not changed
    /// since it was read is not read again. `now` is a moment before the call: a file that was
    /// changed shortly before it may change again with the same fingerprint, so it is not kept.
    pub fn load(&mut self, options: &LoadOptions, now: Timestamp) -> Arc<LoadedManifests> {
        self.last = None;
        if self.options.as_ref() != Some(options) {
            self.files.clear();
            self.options = Some(options.clone());
        }
        let mut problems = Problems::default();
        let root = match discover::real_folder(&options.root) {
            Ok(root) => root,
            Err(error) => {
                let name = options.root.display().to_string();
                let message = format!("there are no manifests here: {error}");
                problems.0.push(Problem::of_file(&name, message));
                return Arc::new(LoadedManifests { problems, ..LoadedManifests::default() });
            }
        };
        let (label, folders) = (&options.label, &options.folders);
        let found = discover::discover(&root, label, folders, &mut problems.0);
        let is_plain = self.read(options, &root, found.files, now) && !found.has_links;
        let loaded = Arc::new(assemble(options, &self.files, problems));
        if is_plain && is_sound(&loaded, &self.files) {
            self.last = Some(LastLoad { root, loaded: Arc::clone(&loaded) });
        }
        loaded
    }

    /// Does the same when only these paths have changed since the last load, and checks no other
    /// file; None when that is not sufficient.
    pub fn load_changed(
        &mut self,
        options: &LoadOptions,
        changed: &BTreeSet<PathBuf>,
        now: Timestamp,
    ) -> Option<Arc<LoadedManifests>> {
        // The last result is dropped until it is known that these are all the changes.
        let last = self.last.take().filter(|_| self.options.as_ref() == Some(options))?;
        if discover::real_folder(&options.root).ok()? != last.root {
            return None;
        }
        // Only a full load reports that a requested file or glob no longer exists.
        if options.folders.iter().any(|folder| !last.root.join(folder).is_dir()) {
            return None;
        }
        let ChangedFiles { again, gone, new } = self.changed_files(options, &last.root, changed)?;
        let is_shape = !gone.is_empty() || !new.is_empty();
        let mut swapped = Vec::new();
        for place in again {
            let then = Arc::clone(self.files.get(place)?);
            let file = self.reread(&last.root, look_again(&then.found)?, now)?;
            *self.files.get_mut(place)? = Arc::clone(&file);
            swapped.push((then, file));
        }
        self.files.retain(|file| !gone.contains(file.found.path.as_os_str()));
        for found in new {
            let file = self.reread(&last.root, found, now)?;
            let order = |file: &ParsedFile| (file.found.name.clone(), file.found.path.clone());
            let place = self.files.partition_point(|other| order(other) < order(&file));
            self.files.insert(place, file);
        }
        let same = if is_shape { None } else { reassemble(&last.loaded, &self.files, &swapped) };
        let whole = || assemble(options, &self.files, Problems::default());
        let loaded = Arc::new(same.unwrap_or_else(whole));
        if is_sound(&loaded, &self.files) {
            self.last = Some(LastLoad { loaded: Arc::clone(&loaded), ..last });
        }
        Some(loaded)
    }

    /// Reads one file; None when it names code that affects other files.
    fn reread(&mut self, root: &Path, found: FoundFile, now: Timestamp) -> Option<Arc<ParsedFile>> {
        let options = self.options.as_ref()?;
        let parsed = parse(options, root, found);
        self.parsed += 1;
        let is_plain = parsed.code.files.iter().all(|code| is_plain(code, &parsed.found));
        is_plain.then(|| Arc::new(ParsedFile::new(options, root, parsed, now)))
    }

    /// Returns what has to be read again when these paths changed; None when that is unknown.
    fn changed_files(
        &self,
        options: &LoadOptions,
        root: &Path,
        changed: &BTreeSet<PathBuf>,
    ) -> Option<ChangedFiles> {
        let known: HashMap<&OsStr, PathRole> =
            self.files.iter().flat_map(|file| file.paths()).collect();
        let (mut touched, mut gone, mut new) = (HashSet::new(), HashSet::new(), Vec::new());
        for path in changed {
            match path_change(path, &known) {
                PathChange::Nothing => {}
                PathChange::Content(real) => drop(touched.insert(real)),
                PathChange::Gone(real) => drop(gone.insert(real)),
                PathChange::New(real) => {
                    let (label, folders) = (&options.label, &options.folders);
                    new.extend(look_at_new(root, label, folders, real.into())?);
                }
                PathChange::Shape => return None,
            }
        }
        let is_touched = |file: &ParsedFile| {
            let is_same = file.is_fixed && !file.paths().any(|(path, _)| touched.contains(path));
            !is_same && !gone.contains(file.found.path.as_os_str())
        };
        let files = self.files.iter().enumerate();
        let again = files.filter(|(_, file)| is_touched(file)).map(|(place, _)| place).collect();
        Some(ChangedFiles { again, gone, new })
    }

    /// Reads every file except those that some manifest names as its code; returns also whether
    /// each is independent of the others.
    fn read(
        &mut self,
        options: &LoadOptions,
        root: &Path,
        found: Vec<FoundFile>,
        now: Timestamp,
    ) -> bool {
        let mut known = std::mem::take(&mut self.files).into_iter().peekable();
        let found = found.into_iter().map(|found| {
            while known.next_if(|file| file.found.name < found.name).is_some() {}
            let file = known.next_if(|file| file.found == found && file.is_fixed);
            (found, file)
        });
        let files = parallel_map(found.collect(), &|(found, file)| match file {
            Some(file) if file.has_its_code(root) => ReadFile::Known(file),
            Some(_) | None => ReadFile::Parsed(Box::new(parse(options, root, found))),
        });
        let is_parsed = |file: &&ReadFile| matches!(file, ReadFile::Parsed(_));
        self.parsed += files.iter().filter(is_parsed).count() as u64;
        let is_plain =
            files.iter().all(|file| file.code().iter().all(|code| is_plain(code, file.found())));
        let code: HashSet<OsString> =
            files.iter().flat_map(ReadFile::code).map(|code| code.path.clone().into()).collect();
        let manifests =
            files.into_iter().filter(|file| !code.contains(file.found().path.as_os_str()));
        self.files = parallel_map(manifests.collect(), &|file| match file {
            ReadFile::Known(file) => file,
            ReadFile::Parsed(parsed) => Arc::new(ParsedFile::new(options, root, *parsed, now)),
        });
        is_plain
    }
}

/// Returns whether a code file is not reached through a link, and would not be read as a manifest
/// if no manifest named it.
fn is_plain(code: &CodeFile, manifest: &FoundFile) -> bool {
    code.is_direct(&manifest.path) && !is_manifest(&code.path)
}

impl ReadFile {
    fn found(&self) -> &FoundFile {
        match self {
            ReadFile::Known(file) => &file.found,
            ReadFile::Parsed(parsed) => &parsed.found,
        }
    }

    fn code(&self) -> &[CodeFile] {
        match self {
            ReadFile::Known(file) => &file.code,
            ReadFile::Parsed(parsed) => &parsed.code.files,
        }
    }
}
