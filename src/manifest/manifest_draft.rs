//! One manifest that was read by itself.

use std::sync::Arc;

use super::spec::{Dependency, ReferenceUse};
use crate::model::{Address, DesiredResource};
use crate::yaml::Location;

/// A manifest that was read, before it is checked against the others.
#[derive(Debug)]
pub(crate) struct ManifestDraft {
    pub address: Address,
    /// Where `metadata.name` is written.
    pub location: Location,
    pub resource: Arc<DesiredResource>,
    /// The digest of the resource.
    pub digest: [u8; 32],
    pub uses: Vec<ReferenceUse>,
    pub dependencies: Vec<Dependency>,
    /// CycleType, the default included.
    pub cycle: String,
    /// Former names and where they are written.
    pub formerly: Vec<(Address, Location)>,
    /// False when it has errors: its name is taken, but it is no part of Desired.
    pub sound: bool,
    /// The target leaves it out: its name is taken, and nothing of its spec is read.
    pub excluded: bool,
    /// It asks to be submitted or started, and stays a draft in a development target.
    pub forced_draft: bool,
}
