//! What it means for the manifests that a path was heard to move.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::discover::{PROJECT_FILE, is_hidden, is_manifest};

/// What it means.
#[derive(Debug)]
pub(super) enum Meaning {
    /// Nobody reads it.
    Nothing,
    /// A file that was read, at this path with links resolved, is still a file.
    Content(OsString),
    /// Files came or went: every folder has to be looked through.
    Shape,
}

/// Returns the meaning of a path, where `known` are the files that were read, code files too, with
/// links resolved.
pub(super) fn meaning(path: &Path, known: &HashSet<&OsStr>) -> Meaning {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Meaning::Shape;
    };
    let Ok(folder) = fs::canonicalize(folder) else { return Meaning::Shape };
    let real = folder.join(name).into_os_string();
    let is_known = known.contains(real.as_os_str());
    match fs::symlink_metadata(&real) {
        Ok(meta) if meta.is_file() && is_known => Meaning::Content(real),
        Ok(meta) if meta.is_file() && !may_be_manifest(path, name) => Meaning::Nothing,
        // It came and went, as what an editor writes beside a file does.
        Err(error) if error.kind() == ErrorKind::NotFound && !is_known => Meaning::Nothing,
        Ok(_) | Err(_) => Meaning::Shape,
    }
}

fn may_be_manifest(path: &Path, name: &OsStr) -> bool {
    is_manifest(path) && !is_hidden(name) && name != PROJECT_FILE
}
