//! What is to be imported, and what is left out.

use crate::model::{Address, Kind, RemoteId};

/// Which resources are wanted: those named, those of workflows, or everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportSelection {
    /// Requested ids; each must exist.
    pub ids: Vec<(Kind, RemoteId)>,
    /// Workflows whose tasks are wanted.
    pub workflows: Vec<String>,
    /// Every task of the project.
    pub all: bool,
    /// Include what carries the mark of another owner.
    pub force: bool,
}

/// A resource that is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedResource {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: RemoteId,
    /// Its TaskName, where it was read.
    pub name: String,
    /// Why.
    pub why: SkipReason,
}

/// Why a resource is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// The state has it already.
    Managed(Address),
    /// It carries the mark of another owner.
    Foreign(String),
    /// A manifest asks for it already, but the state does not know it.
    Declared(Address),
    /// Its name lacks the prefix of the development target.
    Unprefixed(String),
    /// It was deleted in the meantime.
    Gone,
}

impl SkipReason {
    /// Returns the reason as a text for people.
    pub fn text(&self) -> String {
        match self {
            SkipReason::Managed(address) => format!("it is managed already, as {address}"),
            SkipReason::Foreign(bundle_id) => {
                format!("it belongs to another bundle ({bundle_id}); --force takes it all the same")
            }
            SkipReason::Declared(address) => format!(
                "the manifest of {address} asks for it already; `taskloom state rebuild` takes it over"
            ),
            SkipReason::Unprefixed(prefix) => {
                format!("this development target manages only tasks named `{prefix}…`")
            }
            SkipReason::Gone => "it was deleted in the meantime".to_owned(),
        }
    }
}
