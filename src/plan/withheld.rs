//! Resources that a plan leaves as they are, because no change to them would be safe.

use std::fmt;

use crate::kinds::table;
use crate::model::{Address, ManifestPlace, RemoteId};

/// A resource that is left as it is although it may need a change: the others continue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceError {
    /// Which resource.
    pub address: Address,
    /// Its id, as the state has it.
    pub id: RemoteId,
    /// Its manifest; none when that is gone.
    pub place: Option<ManifestPlace>,
    /// Why nothing is done to it.
    pub why: Withheld,
}

/// Why nothing is done to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// Get says that it is gone, but a list of the same run shows it.
    Contradicted,
    /// Get shows the mark of somebody else, which neither the manifest nor the state names.
    Foreign {
        /// Its BundleId.
        bundle_id: String,
    },
    /// Another resource that is left as it is holds its id, so it is neither deleted nor replaced.
    Held(Address),
}

impl ResourceError {
    /// Returns what a person can do about it.
    pub fn way_out(&self) -> String {
        match &self.why {
            Withheld::Contradicted => format!(
                "apply again when the service has caught up; if it is gone for good (look in the \
                 console), let the state forget it with `taskloom state rm {}`",
                self.address
            ),
            Withheld::Foreign { bundle_id } => foreign_way_out(&self.address, bundle_id),
            Withheld::Held(by) => format!("see {by}: when that is settled, this one follows"),
        }
    }
}

/// Returns what a person can do about a resource that carries the mark of somebody else.
pub fn foreign_way_out(address: &Address, bundle_id: &str) -> String {
    format!(
        "leave it to its owner with `taskloom state rm {address}`; if it is ours all the same, \
         have its manifest name BundleId: {bundle_id:?}, or set bundle.id to that in taskloom.yaml"
    )
}

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, actions) = (&self.id, &table(self.address.kind).actions);
        match &self.why {
            Withheld::Contradicted => write!(
                f,
                "{} says that {id} does not exist, but {} shows it: nothing is done to it",
                actions.get, actions.list
            ),
            Withheld::Foreign { bundle_id } => write!(
                f,
                "{} shows the BundleId {bundle_id:?} for {id}, which is neither ours nor recorded: \
                 it belongs to somebody else",
                actions.get
            ),
            Withheld::Held(by) => write!(
                f,
                "{by} holds its id ({id}) and is left as it is: it is neither deleted nor replaced"
            ),
        }
    }
}
