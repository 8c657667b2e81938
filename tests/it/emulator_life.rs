//! The life of a task after its create: submitted, approved, started, paused, offline.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::{Value as Json, json};
use taskloom::emulator::{DeleteReading, JobReading, StartFailures, StartReading, SubmitReading};

use crate::emulator::{Rig, task, trigger_task};
use crate::emulator_workflows::{body, task_in};

async fn submit(rig: &Rig, id: &str) -> Json {
    rig.data("SubmitTask", body(json!({"TaskId": id, "VersionRemark": "v"}))).await
}

/// Creates and submits a task and returns its id.
async fn submitted(rig: &Rig, name: &str) -> String {
    let id = rig.create(task(name)).await;
    submit(rig, &id).await;
    id
}

async fn running(rig: &Rig, name: &str) -> String {
    let id = submitted(rig, name).await;
    assert!(start(rig, &[&id]).await);
    id
}

async fn start(rig: &Rig, ids: &[&str]) -> bool {
    let data = rig.data("StartOpsTasks", body(json!({"TaskIds": ids}))).await;
    data["Status"].as_bool().unwrap()
}

async fn begin(rig: &Rig, action: &str, ids: &[&str]) -> String {
    let data = rig.data(action, body(json!({"TaskIds": ids, "KillInstance": false}))).await;
    data["AsyncId"].as_str().unwrap().to_owned()
}

async fn job(rig: &Rig, id: &str) -> Json {
    rig.data("GetOpsAsyncJob", body(json!({"AsyncId": id}))).await
}

async fn base(rig: &Rig, id: &str) -> Json {
    rig.get("GetTask", id).await["TaskBaseAttribute"].clone()
}

async fn status(rig: &Rig, id: &str) -> String {
    base(rig, id).await["Status"].as_str().unwrap().to_owned()
}

/// Polls an operation until it has ended.
async fn end(rig: &Rig, id: &str) -> Json {
    for _ in 0..10 {
        let data = job(rig, id).await;
        if !["INIT", "RUNNING"].contains(&data["Status"].as_str().unwrap()) {
            return data;
        }
    }
    panic!("the operation does not end");
}

#[tokio::test]
async fn a_submitted_task_starts_and_one_never_submitted_does_not() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    assert!(!start(&rig, &[&id]).await);
    assert_eq!(status(&rig, &id).await, "N");
    submit(&rig, &id).await;
    assert_eq!(base(&rig, &id).await["LastOpsTime"], Json::Null);
    assert!(start(&rig, &[&id]).await);
    let shown = base(&rig, &id).await;
    assert_eq!((&shown["Status"], &shown["Submit"]), (&json!("Y"), &json!(true)));
    assert_eq!(shown["LastOpsTime"], "2026-01-02 11:04:05");
    assert!(start(&rig, &[&id]).await);
}

#[tokio::test]
async fn of_several_tasks_those_that_can_are_started() {
    for (failures, code) in
        [(StartFailures::StatusFalse, None), (StartFailures::Error, Some("FailedOperation"))]
    {
        let rig = Rig::with(|settings| settings.behaviour.start_failures = failures);
        let good = submitted(&rig, "a").await;
        let draft = rig.create(task("b")).await;
        let trigger = rig.create(trigger_task("c")).await;
        let ids = json!({"TaskIds": [good, draft, trigger, "20250101000000000"]});
        let answer = rig.call("StartOpsTasks", body(ids)).await;
        assert_eq!(answer.as_ref().err().map(String::as_str), code);
        if let Ok(data) = answer {
            assert_eq!(data, json!({"Status": false}));
        }
        assert_eq!(
            (status(&rig, &good).await, status(&rig, &draft).await),
            ("Y".into(), "N".into())
        );
    }
}

#[tokio::test]
async fn the_parameters_of_operations_are_checked() {
    let rig = Rig::new();
    let id = submitted(&rig, "a").await;
    for (action, members, code) in [
        ("StartOpsTasks", json!({}), "MissingParameter"),
        ("StartOpsTasks", json!({"TaskIds": []}), "InvalidParameterValue"),
        ("StartOpsTasks", json!({"TaskIds": id}), "InvalidParameter"),
        ("StartOpsTasks", json!({"TaskIds": [id], "KillInstance": true}), "UnknownParameter"),
        ("PauseOpsTasksAsync", json!({"TaskIds": ["1"]}), "ResourceNotFound"),
        (
            "StopOpsTasksAsync",
            json!({"TaskIds": [id], "EnableDataBackfill": true}),
            "UnknownParameter",
        ),
        ("GetOpsAsyncJob", json!({}), "MissingParameter"),
        ("GetOpsAsyncJob", json!({"AsyncId": "none"}), "ResourceNotFound"),
        ("GetOpsTask", json!({}), "MissingParameter"),
        ("ListOpsTasks", json!({"PageSize": 10}), "InvalidParameter"),
        ("GetTaskVersion", json!({"TaskId": id, "VersionId": "none"}), "ResourceNotFound"),
        ("ListUpstreamTasks", json!({"TaskId": "1"}), "ResourceNotFound"),
    ] {
        assert_eq!(rig.code(action, body(members.clone())).await, code, "{action} {members}");
    }
    assert_eq!(rig.code("GetProject", json!({})).await, "MissingParameter");
}

#[tokio::test]
async fn a_pause_and_a_stop_go_from_init_over_running_to_success() {
    for (action, between, after) in
        [("PauseOpsTasksAsync", "Y", "O"), ("StopOpsTasksAsync", "T", "F")]
    {
        let rig = Rig::with(|settings| settings.behaviour.job_delay = 2);
        let id = running(&rig, "a").await;
        let async_id = begin(&rig, action, &[&id]).await;
        rig.clock.pass(Duration::from_secs(5));
        for expected in ["INIT", "RUNNING", "RUNNING"] {
            let data = job(&rig, &async_id).await;
            assert_eq!(
                (&data["Status"], &data["FinishedSubProcessCount"]),
                (&json!(expected), &json!(0))
            );
            assert_eq!(status(&rig, &id).await, between);
        }
        let data = job(&rig, &async_id).await;
        assert_eq!((&data["Status"], &data["ErrorDesc"]), (&json!("SUCCESS"), &Json::Null));
        assert_eq!(data["AsyncId"], async_id);
        assert_eq!(data["CreateTime"], "2026-01-02T11:04:05");
        assert_eq!(data["UpdateTime"], "2026-01-02T11:04:10");
        assert_eq!(status(&rig, &id).await, after);
        assert_eq!(job(&rig, &async_id).await["Status"], "SUCCESS");
        assert!(start(&rig, &[&id]).await);
        assert_eq!(status(&rig, &id).await, "Y");
    }
}

#[tokio::test]
async fn an_operation_that_nobody_looks_at_ends_in_a_minute() {
    let rig = Rig::new();
    let id = running(&rig, "a").await;
    let async_id = begin(&rig, "StopOpsTasksAsync", &[&id]).await;
    rig.clock.pass(Duration::from_secs(59));
    assert_eq!(status(&rig, &id).await, "T");
    assert!(!start(&rig, &[&id]).await);
    rig.clock.pass(Duration::from_secs(1));
    assert_eq!(status(&rig, &id).await, "F");
    assert_eq!(job(&rig, &async_id).await["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_operation_fails_wholly_or_in_part_or_never_ends() {
    for (jobs, expected, n_done, statuses) in [
        (JobReading::Fail, "FAIL", 0, ["Y", "Y"]),
        (JobReading::PartSuccess, "PART_SUCCESS", 1, ["F", "Y"]),
    ] {
        let rig = Rig::with(|settings| settings.behaviour.jobs = jobs);
        let ids = [running(&rig, "a").await, running(&rig, "b").await];
        let async_id = begin(&rig, "StopOpsTasksAsync", &[&ids[0], &ids[1]]).await;
        let data = end(&rig, &async_id).await;
        assert_eq!(
            (&data["Status"], &data["SuccessSubProcessCount"]),
            (&json!(expected), &json!(n_done))
        );
        assert_eq!(data["TotalSubProcessCount"], 2);
        assert_eq!(data["FinishedSubProcessCount"], 2);
        assert!(data["ErrorDesc"].is_string());
        assert_eq!([status(&rig, &ids[0]).await, status(&rig, &ids[1]).await], statuses);
    }
    let rig = Rig::with(|settings| settings.behaviour.jobs = JobReading::Never);
    let id = running(&rig, "a").await;
    let async_id = begin(&rig, "StopOpsTasksAsync", &[&id]).await;
    rig.clock.pass(Duration::from_secs(3600));
    job(&rig, &async_id).await;
    assert_eq!(job(&rig, &async_id).await["Status"], "RUNNING");
    assert_eq!(status(&rig, &id).await, "T");
}

#[tokio::test]
async fn what_cannot_be_paused_fails_the_operation() {
    let rig = Rig::new();
    let good = running(&rig, "a").await;
    let draft = rig.create(task("b")).await;
    let both = begin(&rig, "PauseOpsTasksAsync", &[&good, &draft]).await;
    assert_eq!(end(&rig, &both).await["Status"], "PART_SUCCESS");
    let alone = begin(&rig, "StopOpsTasksAsync", &[&draft]).await;
    assert_eq!(end(&rig, &alone).await["Status"], "FAIL");
    assert_eq!((status(&rig, &good).await, status(&rig, &draft).await), ("O".into(), "N".into()));
}

#[tokio::test]
async fn an_offline_or_running_task_may_not_be_started() {
    for (starts, offline, again) in [
        (StartReading::Any, true, true),
        (StartReading::NotOffline, false, true),
        (StartReading::NotRunning, true, false),
    ] {
        let rig = Rig::with(|settings| settings.behaviour.starts = starts);
        let id = running(&rig, "a").await;
        assert_eq!(start(&rig, &[&id]).await, again, "{starts:?}");
        let async_id = begin(&rig, "StopOpsTasksAsync", &[&id]).await;
        end(&rig, &async_id).await;
        assert_eq!(start(&rig, &[&id]).await, offline, "{starts:?}");
    }
}

#[tokio::test]
async fn an_update_of_a_running_task_is_a_draft_until_it_is_submitted() {
    let rig = Rig::new();
    let id = running(&rig, "a").await;
    let rename = json!({"TaskId": id, "NewSetting": {"TaskBaseAttribute": {"TaskName": "b"}}});
    rig.data("UpdateTaskPartially", body(rename)).await;
    let shown = base(&rig, &id).await;
    assert_eq!((&shown["Status"], &shown["Submit"]), (&json!("Y"), &json!(false)));
    assert_eq!(
        (&shown["TaskLatestVersionNo"], &shown["TaskLatestSubmitVersionNo"]),
        (&json!("V2"), &json!("V1"))
    );
    let in_production =
        async || rig.get("GetOpsTask", &id).await["TaskBaseAttribute"]["TaskName"].clone();
    assert_eq!(in_production().await, "a");
    submit(&rig, &id).await;
    assert_eq!(in_production().await, "b");
    assert_eq!(status(&rig, &id).await, "Y");
}

#[tokio::test]
async fn a_version_that_waits_for_approval_is_not_in_production() {
    for (submits, is_shown) in
        [(SubmitReading::Waiting, false), (SubmitReading::WaitingShown, true)]
    {
        let rig = Rig::with(|settings| settings.behaviour.submits = submits);
        let id = rig.create(task("a")).await;
        let version = submit(&rig, &id).await["VersionId"].clone();
        let shown = base(&rig, &id).await;
        assert_eq!(shown["Submit"], is_shown);
        let number = if is_shown { json!("V1") } else { Json::Null };
        assert_eq!(shown["TaskLatestSubmitVersionNo"], number);
        let data =
            rig.data("GetTaskVersion", body(json!({"TaskId": id, "VersionId": version}))).await;
        assert_eq!(data["ApproveStatus"], "Approval in progress");
        assert!(!start(&rig, &[&id]).await);
        assert_eq!(rig.code("GetOpsTask", body(json!({"TaskId": id}))).await, "ResourceNotFound");
        assert!(rig.service.approve(&id).unwrap());
        assert!(!rig.service.approve(&id).unwrap());
        assert_eq!(base(&rig, &id).await["TaskLatestSubmitVersionNo"], "V1");
        assert!(start(&rig, &[&id]).await);
        let project = rig.data("GetProject", body(json!({}))).await;
        assert_eq!(project["ProjectModel"], "STANDARD");
        let trigger = rig.create(trigger_task("b")).await;
        rig.data("SubmitTriggerTask", body(json!({"TaskId": trigger, "VersionRemark": "v"}))).await;
        let data = rig.get("GetTriggerTask", &trigger).await;
        assert_eq!(data["TriggerTaskBaseAttribute"]["Status"], "N");
        assert!(rig.service.approve(&trigger).unwrap());
        let data = rig.get("GetTriggerTask", &trigger).await;
        assert_eq!(data["TriggerTaskBaseAttribute"]["Status"], "Y");
    }
}

#[tokio::test]
async fn a_submit_may_say_false_and_may_say_its_status() {
    let rig = Rig::with(|settings| settings.behaviour.submits = SubmitReading::StatusFalse);
    let id = rig.create(task("a")).await;
    assert_eq!(submit(&rig, &id).await["Status"], false);
    assert_eq!(base(&rig, &id).await["Submit"], false);
    let rig = Rig::with(|settings| settings.behaviour.show_submit_status = true);
    let id = rig.create(task("a")).await;
    assert_eq!(submit(&rig, &id).await["Status"], true);
}

#[tokio::test]
async fn the_submitted_versions_are_kept_as_they_were() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let first = submit(&rig, &id).await["VersionId"].clone();
    let rename = json!({"TaskId": id, "NewSetting": {"TaskBaseAttribute": {"TaskName": "b"}}});
    rig.data("UpdateTaskPartially", body(rename)).await;
    let second = submit(&rig, &id).await["VersionId"].clone();
    assert_ne!(first, second);
    let version = async |members: Json| {
        let data = rig.data("GetTaskVersion", body(members)).await;
        (data["VersionNum"].clone(), data["Task"]["TaskBaseAttribute"]["TaskName"].clone())
    };
    assert_eq!(version(json!({"TaskId": id})).await, (json!("V2"), json!("b")));
    assert_eq!(version(json!({"TaskId": id, "VersionId": first})).await, (json!("V1"), json!("a")));
    let list = async |more: Json| {
        let mut members = json!({"TaskId": id, "TaskVersionType": "SUBMIT"});
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.data("ListTaskVersions", body(members)).await
    };
    let all = list(json!({})).await;
    assert_eq!(all["TotalCount"], 2);
    assert_eq!(
        (&all["Items"][0]["VersionId"], &all["Items"][0]["UsedVersion"]),
        (&second, &json!(true))
    );
    assert_eq!(list(json!({"UsedVersion": false})).await["Items"][0]["VersionId"], first);
    let saves = rig.data("ListTaskVersions", body(json!({"TaskId": id}))).await;
    let numbers: Vec<&Json> =
        saves["Items"].as_array().unwrap().iter().map(|item| &item["VersionNum"]).collect();
    assert_eq!(numbers, [&json!("V2"), &json!("V1")]);
    rig.data("DeleteTask", body(json!({"TaskId": id}))).await;
    assert_eq!(rig.code("GetTaskVersion", body(json!({"TaskId": id}))).await, "ResourceNotFound");
}

#[tokio::test]
async fn a_running_task_is_deleted_or_must_be_offline_first() {
    let rig = Rig::new();
    let id = running(&rig, "a").await;
    rig.data("DeleteTask", body(json!({"TaskId": id}))).await;
    let rig = Rig::with(|settings| settings.behaviour.deletes = DeleteReading::NotScheduled);
    let id = running(&rig, "a").await;
    let delete = || body(json!({"TaskId": id}));
    assert_eq!(rig.code("DeleteTask", delete()).await, "FailedOperation");
    let async_id = begin(&rig, "StopOpsTasksAsync", &[&id]).await;
    assert_eq!(rig.code("DeleteTask", delete()).await, "FailedOperation");
    end(&rig, &async_id).await;
    rig.data("DeleteTask", delete()).await;
}

#[tokio::test]
async fn neighbours_are_those_of_the_stored_dependencies() {
    let rig = Rig::new();
    let up = rig.create(task("up")).await;
    for n in 0..12 {
        let mut down = task(&format!("down{n}"));
        down["TaskSchedulerConfiguration"]["CycleType"] = json!("MINUTE_CYCLE");
        down["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
            json!([{"TaskId": up, "MainCyclicConfig": "DAY"}]);
        rig.create(down).await;
    }
    let list = async |action: &str, members: Json| rig.data(action, body(members)).await;
    let first = list("ListDownstreamTasks", json!({"TaskId": up})).await;
    assert_eq!((&first["TotalCount"], &first["TotalPageNumber"]), (&json!(12), &json!(2)));
    assert_eq!(first["Items"].as_array().unwrap().len(), 10);
    assert_eq!(first["Items"][0]["CycleType"], "I");
    let down = first["Items"][0]["TaskId"].clone();
    let upstream = list("ListUpstreamTasks", json!({"TaskId": down, "PageSize": 20})).await;
    assert_eq!(upstream["Items"][0]["TaskId"], up);
    assert_eq!(list("ListUpstreamTasks", json!({"TaskId": up})).await["TotalCount"], 0);
}

#[tokio::test]
async fn tasks_in_production_are_listed() {
    let rig = Rig::new();
    let made = json!({"ParentFolderPath": "/", "FolderName": "f"});
    let folder = rig.data("CreateWorkflowFolder", body(made)).await["FolderId"].clone();
    let made = json!({"WorkflowName": "w", "ParentFolderPath": "/f"});
    let workflow = rig.data("CreateWorkflow", body(made)).await["WorkflowId"].clone();
    let inside = rig.create(task_in(workflow.as_str().unwrap(), "a")).await;
    submit(&rig, &inside).await;
    running(&rig, "b").await;
    rig.create(task("draft")).await;
    let list = async |filter: Json| rig.data("ListOpsTasks", body(filter)).await;
    let all = list(json!({"PageSize": "10", "PageNumber": "1"})).await;
    assert_eq!((&all["TotalCount"], &all["Items"][0]["TaskId"]), (&json!(2), &json!(inside)));
    assert_eq!(all["Items"][0]["FolderName"], "f");
    for filter in [
        json!({"Status": "N"}),
        json!({"WorkflowId": workflow}),
        json!({"WorkflowName": "w"}),
        json!({"FolderId": folder}),
    ] {
        let found = list(filter.clone()).await;
        assert_eq!(
            (&found["TotalCount"], &found["Items"][0]["TaskId"]),
            (&json!(1), &json!(inside)),
            "{filter}"
        );
    }
    assert_eq!(list(json!({"CycleType": "DAY_CYCLE"})).await["TotalCount"], 2);
    assert_eq!(list(json!({"Status": "F"})).await["TotalCount"], 0);
}
