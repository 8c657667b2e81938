//! The result of loading: Desired, or every problem in one run.

use std::collections::BTreeSet;

use crate::model::{Address, Desired};
use crate::yaml::Problems;

/// The result of loading.
#[derive(Clone, Debug, Default)]
pub struct LoadedManifests {
    /// Every manifest without an error; complete only when `problems` has no errors.
    pub desired: Desired,
    /// Everything that is wrong, in the order of the files.
    pub problems: Problems,
    /// SHA-256 of the content of `desired` without places and sensitive values, in lower-case
    /// hexadecimal.
    pub digest: String,
    /// How many files contained the manifests.
    pub files: usize,
    /// Manifests that should be submitted or started, but stay drafts in a development target.
    pub forced_drafts: BTreeSet<Address>,
}
