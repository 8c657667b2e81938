//! What the state file records.

use std::collections::BTreeMap;

use super::address::{Address, RemoteId};
use super::observed::RemoteVersion;
use super::value::Value;

/// Everything that earlier runs created and still own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// One entry per managed resource.
    pub resources: BTreeMap<Address, RecordedResource>,
}

/// One managed resource as it was last applied.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedResource {
    /// Its id at the service.
    pub id: RemoteId,
    /// What was last applied, ids resolved.
    pub spec: Value,
    /// Fields newer than this program, as they were last sent: a map.
    pub extra: Value,
    /// `lifecycle.protect` as it was last applied: deleting the file does not lift it.
    pub protect: bool,
    /// What the service reported right after that.
    pub observed: RemoteVersion,
}

impl Recorded {
    /// Returns the id of a resource that is in the state.
    pub fn id_of(&self, address: &Address) -> Option<RemoteId> {
        self.resources.get(address).map(|resource| resource.id.clone())
    }
}
