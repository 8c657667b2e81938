//! What the service answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::address::{Address, Kind, RemoteId};
use super::task_status::TaskStatus;
use super::value::Value;

/// What was seen of the resources that matter to a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// What became of each id in the state.
    pub sightings: BTreeMap<(Kind, RemoteId), Observation>,
    /// Resources that carry our mark but no state entry, by the address in their mark.
    pub marked: BTreeMap<Address, Vec<ObservedResource>>,
}

impl Observed {
    /// Returns the one resource that carries the mark of an address; two are no adoption.
    pub fn only(&self, address: &Address) -> Option<&ObservedResource> {
        match self.marked.get(address)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A task that needs another resource: it lies downstream of a task, or inside a workflow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// Its id.
    pub id: RemoteId,
    /// TaskName.
    pub name: String,
}

/// How a project schedules, chosen when it was made: which kinds it takes.
///
/// Source: `scheduleMode` in WorkspaceExt of GetProject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleMode {
    /// By task: Task and Workflow.
    Tasks,
    /// By workflow: TriggerTask and TriggerWorkflow.
    Workflows,
}

/// What became of a resource that the state knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// Its marker is the recorded one, so it was not read again.
    Unmoved,
    /// It was read.
    Present(Box<ObservedResource>),
    /// The service knows it no more.
    Gone,
    /// Get does not know it, and a list that was asked for afterwards shows it.
    Contradicted,
}

/// One resource as Get shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedResource {
    /// Its id.
    pub id: RemoteId,
    /// Its sections in the current spelling, server-derived fields included.
    pub spec: Value,
    /// Its version and schedule state.
    pub marker: RemoteVersion,
    /// Whose it says it is.
    pub mark: Option<OwnershipTag>,
}

/// The ownership mark of a resource: BundleId and the address inside BundleInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipTag {
    /// BundleId.
    pub bundle_id: String,
    /// The address, when BundleInfo is of our making.
    pub address: Option<Address>,
    /// The nonce of the create that made it, when BundleInfo is of our making.
    pub nonce: Option<String>,
}

/// What tells that a resource moved without reading it whole; all of it is in list answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteVersion {
    /// TaskLatestVersionNo: the last saved version; none when the service gives none.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// TaskLatestSubmitVersionNo: the last submitted version; none when never submitted.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub submitted: Option<String>,
    /// LastUpdateTime, as the service spells it (no zone, whole seconds).
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Status.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// Submit: whether the saved version is the submitted one; none where nothing told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit: Option<bool>,
}

impl RemoteVersion {
    /// Tells whether the saved version is the submitted one.
    pub fn is_submitted(&self) -> bool {
        let same = self.submitted.is_some() && self.submitted == self.version;
        self.submit.unwrap_or(same)
    }
}

/// An empty text is none, as it is in answers.
fn filled<'de, T: From<String>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok((!text.is_empty()).then(|| T::from(text)))
}
