//! GetProject: every id is a project here.

use serde_json::{Map, Value as Json, json};

use super::behaviour::Submits;
use super::call_context::{Desk, PROJECT};
use super::http::Refusal;
use super::parameter::Given;

impl Desk<'_> {
    /// Reads a project.
    pub fn project(&mut self, body: &Map<String, Json>) -> Result<Json, Refusal> {
        let given = Given::read(body, &[PROJECT], &[])?;
        let id = given.text(PROJECT.name);
        let model = match self.behaviour.submits {
            Submits::Taken | Submits::StatusFalse => "SIMPLE",
            Submits::Waiting | Submits::WaitingShown => "STANDARD",
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

/// Returns a name for a project: nobody gave it one.
pub fn name(id: &str) -> String {
    format!("project_{id}")
}
