//! A task from its create to its delete.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::{Value as Json, json};
use taskloom::emulator::{DeleteReading, NameRule, Upstreams, WorkflowReading};

use crate::emulator::{PROJECT, Rig, case_for, task, trigger_task};

fn ext(data: &Json) -> Vec<(String, String)> {
    let sections = data.as_object().unwrap().values();
    let list = sections.filter_map(|section| section["TaskExtConfigurationList"].as_array()).next();
    let text = |item: &Json, key: &str| item[key].as_str().unwrap().to_owned();
    list.unwrap().iter().map(|item| (text(item, "ParamKey"), text(item, "ParamValue"))).collect()
}

#[tokio::test]
async fn ids_are_the_time_in_17_digits_and_unique_within_a_millisecond() {
    let rig = Rig::new();
    assert_eq!(rig.create(task("a")).await, "20260102110405006");
    assert_eq!(rig.create(trigger_task("a")).await, "20260102110405007");
    assert_eq!(rig.create(task("a")).await, "20260102110405008");
    rig.clock.pass(Duration::from_secs(1));
    assert_eq!(rig.create(task("a")).await, "20260102110406006");
}

#[tokio::test]
async fn a_new_task_is_a_draft_with_the_documented_defaults() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let data = rig.get("GetTask", &id).await;
    let base = &data["TaskBaseAttribute"];
    assert_eq!((&base["Status"], &base["Submit"]), (&json!("N"), &json!(false)));
    assert_eq!(base["TaskLatestVersionNo"], "V1");
    assert_eq!(base["TaskTypeId"], 35);
    assert_eq!(base["OwnerUin"], base["CreateUserUin"]);
    assert_eq!(base["CreateTime"], "2026-01-02 11:04:05");
    let scheduler = &data["TaskSchedulerConfiguration"];
    assert_eq!(scheduler["StartTime"], "2026-01-02 00:00:00");
    assert_eq!(scheduler["EndTime"], "2099-12-31 23:59:59");
    assert_eq!(scheduler["CycleType"], "DAY_CYCLE");
    assert_eq!(scheduler["RetryWait"], 5);
}

#[tokio::test]
async fn the_service_adds_ext_keys_and_leaves_those_of_the_caller() {
    let rig = Rig::new();
    let mut body = task("a");
    body["TaskConfiguration"]["TaskExtConfigurationList"] =
        json!([{"ParamKey": "bucket", "ParamValue": "mine"}]);
    let id = rig.create(body).await;
    let found = ext(&rig.get("GetTask", &id).await);
    let value = |key: &str| found.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    assert_eq!(value("bucket"), Some("mine"));
    assert_eq!(value("region"), Some("ap-guangzhou"));
    assert!(value("ftp.file.name").unwrap().contains(&format!("a_{id}")));
    assert_eq!(found.len(), 14);
    let id = rig.create(trigger_task("a")).await;
    assert_eq!(ext(&rig.get("GetTriggerTask", &id).await).len(), 7);
}

#[tokio::test]
async fn the_seed_settles_the_order_of_ext_keys() {
    async fn keys(seed: u64) -> Vec<String> {
        let rig = Rig::with(|settings| settings.seed = seed);
        let id = rig.create(task("a")).await;
        ext(&rig.get("GetTask", &id).await).into_iter().map(|(key, _)| key).collect()
    }
    assert_eq!(keys(1).await, keys(1).await);
    assert_ne!(keys(1).await, keys(2).await);
}

#[tokio::test]
async fn a_repeated_ext_key_keeps_its_last_value() {
    let rig = Rig::new();
    let id = rig.create(case_for("CreateTask-notebook.json", "")).await;
    let found = ext(&rig.get("GetTask", &id).await);
    assert_eq!(found.iter().filter(|(key, _)| key == "extraInfo").count(), 1);
}

#[tokio::test]
async fn a_submit_makes_the_saved_version_the_submitted_one() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let body = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "first"});
    let data = rig.data("SubmitTask", body).await;
    assert_eq!(data["VersionId"], format!("{id}_20260102110405006"));
    let base = rig.get("GetTask", &id).await["TaskBaseAttribute"].clone();
    assert_eq!((&base["TaskLatestSubmitVersionNo"], &base["Submit"]), (&json!("V1"), &json!(true)));
    assert_eq!(base["Status"], "N");
}

#[tokio::test]
async fn a_submitted_trigger_task_is_scheduled() {
    let rig = Rig::new();
    let id = rig.create(trigger_task("a")).await;
    let body = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "first"});
    rig.data("SubmitTriggerTask", body).await;
    let base = rig.get("GetTriggerTask", &id).await["TriggerTaskBaseAttribute"].clone();
    assert_eq!(base["Status"], "Y");
}

#[tokio::test]
async fn a_deleted_task_is_gone() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let body =
        || json!({"ProjectId": PROJECT, "TaskId": id, "DeleteMode": true, "OperateInform": false});
    rig.data("DeleteTask", body()).await;
    assert_eq!(rig.code("DeleteTask", body()).await, "ResourceNotFound");
}

#[tokio::test]
async fn a_task_is_found_only_in_its_project_and_by_its_kind() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let elsewhere = json!({"ProjectId": "2", "TaskId": id});
    assert_eq!(rig.code("GetTask", elsewhere).await, "ResourceNotFound");
    let other = json!({"ProjectId": PROJECT, "TaskId": id});
    assert_eq!(rig.code("GetTriggerTask", other).await, "ResourceNotFound");
}

#[tokio::test]
async fn names_are_free_or_unique_in_a_workflow() {
    let rig = Rig::new();
    rig.create(task("a")).await;
    rig.create(task("a")).await;
    let rig = Rig::with(|settings| settings.behaviour.names = NameRule::UniqueInWorkflow);
    rig.create(task("a")).await;
    assert_eq!(rig.code("CreateTask", task("a")).await, "InvalidParameter.DuplicateName");
    let mut other = task("a");
    other["TaskBaseAttribute"]["WorkflowId"] = json!("wf-2");
    rig.create(other).await;
    let id = rig.create(task("b")).await;
    let rename = json!({"ProjectId": PROJECT, "TaskId": id,
        "NewSetting": {"TaskBaseAttribute": {"TaskName": "a"}}});
    let code = rig.code("UpdateTaskPartially", rename).await;
    assert_eq!(code, "InvalidParameter.DuplicateName");
}

#[tokio::test]
async fn any_workflow_exists_or_only_known_ones() {
    let known = WorkflowReading::Known(vec!["wf-2".to_owned()]);
    let rig = Rig::with(|settings| settings.behaviour.workflows = known);
    assert_eq!(rig.code("CreateTask", task("a")).await, "ResourceNotFound");
}

#[tokio::test]
async fn upstream_tasks_may_be_foreign_or_must_exist() {
    let with_upstream = |id: &str| {
        let mut body = task("b");
        body["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
            json!([{"TaskId": id, "MainCyclicConfig": "DAY"}]);
        body
    };
    Rig::new().create(with_upstream("1")).await;
    let rig = Rig::with(|settings| settings.behaviour.upstreams = Upstreams::MustExist);
    assert_eq!(rig.code("CreateTask", with_upstream("1")).await, "ResourceNotFound");
    let id = rig.create(task("a")).await;
    rig.create(with_upstream(&id)).await;
}

#[tokio::test]
async fn deletes_may_be_refused_for_what_is_in_use() {
    let rig = Rig::with(|settings| settings.behaviour.deletes = DeleteReading::NotDependedOn);
    let up = rig.create(trigger_task("a")).await;
    let mut body = trigger_task("b");
    body["TriggerTaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
        json!([{"TaskId": up}]);
    let down = rig.create(body).await;
    let delete = |id: &str| json!({"ProjectId": PROJECT, "TaskId": id});
    assert_eq!(rig.code("DeleteTriggerTask", delete(&up)).await, "FailedOperation");
    rig.data("DeleteTriggerTask", delete(&down)).await;
    rig.data("DeleteTriggerTask", delete(&up)).await;
    let rig = Rig::with(|settings| settings.behaviour.deletes = DeleteReading::NotScheduled);
    let id = rig.create(trigger_task("a")).await;
    let submit = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "v"});
    rig.data("SubmitTriggerTask", submit).await;
    // No action takes a trigger task offline, so it need not be.
    rig.data("DeleteTriggerTask", delete(&id)).await;
}
