//! Which files had events: what to read first, as long as no event was missed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// With more files than this, every folder is scanned instead.
const FILES_MAX: usize = 1000;

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedPaths {
    /// These paths; none of them is a folder.
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
