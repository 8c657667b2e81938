//! Which files had events: where to look first, as long as nothing was missed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// More files than these are not worth telling apart: every folder is looked through.
const FILES_MAX: usize = 1000;

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedPaths {
    /// These paths, and no folder among them.
    Files(BTreeSet<PathBuf>),
    /// Anything may have changed.
    Anything,
}

impl Default for ChangedPaths {
    fn default() -> ChangedPaths {
        ChangedPaths::Files(BTreeSet::new())
    }
}

impl ChangedPaths {
    /// Adds paths.
    pub fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        if let ChangedPaths::Files(files) = self {
            files.extend(paths);
            if files.len() > FILES_MAX {
                *self = ChangedPaths::Anything;
            }
        }
    }
}
