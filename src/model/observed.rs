//! What the service answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::address::{Address, Kind, RemoteId};
use super::task_status::TaskStatus;
use super::value::Value;

/// What was read of the resources that matter to a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The observation of each id in the state.
    pub sightings: BTreeMap<(Kind, RemoteId), Observation>,
    /// Resources that carry our mark but no state entry, by the address in their mark.
    pub marked: BTreeMap<Address, Vec<ObservedResource>>,
}

impl Observed {
    /// Returns the only resource that carries the mark of an address; two cannot be adopted.
    pub fn only(&self, address: &Address) -> Option<&ObservedResource> {
        match self.marked.get(address)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A task that needs another resource: it is downstream of a task, or inside a workflow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// Its id.
    pub id: RemoteId,
    /// TaskName.
    pub name: String,
}

/// The scheduling mode of a project, chosen when it was created: which kinds it accepts.
///
/// Source: `scheduleMode` in WorkspaceExt of GetProject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleMode {
    /// By task: Task and Workflow.
    Tasks,
    /// By workflow: TriggerTask and TriggerWorkflow.
    Workflows,
}

/// The observation of a resource that is in the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// Its marker is the recorded one, so it was not read again.
    Unmoved,
    /// It was read.
    Present(Box<ObservedResource>),
    /// The service no longer has it.
    Gone,
    /// Get does not find it, but a list that was read afterwards shows it.
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
    /// The ownership mark that it carries.
    pub mark: Option<OwnershipTag>,
}

/// The ownership mark of a resource: BundleId and the address inside BundleInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipTag {
    /// BundleId.
    pub bundle_id: String,
    /// The address, when taskloom wrote BundleInfo.
    pub address: Option<Address>,
    /// The nonce of the create call, when taskloom wrote BundleInfo.
    pub nonce: Option<String>,
}

/// What shows that a resource changed without reading it in full; all of it is in list answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteVersion {
    /// TaskLatestVersionNo: the last saved version; `None` when the service gives none.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// TaskLatestSubmitVersionNo: the last submitted version; `None` when never submitted.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub submitted: Option<String>,
    /// LastUpdateTime, as the service spells it (no zone, whole seconds).
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Status.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskStatus>,
    /// Submit: whether the saved version is the submitted one; `None` where the answer does not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit: Option<bool>,
}

impl RemoteVersion {
    /// Returns whether the saved version is the submitted one.
    pub fn is_submitted(&self) -> bool {
        let same = self.submitted.is_some() && self.submitted == self.version;
        self.submit.unwrap_or(same)
    }
}

/// Reads an empty text as `None`: answers use it for an absent value.
fn filled<'de, T: From<String>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok((!text.is_empty()).then(|| T::from(text)))
}
