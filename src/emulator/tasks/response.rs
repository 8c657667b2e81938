//! A task in the shapes of the documented responses, with their inconsistencies: an unset field is
//! "" here and null there.
//!
//! Source: the official responses of GetTask, GetTriggerTask, ListTasks and ListTriggerTasks.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{Behaviour, FieldSpelling, ServiceIds, TriggerVersions};
use super::super::records::StoredTask;
use crate::kinds::{Field, Shape, Table};
use crate::model::Kind;

/// The official responses omit this field although it is set.
pub(crate) const FOLDER: &str = "TaskFolderPath";

/// Fields that are newer than the official responses: shown only when they are set.
const LATE: [&str; 4] =
    ["DependencyTriggerPolicy", "AllowDownstreamDependency", "MinuteOffset", "Type"];

/// Returns whether a field is newer than the official responses of its kind.
pub fn is_late(kind: Kind, field: &Field) -> bool {
    LATE.contains(&field.name) || (kind == Kind::TriggerTask && field.name == "ScheduleType")
}

/// Returns `Data` of GetTask and GetTriggerTask.
pub fn whole(table: &Table, task: &StoredTask, workflow: &str, behaviour: &Behaviour) -> Json {
    let mut data = Map::new();
    for section in table.fields {
        let Shape::Section(fields) = section.shape else { continue };
        let mut shown = Map::new();
        for field in fields.iter().filter(|field| field.uses.get) {
            if field.name == FOLDER && !behaviour.show_folder {
                continue;
            }
            let stored = task.field(section.name, field.name);
            if stored.is_none() && is_late(task.kind, field) {
                continue;
            }
            let value = attribute(table, task, workflow, field.name)
                .unwrap_or_else(|| value(task.kind, field, stored, behaviour));
            spell(field, value, behaviour.spelling, &mut shown);
        }
        data.insert(section.name.to_owned(), Json::Object(shown));
    }
    if task.kind == Kind::TriggerTask
        && behaviour.trigger_versions == TriggerVersions::Null
        && let Some(base) = data.get_mut(table.base).and_then(Json::as_object_mut)
    {
        base.insert("TaskLatestVersionNo".to_owned(), Json::Null);
    }
    Json::Object(data)
}

/// Returns an item of ListTasks and ListTriggerTasks: base attributes only.
pub fn item(table: &Table, own: &Table, task: &StoredTask, workflow: &str) -> Json {
    let behaviour = Behaviour::default();
    let mut shown = Map::new();
    for field in own.section(own.base).unwrap_or_default().iter().filter(|one| one.uses.get) {
        // ListTriggerTasks shows the folder, ListTasks does not.
        if field.name == FOLDER && table.kind == Kind::Task {
            continue;
        }
        let stored = task.field(own.base, field.name);
        let value = match field.name {
            "LastUpdateUserName" => Json::Null,
            "TaskLatestSubmitVersionNo" => json!(version(task.submitted).unwrap_or_default()),
            name => attribute(own, task, workflow, name)
                .unwrap_or_else(|| value(task.kind, field, stored, &behaviour)),
        };
        shown.insert(field.name.to_owned(), value);
    }
    Json::Object(shown)
}

/// Returns a value that the service determines, for the fields that requests cannot set.
fn attribute(table: &Table, task: &StoredTask, workflow: &str, name: &str) -> Option<Json> {
    let value = match name {
        "TaskId" => json!(task.id),
        "TaskTypeId" => json!(task.text(table.base, name).parse::<u64>().unwrap_or_default()),
        "TaskLatestVersionNo" => json!(version(Some(task.version))),
        "TaskLatestSubmitVersionNo" => json!(version(task.submitted)),
        "WorkflowName" => json!(workflow),
        "Status" => json!(task.status),
        "Submit" => json!(task.is_submitted()),
        "CreateTime" => json!(task.created),
        "CreateUserUin" => json!(task.creator),
        "LastUpdateTime" => json!(task.updated),
        "LastUpdateUserName" => json!(task.updater_name),
        "UpdateUserUin" => json!(task.updater),
        "LastOpsTime" => json!(task.last_ops.as_ref().map(|(time, _)| time)),
        "LastOpsUserName" => json!(task.last_ops.as_ref().map(|(_, user)| user)),
        _ => return None,
    };
    Some(value)
}

/// Returns a version number as responses print it: `V3`.
pub fn version(number: Option<u64>) -> Option<String> {
    number.map(|number| format!("V{number}"))
}

fn value(kind: Kind, field: &Field, stored: Option<&Json>, behaviour: &Behaviour) -> Json {
    match stored {
        None => unset(kind, field.name),
        Some(Json::Array(items)) if items.is_empty() => unset(kind, field.name),
        // Trigger tasks show null for what was sent as "".
        Some(Json::String(text)) if text.is_empty() && kind == Kind::TriggerTask => Json::Null,
        Some(Json::String(text))
            if behaviour.service_ids == ServiceIds::Wrapped
                && !text.is_empty()
                && field.format == crate::kinds::FieldFormat::Semicolons =>
        {
            json!(format!(";{};", text.trim_matches(';')))
        }
        Some(stored) => inside(field.shape, stored),
    }
}

/// Returns the value of an unset field, which differs from field to field.
fn unset(kind: Kind, name: &str) -> Json {
    match name {
        "TaskExtConfigurationList"
        | "TaskSchedulingParameterList"
        | "UpstreamDependencyConfigList"
        | "DownstreamDependencyConfigList"
        | "EventListenerList" => json!([]),
        "TaskDescription" | "CalendarId" | "CalendarName" | "DataCluster" if kind == Kind::Task => {
            json!("")
        }
        _ => Json::Null,
    }
}

/// Returns a value as responses show it: structures have every field, unset ones as null.
pub fn inside(shape: Shape, stored: &Json) -> Json {
    match (shape, stored) {
        (Shape::Section(fields), Json::Object(object)) => structure(fields, object),
        (Shape::List { items, .. }, Json::Array(array)) => array
            .iter()
            .filter_map(Json::as_object)
            .map(|object| structure(items, object))
            .collect(),
        _ => stored.clone(),
    }
}

fn structure(fields: &[Field], object: &Map<String, Json>) -> Json {
    let mut shown = Map::new();
    for field in fields {
        match object.get(field.name) {
            Some(stored) => {
                shown.insert(field.name.to_owned(), inside(field.shape, stored));
            }
            None if LATE.contains(&field.name) => {}
            None => {
                shown.insert(field.name.to_owned(), Json::Null);
            }
        }
    }
    Json::Object(shown)
}

fn spell(field: &Field, value: Json, spelling: FieldSpelling, shown: &mut Map<String, Json>) {
    let Some(disabled) = field.disabled else {
        shown.insert(field.name.to_owned(), value);
        return;
    };
    if spelling != FieldSpelling::New {
        let old = match (disabled.update, &value) {
            (Shape::Text, Json::Number(number)) => json!(number.to_string()),
            _ => value.clone(),
        };
        shown.insert(disabled.name.to_owned(), old);
    }
    if spelling != FieldSpelling::Old {
        shown.insert(field.name.to_owned(), value);
    }
}
