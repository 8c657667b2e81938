//! Finds and reads code files: relative to the folder of their manifest, inside the project.
#![expect(clippy::disallowed_methods, reason = "code files are part of the manifests")]

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::model::Code;
use crate::support::FileFingerprint;
use crate::yaml::{nearest, quote};

/// A body has at most 10 MiB, and Base64 encodes three bytes as four.
const CODE_MAX: u64 = 10 * 1024 * 1024 / 4 * 3;

/// Why a code file is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    #[error("the name of the code file is empty")]
    Empty,
    #[error("there is no file {}", quote(name))]
    Missing { name: String, close: Option<String> },
    #[error("{} leaves the project", quote(name))]
    Outside { name: String },
    #[error("{} is not a file", quote(name))]
    NotAFile { name: String },
    #[error("{} names the manifest itself", quote(name))]
    Itself { name: String },
    #[error("{} has {size} bytes; {CODE_MAX} (7.5 MiB) fit into a request", quote(name))]
    TooLarge { name: String, size: u64 },
    #[error("{} cannot be read: {source}", quote(name))]
    Unreadable { name: String, source: std::io::Error },
}

impl CodeError {
    /// Returns a hint.
    pub fn help(&self) -> Option<String> {
        match self {
            CodeError::Empty => Some("use `Code: |` for code inside the manifest".to_owned()),
            CodeError::Missing { close: Some(close), .. } => {
                Some(format!("did you mean `{close}`?"))
            }
            CodeError::Missing { close: None, .. } => {
                Some("the path is relative to the folder of the manifest".to_owned())
            }
            CodeError::Outside { .. } => Some("keep code files inside the project".to_owned()),
            CodeError::NotAFile { .. } | CodeError::Itself { .. } => {
                Some("name the file that holds the code of this task".to_owned())
            }
            CodeError::TooLarge { .. } => Some(
                "keep what is large in object storage and let a small script fetch it".to_owned(),
            ),
            CodeError::Unreadable { .. } => None,
        }
    }
}

/// Reads a code file, named relative to the folder of its manifest.
pub(crate) fn read(root: &Path, manifest: &Path, name: &str) -> Result<Code, CodeError> {
    let code = find(root, manifest, name)?;
    let name = name.to_owned();
    match fs::read(code.path) {
        Ok(bytes) => Ok(Code::from(bytes)),
        Err(source) => Err(CodeError::Unreadable { name, source }),
    }
}

/// A code file that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeFile {
    /// Its name in the manifest, variables filled in.
    pub name: String,
    /// Where it is, links resolved.
    pub path: PathBuf,
    pub fingerprint: FileFingerprint,
}

impl CodeFile {
    /// Returns whether its path is literally the one in the manifest, so that no link leads to it.
    pub fn is_direct(&self, manifest: &Path) -> bool {
        manifest
            .parent()
            .is_some_and(|folder| in_plain_words(&folder.join(&self.name)) == self.path)
    }
}

/// Finds a code file: a file, inside the project, not too large.
pub(crate) fn find(root: &Path, manifest: &Path, name: &str) -> Result<CodeFile, CodeError> {
    if name.is_empty() {
        return Err(CodeError::Empty);
    }
    let folder = manifest.parent().unwrap_or(root);
    let name = name.to_owned();
    if leaves(root, &folder.join(&name)) {
        return Err(CodeError::Outside { name });
    }
    if let Some((path, meta)) = plain(folder, &name).filter(|(path, _)| path != manifest) {
        return Ok(CodeFile { name, path, fingerprint: FileFingerprint::of(&meta) });
    }
    let path = match fs::canonicalize(folder.join(&name)) {
        Ok(path) => path,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let close = close_by(folder, &name);
            return Err(CodeError::Missing { name, close });
        }
        Err(source) => return Err(CodeError::Unreadable { name, source }),
    };
    if !path.starts_with(root) {
        return Err(CodeError::Outside { name });
    }
    let meta = match fs::metadata(&path) {
        Ok(meta) => meta,
        Err(source) => return Err(CodeError::Unreadable { name, source }),
    };
    if !meta.is_file() {
        return Err(CodeError::NotAFile { name });
    }
    if meta.len() > CODE_MAX {
        return Err(CodeError::TooLarge { name, size: meta.len() });
    }
    if path == manifest {
        return Err(CodeError::Itself { name });
    }
    Ok(CodeFile { name, path, fingerprint: FileFingerprint::of(&meta) })
}

/// Returns the code file in the most common case: next to the manifest, and not a link. One system
/// call is enough for it.
fn plain(folder: &Path, name: &str) -> Option<(PathBuf, fs::Metadata)> {
    let path = folder.join(name);
    if path.file_name()? != name || path.parent()? != folder {
        return None;
    }
    let meta = fs::symlink_metadata(&path).ok()?;
    (meta.is_file() && meta.len() <= CODE_MAX).then_some((path, meta))
}

/// Returns whether a path lexically leaves the root, whether or not it exists.
fn leaves(root: &Path, path: &Path) -> bool {
    !in_plain_words(path).starts_with(root)
}

/// Returns a path without `.` and `..`.
fn in_plain_words(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

fn close_by(folder: &Path, name: &str) -> Option<String> {
    let (inner, last) = name.rsplit_once('/').map_or(("", name), |(inner, last)| (inner, last));
    let entries = fs::read_dir(folder.join(inner)).ok()?;
    let names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    let close = nearest(last, names)?;
    Some(if inner.is_empty() { close.to_owned() } else { format!("{inner}/{close}") })
}
