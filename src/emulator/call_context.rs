//! What a checked call may read and change.

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::Value as Json;

use super::behaviour::{Behaviour, MissingReading};
use super::http::ApiError;
use super::parameter::{Given, Parameter};
use super::records::{MapView, RecordChange, Store, StoredTask, derived_workflow_name};
use crate::kinds::{Table, table};

/// The project of a task.
pub const PROJECT: Parameter = Parameter::required("ProjectId");
/// The task.
pub const TASK: Parameter = Parameter::required("TaskId");

/// Everything that a call may read and change.
pub struct CallContext<'a> {
    /// The kind.
    pub table: &'static Table,
    /// What the documentation leaves open.
    pub behaviour: &'a Behaviour,
    /// The records.
    pub store: &'a mut Store,
    /// The source of everything random.
    pub rng: &'a mut Rng,
    /// The time of the call.
    pub now: Timestamp,
    /// The caller: the index of its key pair.
    pub caller: usize,
    /// X-TC-Region.
    pub region: &'a str,
    /// What reads see.
    pub view: MapView,
}

impl CallContext<'_> {
    /// Returns the task of a call.
    pub fn find(&self, given: &Given) -> Option<&StoredTask> {
        let (project, id) = (given.text(PROJECT.name), given.text(TASK.name));
        self.store.task(self.table.kind, project, id, self.view)
    }

    /// Returns the response to a read or delete of something that does not exist.
    pub fn missing(&self, refusal: ApiError) -> Result<Json, ApiError> {
        match self.behaviour.missing {
            MissingReading::NotFound => Err(refusal),
            MissingReading::Failed => Err(ApiError::new("FailedOperation", refusal.message)),
            MissingReading::Null => Ok(Json::Null),
        }
    }

    /// Carries out all of the changes, or none.
    pub fn change(&mut self, changes: Vec<RecordChange>) -> Result<(), ApiError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.store.change(RecordChange::Many(changes)).map_err(|error| not_kept(&error))
    }

    /// Returns WorkflowName of a task.
    pub fn workflow_name(&self, task: &StoredTask) -> String {
        let id = task.text(table(task.kind).base, "WorkflowId");
        let known = self.store.records().workflows.get(id, self.view);
        known.map_or_else(|| derived_workflow_name(id), |workflow| workflow.name().to_owned())
    }

    /// Returns a new id in the form of a UUID.
    pub fn new_uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid().to_string()
    }

    /// Returns UIN and name of the caller.
    pub fn caller(&self) -> (String, String) {
        ((100_000_000_001 + self.caller as u64).to_string(), format!("user{}", self.caller + 1))
    }
}

/// Returns the refusal of a call whose task does not exist.
pub fn not_found(given: &Given) -> ApiError {
    ApiError::not_found("task", given.text(TASK.name))
}

/// Returns the refusal of a call whose effect could not be written to the data file.
pub fn not_kept(error: &std::io::Error) -> ApiError {
    ApiError::new("InternalError", format!("The data file cannot be written: {error}."))
}
