//! The responses have exactly the fields and types of the official examples.
#![expect(clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use taskloom::emulator::{Behaviour, FieldSpelling, MissingReading, ServiceIds, TriggerVersions};

use crate::emulator::{PROJECT, Rig, case, case_for, task, trigger_task};

/// Returns every path of a response with its JSON type; the items of a list share one path.
pub fn shape(json: &Json) -> BTreeMap<String, &'static str> {
    fn visit(json: &Json, path: &str, found: &mut BTreeMap<String, &'static str>) {
        let kind = match json {
            Json::Null => "null",
            Json::Bool(_) => "flag",
            Json::Number(_) => "number",
            Json::String(_) => "text",
            Json::Array(items) => {
                items.iter().for_each(|item| visit(item, &format!("{path}[]"), found));
                "list"
            }
            Json::Object(map) => {
                map.iter().for_each(|(key, value)| visit(value, &format!("{path}.{key}"), found));
                "map"
            }
        };
        found.insert(path.to_owned(), kind);
    }
    let mut found = BTreeMap::new();
    visit(json, "", &mut found);
    found
}

pub fn official(name: &str) -> Json {
    case(name)["Response"]["Data"].clone()
}

#[tokio::test]
async fn get_task_has_the_documented_shape() {
    let rig = Rig::new();
    let mut body = case_for("CreateTask.json", "");
    body["TaskSchedulerConfiguration"]["ParamTaskInList"] = json!([{"ParamKey": "in",
        "ParamDesc": "p.t.out", "FromTaskId": "20241204111252781", "FromParamKey": "out"}]);
    let id = rig.create(body).await;
    let data = rig.get("GetTask", &id).await;
    assert_eq!(shape(&data), shape(&official("GetTask.response.json")));
}

#[tokio::test]
async fn get_trigger_task_has_the_documented_shape() {
    let rig = Rig::with(|settings| {
        settings.behaviour.trigger_versions = TriggerVersions::Null;
    });
    let mut body = case_for("CreateTriggerTask.json", "");
    body["TriggerTaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
        json!([{"TaskId": "20251121163138956"}]);
    let id = rig.create(body).await;
    let data = rig.get("GetTriggerTask", &id).await;
    assert_eq!(shape(&data), shape(&official("GetTriggerTask.response.json")));
}

#[tokio::test]
async fn lists_have_the_documented_shapes() {
    let rig = Rig::new();
    rig.create(case_for("CreateTask.json", "")).await;
    let data = rig.data("ListTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(shape(&data), shape(&official("ListTasks.response.json")));
    let mut body = case_for("CreateTriggerTask.json", "");
    body["TriggerTaskBaseAttribute"]["TaskDescription"] = json!("x");
    rig.create(body).await;
    let data = rig.data("ListTriggerTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(shape(&data), shape(&official("ListTriggerTasks.response.json")));
}

#[tokio::test]
async fn writes_have_the_documented_shapes() {
    let rig = Rig::new();
    let id = rig.create(case_for("CreateTask.json", "")).await;
    let trigger = rig.data("CreateTriggerTask", case_for("CreateTriggerTask.json", "")).await;
    assert_eq!(shape(&trigger), shape(&official("CreateTriggerTask.response.json")));
    let trigger = trigger["TaskId"].as_str().unwrap();
    for (action, id) in [
        ("UpdateTask", id.as_str()),
        ("UpdateTaskPartially", &id),
        ("UpdateTriggerTask", trigger),
        ("UpdateTriggerTaskPartially", trigger),
    ] {
        let data = rig.data(action, case_for(&format!("{action}.json"), id)).await;
        assert_eq!(data, json!({"Status": true}), "{action}");
    }
    for (action, id) in [("SubmitTask", id.as_str()), ("SubmitTriggerTask", trigger)] {
        let body = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "v"});
        let data = rig.data(action, body).await;
        assert_eq!(shape(&data), shape(&official(&format!("{action}.response.json"))), "{action}");
    }
    let data = rig.data("DeleteTask", json!({"ProjectId": PROJECT, "TaskId": id})).await;
    assert_eq!(data, official("DeleteTask.response.json"));
}

#[tokio::test]
async fn the_code_comes_with_the_size_of_its_base64() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let expected = json!({"CodeInfo": "ZWNobyBoZWxsbwo=", "CodeFileSize": "16"});
    assert_eq!(rig.get("GetTaskCode", &id).await, expected);
    let id = rig.create(trigger_task("a")).await;
    assert_eq!(rig.get("GetTriggerTaskCode", &id).await, expected);
}

/// Returns the scheduler section as a behaviour shows it.
async fn scheduler(spelling: FieldSpelling) -> Json {
    let rig = Rig::with(|settings| settings.behaviour.spelling = spelling);
    let id = rig.create(case_for("CreateTask.json", "")).await;
    rig.get("GetTask", &id).await["TaskSchedulerConfiguration"].clone()
}

#[tokio::test]
async fn get_task_shows_old_or_new_spellings_or_both() {
    let old = scheduler(FieldSpelling::Old).await;
    assert_eq!((&old["RunPriority"], &old["WaitExecutionTotalTTL"]), (&json!(6), &json!("-1")));
    assert!(old.get("RunPriorityType").is_none());
    let new = scheduler(FieldSpelling::New).await;
    assert_eq!(
        (&new["RunPriorityType"], &new["WaitExecutionTotalTTLMinute"]),
        (&json!(6), &json!(-1))
    );
    assert!(new.get("RunPriority").is_none());
    let both = scheduler(FieldSpelling::Both).await;
    assert_eq!((&both["RunPriority"], &both["RunPriorityType"]), (&json!(6), &json!(6)));
}

#[tokio::test]
async fn a_field_younger_than_the_examples_is_shown_once_set() {
    let rig = Rig::new();
    let mut body = task("a");
    body["TaskSchedulerConfiguration"]["MinuteOffset"] = json!(3);
    let id = rig.create(body).await;
    let data = rig.get("GetTask", &id).await;
    assert_eq!(data["TaskSchedulerConfiguration"]["MinuteOffset"], 3);
}

#[tokio::test]
async fn service_ids_come_as_sent_or_between_semicolons() {
    for (service_ids, expected) in [(ServiceIds::AsSent, "73170"), (ServiceIds::Wrapped, ";73170;")]
    {
        let rig = Rig::with(|settings| settings.behaviour.service_ids = service_ids);
        let mut body = task("a");
        body["TaskConfiguration"]["SourceServiceId"] = json!("73170");
        let id = rig.create(body).await;
        let data = rig.get("GetTask", &id).await;
        assert_eq!(data["TaskConfiguration"]["SourceServiceId"], expected);
    }
}

#[tokio::test]
async fn the_folder_is_shown_only_when_asked_for() {
    for show_folder in [false, true] {
        let rig = Rig::with(|settings| settings.behaviour.show_folder = show_folder);
        let id = rig.create(task("a")).await;
        let data = rig.get("GetTask", &id).await;
        let folder = data["TaskBaseAttribute"].get("TaskFolderPath");
        assert_eq!(folder, show_folder.then_some(&json!("/")));
    }
}

#[tokio::test]
async fn a_missing_task_is_an_error_or_null() {
    let body = || json!({"ProjectId": PROJECT, "TaskId": "20250101000000000"});
    let rig = Rig::new();
    for action in ["GetTask", "DeleteTask", "GetTriggerTask", "DeleteTriggerTask", "GetTaskCode"] {
        assert_eq!(rig.code(action, body()).await, "ResourceNotFound", "{action}");
    }
    let behaviour = Behaviour { missing: MissingReading::Null, ..Behaviour::default() };
    let rig = Rig::with(|settings| settings.behaviour = behaviour);
    for action in ["GetTask", "DeleteTask", "GetTriggerTask", "DeleteTriggerTask"] {
        assert_eq!(rig.data(action, body()).await, Json::Null, "{action}");
    }
}
