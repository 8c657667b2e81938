//! Finds the manifests: walks folders, expands globs, stays inside the project.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use crate::project::PROJECT_FILE;
use crate::support::{FileFingerprint, parallel_map};
use crate::yaml::{Problem, quote};

/// A file that may hold manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundFile {
    /// Its path with links resolved.
    pub path: PathBuf,
    /// Its name as people see it.
    pub name: String,
    pub fingerprint: FileFingerprint,
}

/// The files to read.
#[derive(Debug)]
pub(crate) struct Discovered {
    /// Every candidate, each file once, by name.
    pub files: Vec<FoundFile>,
    /// Some of them, or their folders, were reached through links.
    pub has_links: bool,
}

/// Returns every candidate under the folders and globs.
pub(crate) fn discover(
    root: &Path,
    label: &str,
    patterns: &[String],
    problems: &mut Vec<Problem>,
) -> Discovered {
    let (files, folders, has_links) = (HashMap::new(), BTreeSet::new(), false);
    let mut walk = Walk { root, label, problems, files, folders, has_links };
    for pattern in patterns {
        walk.pattern(pattern);
    }
    let Walk { files, has_links, .. } = walk;
    let mut files: Vec<FoundFile> = files
        .into_iter()
        .map(|(path, (name, fingerprint))| FoundFile {
            path: PathBuf::from(path),
            name,
            fingerprint,
        })
        .collect();
    files.sort_by(|a, b| (&a.name, a.path.as_os_str()).cmp(&(&b.name, b.path.as_os_str())));
    Discovered { files, has_links }
}

/// Checks a file that is new since the last discovery, with its links resolved, where every pattern
/// is a folder. None when it cannot be checked; an inner None when it would not be discovered.
pub(crate) fn look_at_new(
    root: &Path,
    label: &str,
    patterns: &[String],
    path: PathBuf,
) -> Option<Option<FoundFile>> {
    let folders: Option<Vec<PathBuf>> =
        patterns.iter().map(|pattern| fs::canonicalize(root.join(pattern)).ok()).collect();
    let is_open =
        |folder: &PathBuf| path.strip_prefix(folder).is_ok_and(|rest| !rest.iter().any(is_hidden));
    if !folders?.iter().any(is_open) {
        return Some(None);
    }
    let fingerprint = FileFingerprint::of(&fs::symlink_metadata(&path).ok()?);
    let name = name_of(root, label, &path);
    Some(Some(FoundFile { path, name, fingerprint }))
}

/// Checks a known file again, which is not reached through a link; None when it is no longer a
/// file.
pub(crate) fn look_again(known: &FoundFile) -> Option<FoundFile> {
    let meta = fs::symlink_metadata(&known.path).ok().filter(fs::Metadata::is_file)?;
    Some(FoundFile { fingerprint: FileFingerprint::of(&meta), ..known.clone() })
}

struct Walk<'a> {
    root: &'a Path,
    label: &'a str,
    problems: &'a mut Vec<Problem>,
    /// By path, as text, because comparing paths compares each component.
    files: HashMap<OsString, (String, FileFingerprint)>,
    folders: BTreeSet<PathBuf>,
    has_links: bool,
}

impl Walk<'_> {
    fn pattern(&mut self, pattern: &str) {
        if pattern.contains(['*', '?', '[', '{']) {
            return self.glob(pattern);
        }
        let path = self.root.join(pattern);
        let Some(real) = self.inside(&path, pattern) else { return };
        match fs::metadata(&real) {
            Ok(meta) if meta.is_dir() => self.folder(real, None),
            Ok(meta) => {
                let name = self.name_of(&real);
                self.files
                    .entry(real.into_os_string())
                    .or_insert((name, FileFingerprint::of(&meta)));
            }
            Err(error) => drop(self.unreadable(&real, &error)),
        }
    }

    fn glob(&mut self, pattern: &str) {
        let mut builder = GlobBuilder::new(pattern.trim_start_matches("./"));
        let matcher = match builder.literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                let message = format!("{} is not a valid glob: {}", quote(pattern), error.kind());
                return self.problems.push(Problem::of_file(PROJECT_FILE, message));
            }
        };
        let before = self.files.len();
        self.folder(self.root.to_owned(), Some(&|path| matcher.is_match(path)));
        if self.files.len() == before {
            let message = format!("no file matches {}", quote(pattern));
            let problem = Problem::of_file(&self.shown(pattern), message);
            self.problems.push(Problem { severity: crate::yaml::Severity::Warning, ..problem });
        }
    }

    /// Walks a folder; a filter selects files and whole folders.
    fn folder(&mut self, folder: PathBuf, filter: Option<&dyn Fn(&Path) -> bool>) {
        let mut seen = BTreeSet::new();
        let mut level = vec![(folder, filter.is_none())];
        while !level.is_empty() {
            level.retain(|(folder, taken)| {
                seen.insert(folder.clone()) && (!taken || self.folders.insert(folder.clone()))
            });
            let lists = parallel_map(level, &|(folder, taken)| (entries(&folder), folder, taken));
            level = Vec::new();
            for (entries, folder, taken) in lists {
                match entries {
                    Ok(entries) => self.list(&folder, taken, entries, filter, &mut level),
                    Err(error) => {
                        let message = format!("this folder cannot be read: {error}");
                        let problem = Problem::of_file(&self.name_of(&folder), message);
                        self.problems.push(problem);
                    }
                }
            }
        }
    }

    /// Adds the files of a folder; its subfolders are walked with the next level.
    fn list(
        &mut self,
        folder: &Path,
        taken: bool,
        entries: Vec<Entry>,
        filter: Option<&dyn Fn(&Path) -> bool>,
        level: &mut Vec<(PathBuf, bool)>,
    ) {
        let inside = self.prefix(folder);
        for (path, meta) in entries {
            let Some(real) = self.real(&path, meta) else { continue };
            let relative = path.strip_prefix(self.root).unwrap_or(&path);
            let taken = taken || filter.is_some_and(|filter| filter(relative));
            if real.meta.is_dir() {
                level.push((real.path, taken));
            } else if taken && is_manifest(&path) {
                let last = path.file_name().unwrap_or_default().to_string_lossy();
                let name = format!("{inside}{last}");
                // A file reached by two names keeps the name without a link.
                let direct = path == real.path;
                let fingerprint = FileFingerprint::of(&real.meta);
                let slot = self.files.entry(real.path.into_os_string());
                let slot = slot.or_insert_with(|| (name.clone(), fingerprint));
                if direct {
                    *slot = (name, fingerprint);
                }
            }
        }
    }

    fn real(&mut self, path: &Path, meta: std::io::Result<fs::Metadata>) -> Option<Real> {
        let meta = match meta {
            Ok(meta) => meta,
            Err(error) => return self.unreadable(path, &error),
        };
        if !meta.is_symlink() {
            let plain = meta.is_dir() || meta.is_file();
            return plain.then(|| Real { path: path.to_owned(), meta });
        }
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            // A dangling link that is not named like a manifest is ignored.
            Err(_) if !is_manifest(path) => return None,
            Err(error) => return self.unreadable(path, &error),
        };
        let meta = fs::metadata(&real).ok()?;
        let matters = meta.is_dir() || (meta.is_file() && is_manifest(path));
        if !matters {
            return None;
        }
        self.has_links = true;
        if !real.starts_with(self.root) {
            let message = "this link leaves the project".to_owned();
            let mut problem = Problem::of_file(&self.name_of(path), message);
            problem.help("copy the file, or move it into the project");
            self.problems.push(problem);
            return None;
        }
        Some(Real { path: real, meta })
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) -> Option<Real> {
        let message = format!("cannot be read: {error}");
        self.problems.push(Problem::of_file(&self.name_of(path), message));
        None
    }

    /// Returns the real path of a requested folder, if it is in the project.
    fn inside(&mut self, path: &Path, pattern: &str) -> Option<PathBuf> {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => {
                let message = format!("there are no manifests here: {error}");
                let mut problem = Problem::of_file(&self.shown(pattern), message);
                problem.help("create the folder, or name another: `manifests:` in taskloom.yaml, or --manifests DIR");
                self.problems.push(problem);
                return None;
            }
        };
        if real.starts_with(self.root) {
            self.has_links |= real != path;
            return Some(real);
        }
        let message = "this path leaves the project".to_owned();
        self.problems.push(Problem::of_file(&self.shown(pattern), message));
        None
    }

    /// Returns the prefix of the names of files in a folder.
    fn prefix(&self, folder: &Path) -> String {
        match folder == self.root {
            true => self.label.to_owned(),
            false => format!("{}/", self.name_of(folder)),
        }
    }

    fn name_of(&self, path: &Path) -> String {
        name_of(self.root, self.label, path)
    }

    fn shown(&self, name: &str) -> String {
        shown(self.label, name)
    }
}

fn name_of(root: &Path, label: &str, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> =
        relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    shown(label, &parts.join("/"))
}

fn shown(label: &str, name: &str) -> String {
    let whole = format!("{label}{name}");
    if whole.is_empty() { ".".to_owned() } else { whole }
}

/// A path, and its metadata.
type Entry = (PathBuf, std::io::Result<fs::Metadata>);

struct Real {
    path: PathBuf,
    meta: fs::Metadata,
}

/// Returns the entries that may be a manifest or a folder of them, sorted by name.
fn entries(folder: &Path) -> std::io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let hidden = is_hidden(&entry.file_name());
        let path = entry.path();
        let is_other = entry.file_type().is_ok_and(|kind| kind.is_file()) && !is_manifest(&path);
        if !hidden && !is_other && entry.file_name() != PROJECT_FILE {
            found.push((path, entry.metadata()));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    Ok(found)
}

/// Returns whether files and folders with this name are ignored.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Returns whether a file may hold manifests, by its name.
pub(crate) fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|e| ["yaml", "yml", "json"].iter().any(|k| e.eq_ignore_ascii_case(k)))
}

/// Returns the path of an existing folder, links resolved.
pub(crate) fn real_folder(path: &Path) -> std::io::Result<PathBuf> {
    let real = fs::canonicalize(path)?;
    // Reading it now distinguishes a file or an unreadable folder from an empty folder.
    fs::read_dir(&real).map(|_| real)
}
