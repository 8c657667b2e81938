//! Where a checked call is carried out.

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::action::{Action, Work};
use super::behaviour::{Behaviour, Deletes, Missing};
use super::moment;
use super::parameter::{Given, Parameter};
use super::refusal::Refusal;
use super::show;
use super::store::{Store, View};
use super::task::Task;
use crate::kinds::Shape;
use crate::kinds::Table;
use crate::kinds::table;
use crate::model::Kind;

/// The project of a task.
pub const PROJECT: Parameter = Parameter::required("ProjectId");
/// The task.
pub const TASK: Parameter = Parameter::required("TaskId");

/// Everything that a call may look at and change.
pub struct Desk<'a> {
    /// The kind.
    pub table: &'static Table,
    /// What the documents leave open.
    pub behaviour: &'a Behaviour,
    /// The tasks.
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
    pub view: View,
}

impl Desk<'_> {
    /// Carries out a call and returns `Data`.
    pub fn run(&mut self, action: Action, body: &Map<String, Json>) -> Result<Json, Refusal> {
        match action.work {
            Work::Create => self.create(body),
            Work::Get => self.get(body),
            Work::Update => self.update(body),
            Work::UpdatePartially => self.update_partially(body),
            Work::Delete => self.delete(body),
            Work::List => self.list(body),
            Work::Submit => self.submit(body),
            Work::Code => self.code(body),
        }
    }

    fn get(&mut self, body: &Map<String, Json>) -> Result<Json, Refusal> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let hidden = self.store.is_hidden_from_get(given.text(TASK.name));
        let found = self.find(&given).filter(|_| !hidden);
        match (found, self.behaviour.missing) {
            (Some(task), _) => Ok(show::whole(self.table, task, self.behaviour)),
            (None, Missing::NotFound) => Err(not_found(&given)),
            (None, Missing::Null) => Ok(Json::Null),
        }
    }

    fn code(&mut self, body: &Map<String, Json>) -> Result<Json, Refusal> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        let [section, field] = self.table.code_path();
        let code = task.text(section, field);
        // In the official answers the size is that of the Base64 text.
        Ok(json!({"CodeInfo": code, "CodeFileSize": code.len().to_string()}))
    }

    fn delete(&mut self, body: &Map<String, Json>) -> Result<Json, Refusal> {
        let known = [
            PROJECT,
            TASK,
            Parameter::optional("OperateInform", Shape::Flag),
            Parameter::optional("DeleteMode", Shape::Flag),
        ];
        let given = Given::read(body, &known, &[])?;
        let Some(task) = self.find(&given) else {
            return match self.behaviour.missing {
                Missing::NotFound => Err(not_found(&given)),
                Missing::Null => Ok(Json::Null),
            };
        };
        self.check_delete(task)?;
        let id = task.id.clone();
        self.store.remove(&id).map_err(|error| not_kept(&error))?;
        Ok(json!({"Status": true}))
    }

    fn check_delete(&self, task: &Task) -> Result<(), Refusal> {
        let refused = |why: &str| Err(Refusal::new("FailedOperation", why));
        match self.behaviour.deletes {
            Deletes::Any => Ok(()),
            Deletes::NotScheduled if task.status == "Y" => {
                refused("The task is scheduled: take it offline first.")
            }
            Deletes::NotDependedOn if self.is_depended_on(&task.id) => {
                refused("Other tasks depend on the task.")
            }
            Deletes::NotScheduled | Deletes::NotDependedOn => Ok(()),
        }
    }

    fn is_depended_on(&self, id: &str) -> bool {
        let mut tasks = self.store.tasks(View::Present);
        tasks.any(|task| task.upstream_ids(table(task.kind).scheduler).any(|up| up == id))
    }

    fn submit(&mut self, body: &Map<String, Json>) -> Result<Json, Refusal> {
        let known = [PROJECT, TASK, Parameter::required("VersionRemark")];
        let given = Given::read(body, &known, &[])?;
        let mut task = self.find(&given).ok_or_else(|| not_found(&given))?.clone();
        let version_id = format!("{}_{}", task.id, moment::digits(self.now));
        task.submitted = Some(task.version);
        // A trigger task is scheduled with its workflow; a task is started by an action of its own.
        let data = match task.kind {
            Kind::Task | Kind::Workflow | Kind::TriggerWorkflow => {
                json!({ "VersionId": version_id })
            }
            Kind::TriggerTask => {
                "Y".clone_into(&mut task.status);
                json!({"VersionId": version_id, "Status": true})
            }
        };
        self.store.put(task).map_err(|error| not_kept(&error))?;
        Ok(data)
    }

    /// Returns the task of a call.
    pub fn find(&self, given: &Given) -> Option<&Task> {
        let (project, id) = (given.text(PROJECT.name), given.text(TASK.name));
        self.store.task(self.table.kind, project, id, self.view)
    }

    /// Returns UIN and name of the caller.
    pub fn caller(&self) -> (String, String) {
        ((100_000_000_001 + self.caller as u64).to_string(), format!("user{}", self.caller + 1))
    }
}

/// Returns the refusal of a call whose task does not exist.
pub fn not_found(given: &Given) -> Refusal {
    Refusal::not_found("task", given.text(TASK.name))
}

/// Returns the refusal of a call whose effect could not be written to the data file.
pub fn not_kept(error: &std::io::Error) -> Refusal {
    Refusal::new("InternalError", format!("The data file cannot be written: {error}."))
}
