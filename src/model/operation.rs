//! One step of an apply: all its decisions are already made.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::{Address, RemoteId};
use super::desired::ManifestPlace;
use super::value::Value;

/// The number of an operation inside its schedule, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub usize);

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Makes a resource.
    Create,
    /// Changes a resource in place.
    Update,
    /// Removes a resource from the service.
    Delete,
    /// Takes an existing resource of ours into the state: no call.
    Adopt,
    /// Drops a resource from the state: no call.
    Forget,
    /// Brings the record up to date with the service: no call.
    Record,
    /// Moves a resource along its schedule.
    #[serde(untagged)]
    Step(Step),
}

/// What an operation does to the schedule of a resource; its fields stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Makes the saved version of a task the one that runs.
    Submit,
    /// Puts a submitted task into the schedule, or lets a trigger workflow fire.
    Start,
    /// Takes a task out of the schedule for a while.
    Pause,
    /// Takes a task offline, or keeps a trigger workflow from firing, before it is deleted.
    Stop,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 10] = [
        Verb::Create,
        Verb::Update,
        Verb::Delete,
        Verb::Adopt,
        Verb::Forget,
        Verb::Record,
        Verb::Step(Step::Submit),
        Verb::Step(Step::Start),
        Verb::Step(Step::Pause),
        Verb::Step(Step::Stop),
    ];

    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Adopt => "adopt",
            Verb::Forget => "forget",
            Verb::Record => "record",
            Verb::Step(step) => step.name(),
        }
    }
}

impl Step {
    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Step::Submit => "submit",
            Step::Start => "start",
            Step::Pause => "pause",
            Step::Stop => "stop",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A scheduled step.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What it does.
    pub verb: Verb,
    /// The resource that it changes.
    pub address: Address,
    /// The id at the service; `None` before a create.
    pub id: Option<RemoteId>,
    /// The wanted spec; references are filled in when the operation starts. Empty for deletes.
    pub spec: Value,
    /// Fields newer than this program.
    pub extra: Value,
    /// Paths that the manifest no longer names and that go back to their default.
    pub removed: Vec<String>,
    /// `lifecycle.ignore`: paths that keep what the service has.
    pub ignore: Vec<String>,
    /// `lifecycle.folder_type`: TaskFolderType of folders that are created for it.
    pub folder_type: Option<String>,
    /// `lifecycle.protect`, to be recorded.
    pub protect: bool,
    /// Where the manifest is; `None` when it is gone.
    pub place: Option<ManifestPlace>,
    /// Its former address, whose state entry is removed.
    pub moved_from: Option<Address>,
    /// The operations that must have succeeded before this one may start.
    pub after: Vec<OperationId>,
}
