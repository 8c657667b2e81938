//! What loading comes to: Desired, or every problem at once.

use std::collections::BTreeSet;

use crate::model::{Address, Desired};
use crate::yaml::Problems;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct LoadedManifests {
    /// Every manifest without an error; whole only when `problems` has none.
    pub desired: Desired,
    /// Everything that is wrong, in the order of the files.
    pub problems: Problems,
    /// SHA-256 over the content of `desired`, less places and what is sensitive: lower-case
    /// hexadecimal.
    pub digest: String,
    /// How many files held the manifests.
    pub files: usize,
    /// Manifests that ask to be submitted or started, and stay drafts in a development target.
    pub forced_drafts: BTreeSet<Address>,
}
