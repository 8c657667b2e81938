//! What a resource is called: by us (an address) and by the service (a remote id).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The kinds of resources that taskloom manages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A periodic workflow: CreateWorkflow.
    Workflow,
    /// A trigger workflow: CreateTriggerWorkflow.
    TriggerWorkflow,
    /// A task of a periodic workflow: CreateTask.
    Task,
    /// A task of a trigger workflow: CreateTriggerTask.
    TriggerTask,
}

impl Kind {
    /// Every kind, in the order in which they are listed and read: kinds that contain others come
    /// first.
    pub const ALL: [Kind; 4] =
        [Kind::Workflow, Kind::TriggerWorkflow, Kind::Task, Kind::TriggerTask];

    /// Returns the spelling used in manifests and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Workflow => "Workflow",
            Kind::TriggerWorkflow => "TriggerWorkflow",
            Kind::Task => "Task",
            Kind::TriggerTask => "TriggerTask",
        }
    }

    /// Returns the first word of a reference, as in `${task.NAME.id}`.
    pub fn reference_word(self) -> &'static str {
        match self {
            Kind::Workflow => "workflow",
            Kind::TriggerWorkflow => "triggerworkflow",
            Kind::Task => "task",
            Kind::TriggerTask => "triggertask",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a resource inside a project: `Task/orders-daily`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// What it is.
    pub kind: Kind,
    /// `metadata.name` of its manifest.
    pub name: String,
}

impl Address {
    /// Returns the address of the resource of this kind and name.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Address { kind, name: name.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// Returns the entries of one kind. Addresses are sorted by kind first, so the others are not
/// visited.
pub fn of_kind<T>(
    entries: &BTreeMap<Address, T>,
    kind: Kind,
) -> impl Iterator<Item = (&Address, &T)> {
    let first = Address { kind, name: String::new() };
    entries.range(first..).take_while(move |(address, _)| address.kind == kind)
}

/// A text that is not an address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{text:?} is not a valid address: expected KIND/NAME, for instance Task/orders-daily")]
pub struct AddressError {
    /// The text.
    pub text: String,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError { text: text.to_owned() };
        let (kind, name) = text.split_once('/').ok_or_else(wrong)?;
        let kind = Kind::ALL.into_iter().find(|k| k.name() == kind).ok_or_else(wrong)?;
        if !is_name(name) {
            return Err(wrong());
        }
        Ok(Address::new(kind, name))
    }
}

/// Returns whether a text can be `metadata.name`: letters and digits of any script, then also
/// dots, underscores and hyphens.
pub fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The id that the service gave to a resource, kept as text: `TaskId` has 17 digits, `WorkflowId`
/// is a UUID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(pub String);

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
