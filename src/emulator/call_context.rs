//! Where a checked call is carried out.

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::action::{ActionWork, ApiAction, LifeAction};
use super::behaviour::{Behaviour, DeleteReading, MissingReading};
use super::http::ApiError;
use super::parameter::{Given, Parameter};
use super::records::{JobVerb, MapView, RecordChange, Store, StoredTask, derived_workflow_name};
use super::tasks::response;
use crate::kinds::{Shape, Table, table};
use crate::model::Kind;

/// The project of a task.
pub const PROJECT: Parameter = Parameter::required("ProjectId");
/// The task.
pub const TASK: Parameter = Parameter::required("TaskId");

/// Everything that a call may look at and change.
pub struct CallContext<'a> {
    /// The kind.
    pub table: &'static Table,
    /// What the documents leave open.
    pub behaviour: &'a Behaviour,
    /// The records.
    pub store: &'a mut Store,
    /// The source of everything random.
    pub rng: &'a mut Rng,
    /// The time of the call.
    pub now: Timestamp,
    /// Who calls: the place of the pair of credentials.
    pub caller: usize,
    /// X-TC-Region.
    pub region: &'a str,
    /// What reads see.
    pub view: MapView,
}

impl CallContext<'_> {
    /// Carries out a call and returns `Data`.
    pub fn run(&mut self, action: ApiAction, body: &Map<String, Json>) -> Result<Json, ApiError> {
        self.settle_jobs()?;
        match action.work {
            ActionWork::Create => self.create(body),
            ActionWork::Get => self.get(body),
            ActionWork::Update => self.update(body),
            ActionWork::UpdatePartially => self.update_partially(body),
            ActionWork::Delete => self.delete(body),
            ActionWork::List => self.list(body),
            ActionWork::Submit => self.submit(body),
            ActionWork::Code => self.code(body),
            ActionWork::Version => self.version(body),
            ActionWork::Versions => self.versions(body),
            ActionWork::Neighbours(direction) => self.neighbours(direction, body),
            ActionWork::Workflow(step) => self.workflow_step(step, body),
            ActionWork::Folder(place, step) => self.folder_step(place, step, body),
            ActionWork::Start => self.start(body),
            ActionWork::Pause => self.begin_job(JobVerb::Pause, body),
            ActionWork::Stop => self.begin_job(JobVerb::Stop, body),
            ActionWork::Job => self.job(body),
            ActionWork::OpsTask => self.ops_task(body),
            ActionWork::OpsTasks => self.ops_tasks(body),
            ActionWork::Project => self.project(body),
        }
    }

    fn workflow_step(
        &mut self,
        step: LifeAction,
        body: &Map<String, Json>,
    ) -> Result<Json, ApiError> {
        match step {
            LifeAction::Create => self.create_workflow(body),
            LifeAction::Get => self.get_workflow(body),
            LifeAction::Update => self.update_workflow(body),
            LifeAction::UpdatePartially => self.update_workflow_partially(body),
            LifeAction::Delete => self.delete_workflow(body),
            LifeAction::List => self.list_workflows(body),
        }
    }

    fn get(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let hidden = self.store.delays().tasks.is_hidden_from_get(given.text(TASK.name));
        match self.find(&given).filter(|_| !hidden) {
            Some(task) => {
                Ok(response::whole(self.table, task, &self.workflow_name(task), self.behaviour))
            }
            None => self.missing(not_found(&given)),
        }
    }

    fn code(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        let [section, field] = self.table.code_path();
        let code = task.text(section, field);
        // In the official answers the size is that of the Base64 text.
        Ok(json!({"CodeInfo": code, "CodeFileSize": code.len().to_string()}))
    }

    fn delete(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [
            PROJECT,
            TASK,
            Parameter::optional("OperateInform", Shape::Flag),
            Parameter::optional("DeleteMode", Shape::Flag),
        ];
        let given = Given::read(body, &known, &[])?;
        let Some(task) = self.find(&given) else {
            return self.missing(not_found(&given));
        };
        self.check_delete(task)?;
        let id = task.id.clone();
        self.change(vec![RecordChange::Remove(id)])?;
        Ok(json!({"Status": true}))
    }

    fn check_delete(&self, task: &StoredTask) -> Result<(), ApiError> {
        let refused = |why: &str| Err(ApiError::new("FailedOperation", why));
        match self.behaviour.deletes {
            DeleteReading::Any => Ok(()),
            // No action takes a trigger task offline, so that cannot be asked for.
            DeleteReading::NotScheduled
                if task.kind == Kind::Task && ["Y", "T"].contains(&task.status.as_str()) =>
            {
                refused("The task is scheduled: take it offline first.")
            }
            DeleteReading::NotDependedOn if self.is_depended_on(&task.id) => {
                refused("Other tasks depend on the task.")
            }
            DeleteReading::NotScheduled | DeleteReading::NotDependedOn => Ok(()),
        }
    }

    fn is_depended_on(&self, id: &str) -> bool {
        let mut tasks = self.store.tasks(MapView::Present);
        tasks.any(|task| task.upstream_ids(table(task.kind).scheduler).any(|up| up == id))
    }

    /// Returns the task of a call.
    pub fn find(&self, given: &Given) -> Option<&StoredTask> {
        let (project, id) = (given.text(PROJECT.name), given.text(TASK.name));
        self.store.task(self.table.kind, project, id, self.view)
    }

    /// Answers a read or delete of what does not exist.
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
