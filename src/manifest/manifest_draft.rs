//! One manifest that was read, but not yet checked against others.

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
    /// False when it has errors: its name is taken, but it is not part of Desired.
    pub sound: bool,
    /// The target leaves it out: its name is taken, and nothing of its spec is read.
    pub excluded: bool,
    /// It should be submitted or started, but stays a draft in a development target.
    pub forced_draft: bool,
}
