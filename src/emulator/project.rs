//! GetProject: here every id is that of a project.

use serde_json::{Map, Value as Json, json};

use super::action::ApiAction;
use super::behaviour::SubmitReading;
use super::call_context::{CallContext, PROJECT};
use super::http::ApiError;
use super::parameter::Given;
use crate::model::Kind;

/// The actions on projects.
pub const ACTIONS: &[ApiAction] =
    &[ApiAction::reads("GetProject", Kind::Task, |call, body| call.project(body))];

impl CallContext<'_> {
    /// Reads a project.
    pub fn project(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT], &[])?;
        let id = given.text(PROJECT.name);
        let model = match self.behaviour.submits {
            SubmitReading::Taken | SubmitReading::StatusFalse => "SIMPLE",
            SubmitReading::Waiting | SubmitReading::WaitingShown => "STANDARD",
        };
        let mut data = json!({
            "CreateTime": "2025-08-06T00:00:00+08:00",
            "CreatorUin": self.caller().0,
            "Description": "",
            "DisplayName": name(id),
            "ProjectId": id,
            "ProjectModel": model,
            "ProjectName": name(id),
            "ProjectOwnerUin": self.caller().0,
            "Status": 1,
        });
        if let (Some(mode), Some(data)) =
            (self.behaviour.schedule_mode.name(), data.as_object_mut())
        {
            let mode = json!([{"Key": "scheduleMode", "Value": mode}]);
            data.insert("WorkspaceExt".to_owned(), mode);
        }
        Ok(data)
    }
}

/// Returns a name for a project, since none was ever set.
pub fn name(id: &str) -> String {
    format!("project_{id}")
}
