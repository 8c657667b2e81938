//! A workflow in the shapes of the documented responses.
//!
//! Source: the official responses of GetWorkflow, GetTriggerWorkflow, ListWorkflows and
//! ListTriggerWorkflows.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::ServiceSite;
use super::super::records::StoredWorkflow;
use super::super::tasks::inside;
use super::fields::{FOLDER, OF_CHINA, ORDERS, SCHEDULE, fields};
use crate::kinds::{Field, Shape};
use crate::model::Kind;

/// Fields that are newer than the official responses: shown only when they are set.
const LATE: [&str; 4] =
    ["TriggerWorkflowRunConfiguration", "TriggerMode", "ExecuteUserUin", "MinuteOffset"];

/// Returns `Data` of GetWorkflow and GetTriggerWorkflow, which does not contain the id.
pub fn whole(workflow: &StoredWorkflow, site: ServiceSite) -> Json {
    let mut shown = Map::new();
    let is_hidden = |name: &str| {
        name == FOLDER || site == ServiceSite::International && OF_CHINA.contains(&name)
    };
    for field in fields(workflow.kind).iter().filter(|field| !is_hidden(field.name)) {
        let stored = workflow.fields.get(field.name);
        match stored {
            None if LATE.contains(&field.name) => {}
            Some(Json::Object(schedule)) if field.name == SCHEDULE => {
                shown.insert(field.name.to_owned(), unified(field, schedule));
            }
            Some(stored) if !is_empty(stored) => {
                shown.insert(field.name.to_owned(), inside(field.shape, stored));
            }
            Some(_) | None => {
                shown.insert(field.name.to_owned(), unset(workflow.kind, field.name));
            }
        }
    }
    shown.insert("Path".to_owned(), json!(workflow.path()));
    shown.insert("CreateUserUin".to_owned(), json!(workflow.creator));
    Json::Object(shown)
}

/// Returns an item of ListWorkflows and ListTriggerWorkflows, which does not contain the path.
pub fn item(workflow: &StoredWorkflow, listed_as: Kind) -> Json {
    let mut shown = json!({
        "CreateTime": workflow.created,
        "CreateUserUin": workflow.creator,
        "ModifyTime": workflow.updated,
        "OwnerUin": workflow.text("OwnerUin"),
        "UpdateUserUin": workflow.updater,
        "WorkflowDesc": workflow.text("WorkflowDesc"),
        "WorkflowId": workflow.id,
        "WorkflowName": workflow.name(),
    });
    let Some(map) = shown.as_object_mut() else { return shown };
    if listed_as == Kind::Task {
        map.insert("WorkflowType".to_owned(), json!(workflow.text("WorkflowType")));
    } else if let Some(user) = workflow.fields.get("ExecuteUserUin") {
        map.insert("ExecuteUserUin".to_owned(), user.clone());
    }
    shown
}

/// Returns the unified schedule: with the calendar's name, without what an update does to tasks.
fn unified(field: &Field, schedule: &Map<String, Json>) -> Json {
    let Shape::Section(fields) = field.shape else { return Json::Null };
    let mut shown = Map::new();
    for field in fields.iter().filter(|field| !ORDERS.contains(&field.name)) {
        match schedule.get(field.name) {
            None if LATE.contains(&field.name) => {}
            stored => {
                shown.insert(field.name.to_owned(), stored.cloned().unwrap_or_default());
            }
        }
    }
    shown.insert("CalendarName".to_owned(), Json::Null);
    Json::Object(shown)
}

fn is_empty(stored: &Json) -> bool {
    stored.as_str() == Some("") || stored.as_array().is_some_and(Vec::is_empty)
}

/// Returns the value of an unset field, which differs from field to field.
fn unset(kind: Kind, name: &str) -> Json {
    match name {
        "WorkflowParams" | "GeneralTaskParams" => json!([]),
        "WorkflowDesc" if kind == Kind::Task => json!(""),
        _ => Json::Null,
    }
}
