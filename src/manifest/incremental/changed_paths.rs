//! What the change of a path means for the manifests.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::super::discover::{is_hidden, is_manifest};
use crate::project::PROJECT_FILE;

/// What the change of a path means; paths have their links resolved.
#[derive(Debug)]
pub(super) enum PathChange {
    /// The path is not read.
    Nothing,
    /// A file that was read is still a file.
    Content(OsString),
    /// A manifest that was read no longer exists.
    Gone(OsString),
    /// A new file may be a manifest.
    New(OsString),
    /// Anything else: every folder has to be searched again.
    Shape,
}

/// What a file was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathRole {
    /// A manifest.
    Manifest,
    /// The code of one.
    Code,
}

/// Returns the meaning of a path, where `known` are the files that were read.
pub(super) fn path_change(path: &Path, known: &HashMap<&OsStr, PathRole>) -> PathChange {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return PathChange::Shape;
    };
    let Ok(folder) = fs::canonicalize(folder) else { return PathChange::Shape };
    let real = folder.join(name).into_os_string();
    let role = known.get(real.as_os_str());
    match (fs::symlink_metadata(&real), role) {
        (Ok(meta), Some(_)) if meta.is_file() => PathChange::Content(real),
        (Ok(meta), None) if meta.is_file() => match may_be_manifest(path, name) {
            true => PathChange::New(real),
            false => PathChange::Nothing,
        },
        (Err(error), role) if error.kind() == ErrorKind::NotFound => match role {
            // It was created and removed, like the temporary files of an editor.
            None => PathChange::Nothing,
            Some(PathRole::Manifest) => PathChange::Gone(real),
            Some(PathRole::Code) => PathChange::Shape,
        },
        (Ok(_) | Err(_), _) => PathChange::Shape,
    }
}

fn may_be_manifest(path: &Path, name: &OsStr) -> bool {
    is_manifest(path) && !is_hidden(name) && name != PROJECT_FILE
}
