//! GetTask, GetTaskCode and DeleteTask, and those of trigger tasks.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::DeleteReading;
use super::super::call_context::{CallContext, PROJECT, TASK, not_found};
use super::super::http::ApiError;
use super::super::parameter::{Given, Parameter};
use super::super::records::{MapView, RecordChange, StoredTask};
use super::response;
use crate::kinds::{Shape, table};
use crate::model::Kind;

impl CallContext<'_> {
    /// Reads a task.
    pub fn get(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let hidden = self.store.delays().tasks.is_hidden_from_get(given.text(TASK.name));
        match self.find(&given).filter(|_| !hidden) {
            Some(task) => {
                Ok(response::whole(self.table, task, &self.workflow_name(task), self.behaviour))
            }
            None => self.missing(not_found(&given)),
        }
    }

    /// Reads the code of a task.
    pub fn code(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        let [section, field] = self.table.code_path();
        let code = task.text(section, field);
        // In the official responses the size is that of the Base64 text.
        Ok(json!({"CodeInfo": code, "CodeFileSize": code.len().to_string()}))
    }

    /// Removes a task.
    pub fn delete(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
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
            // No action takes a trigger task offline, so this rule does not apply to one.
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
}
