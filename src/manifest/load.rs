//! Loads folders into Desired, or reports every problem in one run.

use std::sync::Arc;

use jiff::Timestamp;

use super::incremental::ManifestCache;
use super::load_options::LoadOptions;
use super::loaded_manifests::LoadedManifests;

/// Reads every manifest of a project.
pub fn load(options: &LoadOptions) -> LoadedManifests {
    // Nothing is kept for another load.
    Arc::unwrap_or_clone(ManifestCache::default().load(options, Timestamp::UNIX_EPOCH))
}
