//! The calls that read the surroundings of a task: what depends on it, and what its project
//! accepts.

use serde_json::{Value as Json, json};

use super::super::table::Table;
use crate::model::{Call, Dependent, RemoteId, Repeat, ScheduleMode};

/// Returns the call that lists page `number` (from 1) of the tasks that depend on a task.
pub fn downstream_call(table: &Table, project_id: &str, id: &RemoteId, number: u64) -> Call {
    let body = json!({
        "ProjectId": project_id,
        "TaskId": id.0,
        "PageNumber": number,
        "PageSize": 200,
    });
    Call::new(table.actions.downstream, &body, Repeat::Read)
}

/// Returns the tasks of a page, and how many there are over all pages.
pub fn decode_neighbours(data: &Json) -> Option<(Vec<Dependent>, u64)> {
    // The answer for a task without any may be null.
    let none = Vec::new();
    let items = match data.get("Items") {
        Some(Json::Array(items)) => items,
        Some(Json::Null) | None if data.is_object() || data.is_null() => &none,
        _ => return None,
    };
    let total = data.get("TotalCount").and_then(Json::as_u64).unwrap_or(items.len() as u64);
    let text = |item: &Json, name: &str| {
        item.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let found = items
        .iter()
        .map(|item| Dependent { id: RemoteId(text(item, "TaskId")), name: text(item, "TaskName") });
    Some((found.collect(), total))
}

/// Returns the call that reads a project.
pub fn project_call(project_id: &str) -> Call {
    Call::new("GetProject", &json!({"ProjectId": project_id}), Repeat::Read)
}

/// Returns the scheduling mode of a project; the official example does not contain it.
pub fn decode_mode(data: &Json) -> Option<ScheduleMode> {
    let settings = data.get("WorkspaceExt")?.as_array()?;
    let of_mode = |item: &&Json| item.get("Key").and_then(Json::as_str) == Some("scheduleMode");
    match settings.iter().find(of_mode)?.get("Value")?.as_str()? {
        "task" => Some(ScheduleMode::Tasks),
        "workflow" => Some(ScheduleMode::Workflows),
        _ => None,
    }
}
