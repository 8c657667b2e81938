//! The inputs that every step of an import shares.

use std::path::Path;

use crate::manifest::{LoadOptions, LoadedManifests};
use crate::plan::ManagedExtent;

/// The inputs of an import.
#[derive(Clone, Copy, Debug)]
pub struct ImportContext<'a> {
    /// The project.
    pub request: &'a LoadOptions,
    /// Its manifests.
    pub loaded: &'a LoadedManifests,
    /// The folder for the new ones, relative to the root of the project.
    pub into: &'a Path,
    /// Whether existing files may be overwritten.
    pub force: bool,
    /// How many fields the new ones name.
    pub extent: ManagedExtent,
}

impl ImportContext<'_> {
    /// Returns the name of a file for messages.
    pub(super) fn shown(self, relative: &Path) -> String {
        let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
        format!("{}{}", self.request.label, parts.collect::<Vec<_>>().join("/"))
    }
}
