//! Specs to calls, replies to what was observed.

use serde_json::{Map, Value as Json, json};

use super::table::Table;
use super::wire::normalise;
use crate::model::{Call, Kind, Mark, Marker, ObservedResource, RemoteId, Value};

/// Which resources a list call asks for; the service may answer with more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// TaskName; whether the service compares exactly is not documented.
    pub name: Option<String>,
    /// WorkflowId.
    pub workflow_id: Option<String>,
    /// BundleId.
    pub bundle_id: Option<String>,
}

/// One page of a list answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage {
    /// Its items.
    pub items: Vec<Listed>,
    /// TotalCount over all pages.
    pub total: u64,
}

/// The base attributes of one item of a list answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its id.
    pub id: RemoteId,
    /// TaskName.
    pub name: String,
    /// WorkflowId.
    pub workflow_id: String,
    /// TaskTypeId as text.
    pub task_type: String,
    /// Its version and schedule state.
    pub marker: Marker,
}

/// Returns the call that makes a resource; absent sections are sent empty, as the API needs all.
pub fn create_call(table: &Table, project_id: &str, spec: &Value, extra: &Value) -> Call {
    let mut body = Map::new();
    body.insert("ProjectId".to_owned(), project_id.into());
    add_sections(table, &mut body, spec);
    let mut body = Json::Object(body);
    overlay(&mut body, &extra.to_json());
    Call { action: table.actions.create, body }
}

/// Returns the call that replaces a resource with a whole spec (see [`super::merge()`]).
pub fn update_call(
    table: &Table,
    project_id: &str,
    id: &RemoteId,
    whole: &Value,
    extra: &Value,
) -> Call {
    let mut task = Map::new();
    add_sections(table, &mut task, whole);
    let mut body = json!({"ProjectId": project_id, "TaskId": id.0, "Task": task});
    let (mut inside, mut beside) = (Map::new(), Map::new());
    for (name, value) in extra.as_map().into_iter().flatten() {
        let part = if table.section(name).is_some() { &mut inside } else { &mut beside };
        part.insert(name.clone(), value.to_json());
    }
    if let Some(task) = body.get_mut("Task") {
        overlay(task, &Json::Object(inside));
    }
    overlay(&mut body, &Json::Object(beside));
    Call { action: table.actions.update, body }
}

/// Returns the call that reads a resource.
pub fn get_call(table: &Table, project_id: &str, id: &RemoteId) -> Call {
    Call { action: table.actions.get, body: json!({"ProjectId": project_id, "TaskId": id.0}) }
}

/// Returns the call that removes a resource; DeleteMode true spares downstream instances.
pub fn delete_call(table: &Table, project_id: &str, id: &RemoteId) -> Call {
    Call {
        action: table.actions.delete,
        body: json!({"ProjectId": project_id, "TaskId": id.0, "DeleteMode": true}),
    }
}

/// Returns the call that reads page `number` (from 1) of 200 base attributes.
pub fn list_call(table: &Table, project_id: &str, number: u64, filter: &ListFilter) -> Call {
    let mut body = json!({"ProjectId": project_id, "PageNumber": number, "PageSize": 200});
    let filters = [
        ("TaskName", &filter.name),
        ("WorkflowId", &filter.workflow_id),
        ("BundleId", &filter.bundle_id),
    ];
    if let Some(map) = body.as_object_mut() {
        for (name, value) in filters {
            if let Some(value) = value {
                map.insert(name.to_owned(), value.clone().into());
            }
        }
    }
    Call { action: table.actions.list, body }
}

/// Returns the id that a create answered with.
pub fn decode_created(data: &Json) -> Option<RemoteId> {
    let id = data.get("TaskId").and_then(text_of)?;
    (!id.is_empty()).then_some(RemoteId(id))
}

/// Returns what Get answered; None for `Data: null` and for data without a TaskId.
pub fn decode_get(table: &'static Table, data: &Json) -> Option<ObservedResource> {
    let base = data.get(table.base)?;
    let id = RemoteId(base.get("TaskId").and_then(text_of)?);
    let spec = normalise(table, data);
    let mark = mark_of(table, &spec);
    Some(ObservedResource { id, marker: marker_of(base), spec, mark })
}

/// Returns one page of a list answer.
pub fn decode_list(data: &Json) -> Option<ListPage> {
    let items = data.get("Items").and_then(Json::as_array)?;
    let total = data.get("TotalCount").and_then(Json::as_u64).unwrap_or(items.len() as u64);
    let items = items.iter().filter_map(listed).collect();
    Some(ListPage { items, total })
}

fn listed(item: &Json) -> Option<Listed> {
    let text = |name: &str| item.get(name).and_then(text_of).unwrap_or_default();
    let id = item.get("TaskId").and_then(text_of)?;
    Some(Listed {
        id: RemoteId(id),
        name: text("TaskName"),
        workflow_id: text("WorkflowId"),
        task_type: text("TaskTypeId"),
        marker: marker_of(item),
    })
}

fn marker_of(base: &Json) -> Marker {
    let text = |name: &str| base.get(name).and_then(text_of).unwrap_or_default();
    Marker {
        version: text("TaskLatestVersionNo"),
        submitted: text("TaskLatestSubmitVersionNo"),
        updated: text("LastUpdateTime"),
        status: text("Status"),
    }
}

fn mark_of(table: &Table, spec: &Value) -> Option<Mark> {
    let text = |name: &str| spec.at(&[table.configuration, name]).and_then(Value::as_text);
    let bundle_id = text("BundleId").filter(|id| !id.is_empty())?.to_owned();
    let info: Json =
        text("BundleInfo").and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
    let word = |name: &str| info.get(name).and_then(Json::as_str);
    Some(Mark {
        bundle_id,
        address: word("Address").and_then(|text| text.parse().ok()),
        nonce: word("Nonce").map(str::to_owned),
    })
}

/// Returns TaskName of a spec.
pub fn task_name(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(&[super::table(kind).base, "TaskName"]).and_then(Value::as_text)
}

/// Returns WorkflowId of a spec.
pub fn workflow_id(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(&[super::table(kind).base, "WorkflowId"]).and_then(Value::as_text)
}

/// Returns TaskTypeId of a spec.
pub fn task_type(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(&[super::table(kind).base, "TaskTypeId"]).and_then(Value::as_text)
}

fn add_sections(table: &Table, body: &mut Map<String, Json>, spec: &Value) {
    for section in table.sections {
        let value = spec.get(section.name).map_or_else(|| json!({}), Value::to_json);
        body.insert(section.name.to_owned(), value);
    }
}

fn text_of(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// Puts `extra` over `base`, map by map; anything but a map replaces what is there.
fn overlay(base: &mut Json, extra: &Json) {
    match (base, extra) {
        (Json::Object(base), Json::Object(extra)) => {
            for (key, value) in extra {
                overlay(base.entry(key.clone()).or_insert_with(|| json!({})), value);
            }
        }
        (base, extra) => *base = extra.clone(),
    }
}
