//! What every step of an import is told.

use std::path::Path;

use crate::manifest::{LoadOptions, LoadedManifests};
use crate::plan::ManagedExtent;

/// What an import stands on.
#[derive(Clone, Copy, Debug)]
pub struct ImportContext<'a> {
    /// The project.
    pub request: &'a LoadOptions,
    /// Its manifests.
    pub loaded: &'a LoadedManifests,
    /// The folder for the new ones, relative to the root of the project.
    pub into: &'a Path,
    /// Whether files that are there may be overwritten.
    pub force: bool,
    /// How much the new ones name.
    pub extent: ManagedExtent,
}

impl ImportContext<'_> {
    /// Returns the name of a file as people see it.
    pub(super) fn shown(self, relative: &Path) -> String {
        let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
        format!("{}{}", self.request.label, parts.collect::<Vec<_>>().join("/"))
    }
}
