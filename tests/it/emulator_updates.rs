//! Full and partial updates.
#![expect(clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::{Value as Json, json};
use taskloom::emulator::{OmittedReading, PartialLists, RemovalPaths, ServerKeys};

use crate::emulator::{PROJECT, Rig, case_for, task, trigger_task};

fn update(id: &str, configuration: Json, scheduler: Json) -> Json {
    json!({"ProjectId": PROJECT, "TaskId": id, "Task": {
        "TaskBaseAttribute": {"TaskName": "b", "OwnerUin": "7", "TaskDescription": ""},
        "TaskConfiguration": configuration,
        "TaskSchedulerConfiguration": scheduler,
    }})
}

fn partial(id: &str, scheduler: Json, removals: Json) -> Json {
    json!({"ProjectId": PROJECT, "TaskId": id, "FieldToRemoveList": removals,
        "NewSetting": {"TaskSchedulerConfiguration": scheduler}})
}

async fn scheduler(rig: &Rig, id: &str) -> Json {
    rig.get("GetTask", id).await["TaskSchedulerConfiguration"].clone()
}

#[tokio::test]
async fn every_save_is_a_new_version() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let submit = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "v"});
    rig.data("SubmitTask", submit).await;
    rig.clock.pass(Duration::from_secs(9));
    rig.data("UpdateTask", update(&id, json!({}), json!({}))).await;
    let base = rig.get("GetTask", &id).await["TaskBaseAttribute"].clone();
    assert_eq!(base["TaskName"], "b");
    assert_eq!((&base["TaskLatestVersionNo"], &base["Submit"]), (&json!("V2"), &json!(false)));
    assert_eq!(base["TaskLatestSubmitVersionNo"], "V1");
    assert_eq!(base["LastUpdateTime"], "2026-01-02 11:04:14");
    assert_eq!(base["LastUpdateUserName"], "user1");
    assert_eq!(base["CreateTime"], "2026-01-02 11:04:05");
    assert_eq!((&base["TaskTypeId"], &base["WorkflowId"]), (&json!(35), &json!("wf-1")));
}

/// Returns a task that had three values set, after a full update that omits them.
async fn after_omission(omitted: OmittedReading) -> Json {
    let rig = Rig::with(|settings| settings.behaviour.omitted = omitted);
    let mut body = task("a");
    body["TaskConfiguration"]["BrokerIp"] = json!("any");
    body["TaskSchedulerConfiguration"] = json!({"CycleType": "HOUR_CYCLE",
        "StartTime": "2025-05-05 00:00:00", "ParamTaskOutList": [{"ParamKey": "k", "ParamValue": "v"}]});
    let id = rig.create(body).await;
    rig.data("UpdateTask", update(&id, json!({}), json!({}))).await;
    rig.get("GetTask", &id).await
}

#[tokio::test]
async fn a_full_update_resets_or_keeps_what_it_leaves_out() {
    let data = after_omission(OmittedReading::Reset).await;
    assert_eq!(data["TaskConfiguration"]["BrokerIp"], Json::Null);
    assert_eq!(data["TaskConfiguration"]["CodeContent"], Json::Null);
    assert_eq!(data["TaskSchedulerConfiguration"]["CycleType"], "DAY_CYCLE");
    assert_eq!(data["TaskSchedulerConfiguration"]["ParamTaskOutList"], Json::Null);
    assert_eq!(data["TaskSchedulerConfiguration"]["StartTime"], "2025-05-05 00:00:00");
    let data = after_omission(OmittedReading::Kept).await;
    assert_eq!(data["TaskConfiguration"]["BrokerIp"], "any");
    assert_eq!(data["TaskSchedulerConfiguration"]["CycleType"], "HOUR_CYCLE");
    assert_eq!(data["TaskSchedulerConfiguration"]["ParamTaskOutList"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn server_keys_left_out_of_a_full_update_are_lost_or_kept() {
    for (server_keys, n_keys) in [(ServerKeys::Lost, 1), (ServerKeys::Kept, 15)] {
        let rig = Rig::with(|settings| settings.behaviour.server_keys = server_keys);
        let id = rig.create(task("a")).await;
        let mine = json!({"TaskExtConfigurationList": [{"ParamKey": "mine", "ParamValue": "1"}]});
        rig.data("UpdateTask", update(&id, mine, json!({}))).await;
        let data = rig.get("GetTask", &id).await;
        let list = data["TaskConfiguration"]["TaskExtConfigurationList"].as_array().unwrap();
        assert_eq!(list.len(), n_keys);
    }
}

#[tokio::test]
async fn a_partial_update_leaves_the_rest_alone() {
    let rig = Rig::new();
    let id = rig.create(case_for("CreateTask.json", "")).await;
    let before = rig.get("GetTask", &id).await;
    rig.data("UpdateTaskPartially", case_for("UpdateTaskPartially.json", &id)).await;
    let after = rig.get("GetTask", &id).await;
    assert_eq!(after["TaskBaseAttribute"]["TaskName"], "hive_1");
    assert_eq!(after["TaskConfiguration"]["SourceServiceId"], "8444");
    assert_eq!(after["TaskSchedulerConfiguration"], before["TaskSchedulerConfiguration"]);
    let n_keys = |data: &Json| {
        data["TaskConfiguration"]["TaskExtConfigurationList"].as_array().unwrap().len()
    };
    assert_eq!(n_keys(&after), n_keys(&before));
}

/// Returns the keys of a list of two after a partial update of it.
async fn out_keys(lists: PartialLists, sent: Json) -> Vec<String> {
    let rig = Rig::with(|settings| settings.behaviour.partial_lists = lists);
    let mut body = task("a");
    body["TaskSchedulerConfiguration"]["ParamTaskOutList"] =
        json!([{"ParamKey": "a", "ParamValue": "1"}, {"ParamKey": "b", "ParamValue": "1"}]);
    let id = rig.create(body).await;
    let body = partial(&id, json!({ "ParamTaskOutList": sent }), json!([]));
    rig.data("UpdateTaskPartially", body).await;
    let list = scheduler(&rig, &id).await["ParamTaskOutList"].clone();
    let items = list.as_array().cloned().unwrap_or_default();
    items.iter().map(|item| format!("{}={}", item["ParamKey"], item["ParamValue"])).collect()
}

#[tokio::test]
async fn a_partial_update_upserts_or_replaces_lists() {
    let sent = json!([{"ParamKey": "b", "ParamValue": "2"}, {"ParamKey": "c", "ParamValue": "2"}]);
    let upserted = out_keys(PartialLists::Upsert, sent.clone()).await;
    assert_eq!(upserted, [r#""a"="1""#, r#""b"="2""#, r#""c"="2""#]);
    let replaced = out_keys(PartialLists::Replace, sent).await;
    assert_eq!(replaced, [r#""b"="2""#, r#""c"="2""#]);
    assert_eq!(out_keys(PartialLists::Upsert, json!([])).await.len(), 2);
    assert_eq!(out_keys(PartialLists::Replace, json!([])).await.len(), 0);
}

#[tokio::test]
async fn field_to_remove_list_removes_items_by_their_key() {
    let rig = Rig::new();
    let id = rig.create(case_for("CreateTask.json", "")).await;
    let removals = json!([
        "TaskSchedulerConfiguration/UpstreamDependencyConfigList:1,20241204111252781",
        "TaskSchedulerConfiguration/EventListenerList:event_241030",
        "TaskSchedulerConfiguration/DownStreamDependencyConfigList:20250123151934646",
    ]);
    rig.data("UpdateTaskPartially", partial(&id, json!({}), removals)).await;
    let after = scheduler(&rig, &id).await;
    assert_eq!(after["UpstreamDependencyConfigList"], json!([]));
    assert_eq!(after["EventListenerList"], json!([]));
    assert_eq!(after["ParamTaskOutList"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_path_that_removes_nothing_documented_is_refused() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    for path in [
        "TaskConfiguration/TaskExtConfigurationList:bucket",
        "TaskConfiguration/BrokerIp:any",
        "TaskSchedulerConfiguration/UpstreamDependencyConfigList",
        "ParamTaskOutList:a",
        "",
    ] {
        let code = rig.code("UpdateTaskPartially", partial(&id, json!({}), json!([path]))).await;
        assert_eq!(code, "InvalidParameterValue", "{path}");
    }
}

#[tokio::test]
async fn trigger_tasks_take_removal_paths_with_or_without_prefix() {
    use RemovalPaths::{Any, Plain, Prefixed};
    for (paths, prefix, taken) in [
        (Any, "", true),
        (Any, "Trigger", true),
        (Plain, "", true),
        (Plain, "Trigger", false),
        (Prefixed, "", false),
        (Prefixed, "Trigger", true),
    ] {
        let rig = Rig::with(|settings| settings.behaviour.removal_paths = paths);
        let id = rig.create(trigger_task("a")).await;
        let path = format!("{prefix}TaskSchedulerConfiguration/UpstreamDependencyConfigList:1");
        let body = json!({"ProjectId": PROJECT, "TaskId": id, "FieldToRemoveList": [path]});
        let result = rig.call("UpdateTriggerTaskPartially", body).await;
        assert_eq!(result.is_ok(), taken, "{paths:?} {prefix}");
    }
}

#[tokio::test]
async fn a_partial_update_of_a_trigger_task_cannot_move_it() {
    let rig = Rig::new();
    let id = rig.create(trigger_task("a")).await;
    let body = json!({"ProjectId": PROJECT, "TaskId": id,
        "NewSetting": {"TriggerTaskBaseAttribute": {"TaskFolderPath": "/x"}}});
    assert_eq!(rig.code("UpdateTriggerTaskPartially", body).await, "UnknownParameter");
}

#[tokio::test]
async fn what_get_showed_can_be_sent_back_and_changes_nothing() {
    let rig = Rig::new();
    let id = rig.create(case_for("CreateTask.json", "")).await;
    let before = rig.get("GetTask", &id).await;
    let mut whole = before.clone();
    let base = whole["TaskBaseAttribute"].as_object_mut().unwrap();
    base.retain(|name, _| ["TaskName", "OwnerUin", "TaskDescription"].contains(&name.as_str()));
    let body = json!({"ProjectId": PROJECT, "TaskId": id, "Task": whole});
    rig.data("UpdateTask", body).await;
    let after = rig.get("GetTask", &id).await;
    assert_eq!(after["TaskSchedulerConfiguration"], before["TaskSchedulerConfiguration"]);
}
