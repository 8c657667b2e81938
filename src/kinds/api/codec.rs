//! Encodes specs as calls and decodes replies into observations.

use serde_json::{Map, Value as Json, json};

use super::super::capability::{Home, Listing};
use super::super::identity::{ResourceHome, ResourceIdentity};
use super::super::table::Table;
use super::wire::normalise;
use crate::model::{
    Call, ObservedResource, OwnershipTag, RemoteId, RemoteVersion, Repeat, TaskStatus, Value,
};

/// Which resources a list call asks for; the service may answer with more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// TaskName, or the Keyword for workflows; whether the service compares exactly is not
    /// documented.
    pub name: Option<String>,
    /// WorkflowId; lists of workflows ignore it.
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
    /// Its identity, as far as lists show it: those of workflows do not contain the folder.
    pub identity: ResourceIdentity,
    /// Its version and schedule state.
    pub marker: RemoteVersion,
}

/// Returns the call that creates a resource; absent sections of a task are sent empty, because the
/// API requires all.
pub fn create_call(table: &Table, project_id: &str, spec: &Value, extra: &Value) -> Call {
    let mut body = Map::new();
    body.insert("ProjectId".to_owned(), project_id.into());
    add_sections(table, &mut body, spec);
    let mut body = Json::Object(body);
    overlay(&mut body, &extra.to_request());
    Call::new(table.actions.create, &body, Repeat::No)
}

/// Returns the call that replaces a resource with a whole spec (see [`super::merge()`]).
///
/// A schedule of a workflow says explicitly that the tasks inside stay as they are, unless the
/// manifest changes them: the default is not documented.
pub fn update_call(
    table: &Table,
    project_id: &str,
    id: &RemoteId,
    whole: &Value,
    extra: &Value,
) -> Call {
    let mut task = Map::new();
    add_sections(table, &mut task, whole);
    let mut body = address(table, project_id, id);
    if !table.is_sectioned() {
        keep_tasks(&mut task);
        overlay(&mut body, &Json::Object(task));
        overlay(&mut body, &extra.to_request());
        return Call::new(table.actions.update, &body, Repeat::Idempotent);
    }
    overlay(&mut body, &json!({"Task": task}));
    let (mut inside, mut beside) = (Map::new(), Map::new());
    for (name, value) in extra.as_map().into_iter().flatten() {
        let part = if table.section(name).is_some() { &mut inside } else { &mut beside };
        part.insert(name.clone(), value.to_request());
    }
    if let Some(task) = body.get_mut("Task") {
        overlay(task, &Json::Object(inside));
    }
    overlay(&mut body, &Json::Object(beside));
    Call::new(table.actions.update, &body, Repeat::Idempotent)
}

/// Returns the call that reads a resource.
pub fn get_call(table: &Table, project_id: &str, id: &RemoteId) -> Call {
    Call::new(table.actions.get, &address(table, project_id, id), Repeat::Read)
}

fn address(table: &Table, project_id: &str, id: &RemoteId) -> Json {
    let mut body = Map::new();
    body.insert("ProjectId".to_owned(), project_id.into());
    body.insert(table.id.to_owned(), id.0.clone().into());
    Json::Object(body)
}

/// See [`update_call`].
fn keep_tasks(body: &mut Map<String, Json>) {
    let schedule = body.get_mut("WorkflowSchedulerConfiguration").and_then(Json::as_object_mut);
    if let Some(schedule) = schedule {
        schedule.entry("ModifyCycleValue").or_insert_with(|| "0".into());
        schedule.entry("ClearLink").or_insert_with(|| false.into());
    }
}

/// Returns the call that deletes a resource; DeleteMode true spares downstream instances of a task.
pub fn delete_call(table: &Table, project_id: &str, id: &RemoteId) -> Call {
    delete(table, project_id, id, &json!({"DeleteMode": true}))
}

/// Returns the call that deletes a resource and makes downstream instances of a task fail, which is
/// the service's default.
pub fn delete_failing_downstream_call(table: &Table, project_id: &str, id: &RemoteId) -> Call {
    delete(table, project_id, id, &json!({"DeleteMode": false}))
}

fn delete(table: &Table, project_id: &str, id: &RemoteId, mode: &Json) -> Call {
    let mut body = address(table, project_id, id);
    if table.is_sectioned() {
        overlay(&mut body, mode);
    }
    Call::new(table.actions.delete, &body, Repeat::Idempotent)
}

/// Returns the call that reads page `number` (from 1) of 200 base attributes.
pub fn list_call(table: &Table, project_id: &str, number: u64, filter: &ListFilter) -> Call {
    let mut body = json!({"ProjectId": project_id, "PageNumber": number, "PageSize": 200});
    let Listing { by_name, by_home, by_bundle, .. } = table.listing;
    let filters = [
        (Some(by_name), &filter.name),
        (by_home, &filter.workflow_id),
        (by_bundle, &filter.bundle_id),
    ];
    if let Some(map) = body.as_object_mut() {
        for filter in filters {
            if let (Some(name), Some(value)) = filter {
                map.insert(name.to_owned(), value.clone().into());
            }
        }
    }
    Call::new(table.actions.list, &body, Repeat::Read)
}

/// Returns the id in the answer of a create.
pub fn decode_created(table: &Table, data: &Json) -> Option<RemoteId> {
    let id = data.get(table.id).and_then(text_of)?;
    (!id.is_empty()).then_some(RemoteId(id))
}

/// Returns what Get answered for an id; None for `Data: null`, for another id and for data that is
/// not of the kind. The answer of GetWorkflow does not contain the id.
pub fn decode_get(table: &'static Table, id: &RemoteId, data: &Json) -> Option<ObservedResource> {
    let mut spec = normalise(table, data);
    let base = if table.is_sectioned() { data.get(table.base)? } else { data };
    if table.is_sectioned() {
        base.get(table.id).and_then(text_of).filter(|shown| *shown == id.0)?;
    } else {
        place(table, &mut spec)?;
    }
    let mark = mark_of(table, &spec);
    Some(ObservedResource { id: id.clone(), marker: marker_of(base), spec, mark })
}

/// Path of an answer is the folder, `/` and the name; a request has only the folder.
fn place(table: &Table, spec: &mut Value) -> Option<()> {
    let name = spec.at(table.name).and_then(Value::as_text)?.to_owned();
    let path = spec.get("Path").and_then(Value::as_text).unwrap_or_default();
    let folder = path.strip_suffix(&name).and_then(|path| path.strip_suffix('/'));
    let folder = folder.map(|folder| Value::from(if folder.is_empty() { "/" } else { folder }));
    if let (Some(folder), Value::Map(map), Home::Folder([home])) = (folder, &mut *spec, table.home)
    {
        map.insert((*home).to_owned(), folder);
    }
    Some(())
}

/// Returns one page of a list answer.
pub fn decode_list(table: &Table, data: &Json) -> Option<ListPage> {
    let items = data.get("Items").and_then(Json::as_array)?;
    let total = data.get("TotalCount").and_then(Json::as_u64).unwrap_or(items.len() as u64);
    let items = items.iter().filter_map(|item| listed(table, item)).collect();
    Some(ListPage { items, total })
}

fn listed(table: &Table, item: &Json) -> Option<Listed> {
    let text = |path: &[&str]| {
        let text = path.last().and_then(|name| item.get(*name)).and_then(text_of);
        text.filter(|text| !text.is_empty())
    };
    let home = match table.home {
        Home::Project => Some(ResourceHome::Project),
        Home::Folder(field) => text(field).map(ResourceHome::Folder),
        Home::Workflow { field, .. } => text(field).map(ResourceHome::Workflow),
    };
    let identity = ResourceIdentity {
        kind: table.kind,
        name: text(table.name).unwrap_or_default(),
        home: home.filter(|_| table.listing.shows_home),
        task_type: text(&["TaskTypeId"]),
    };
    let id = item.get(table.id).and_then(text_of)?;
    Some(Listed { id: RemoteId(id), identity, marker: marker_of(item) })
}

/// Workflows have no versions; lists of them call the last change ModifyTime, and Get does not
/// return it.
fn marker_of(base: &Json) -> RemoteVersion {
    let text = |name: &str| base.get(name).and_then(text_of).filter(|text| !text.is_empty());
    RemoteVersion {
        version: text("TaskLatestVersionNo"),
        submitted: text("TaskLatestSubmitVersionNo"),
        updated: text("LastUpdateTime").or_else(|| text("ModifyTime")),
        status: text("Status").map(TaskStatus::from),
        submit: base.get("Submit").and_then(Json::as_bool),
    }
}

fn mark_of(table: &Table, spec: &Value) -> Option<OwnershipTag> {
    let holder = spec.at(table.mark?)?;
    let text = |name: &str| holder.get(name).and_then(Value::as_text);
    let bundle_id = text("BundleId").filter(|id| !id.is_empty())?.to_owned();
    let info: Json =
        text("BundleInfo").and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
    let word = |name: &str| info.get(name).and_then(Json::as_str);
    Some(OwnershipTag {
        bundle_id,
        address: word("Address").and_then(|text| text.parse().ok()),
        nonce: word("Nonce").map(str::to_owned),
    })
}

fn add_sections(table: &Table, body: &mut Map<String, Json>, spec: &Value) {
    if !table.is_sectioned() {
        let fields = spec.as_map().into_iter().flatten();
        return body.extend(fields.map(|(name, value)| (name.clone(), value.to_request())));
    }
    for section in table.fields {
        let value = spec.get(section.name).map_or_else(|| json!({}), Value::to_request);
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

/// Merges `extra` into `base`, map by map; anything but a map replaces the existing value.
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
