//! Every official request about workflows, folders and the life of a task is accepted, and every
//! path of its official response is in ours.
#![expect(clippy::indexing_slicing, reason = "a panic is how a test fails")]

use serde_json::{Value as Json, json};

use crate::emulator::{PROJECT, Rig, case, case_for};
use crate::emulator_shapes::{official, shape};

/// Returns an official request for the rig's project, with some members replaced.
fn request(name: &str, changes: Json) -> Json {
    let mut body = case(&format!("{name}.json"));
    body["ProjectId"] = json!(PROJECT);
    for (name, value) in changes.as_object().into_iter().flatten() {
        assert!(body.get(name).is_some(), "{name} is not in {body}");
        body[name] = value.clone();
    }
    body
}

/// Sends an official request; each path of the official response must be in ours.
async fn matches(rig: &Rig, action: &str, changes: Json) -> Json {
    let data = rig.data(action, request(action, changes)).await;
    let ours = shape(&data);
    let theirs = shape(&official(&format!("{action}.response.json")));
    let missing: Vec<&String> = theirs.keys().filter(|path| !ours.contains_key(*path)).collect();
    assert!(missing.is_empty(), "{action}: {missing:?} are not in {data}");
    data
}

/// Sends an official request whose response is only a Status.
async fn says_true(rig: &Rig, name: &str, changes: Json) {
    let action = name.trim_end_matches("-2");
    let data = rig.data(action, request(name, changes)).await;
    assert_eq!(data, json!({"Status": true}), "{name}");
}

/// Creates the folder of workflows that an official request names.
async fn make_folder(rig: &Rig, path: &str) {
    let mut parent = "/".to_owned();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let body = json!({"ProjectId": PROJECT, "ParentFolderPath": parent, "FolderName": name});
        rig.data("CreateWorkflowFolder", body).await;
        parent = format!("{}/{name}", parent.trim_end_matches('/'));
    }
}

#[tokio::test]
async fn the_official_examples_of_workflows() {
    let rig = Rig::new();
    make_folder(&rig, "/u9ed8u8ba4u6587u4ef6u5939").await;
    let made = matches(&rig, "CreateWorkflow", json!({})).await;
    let id = json!({"WorkflowId": made["WorkflowId"]});
    says_true(&rig, "UpdateWorkflow", id.clone()).await;
    let schedule = official("GetWorkflow.response.json")["WorkflowSchedulerConfiguration"].clone();
    let mut body = json!({"ProjectId": PROJECT, "WorkflowId": made["WorkflowId"],
        "WorkflowSchedulerConfiguration": schedule});
    // Requests do not have it.
    if let Some(schedule) = body["WorkflowSchedulerConfiguration"].as_object_mut() {
        schedule.remove("CalendarName");
    }
    rig.data("UpdateWorkflow", body).await;
    let data = matches(&rig, "GetWorkflow", id.clone()).await;
    assert_eq!(data["WorkflowName"], "csd213213");
    assert_eq!(data["Path"], "/u9ed8u8ba4u6587u4ef6u5939/csd213213");
    matches(&rig, "ListWorkflows", json!({})).await;
    says_true(&rig, "DeleteWorkflow", id).await;
}

#[tokio::test]
async fn the_official_examples_of_trigger_workflows() {
    let rig = Rig::new();
    let made = matches(&rig, "CreateTriggerWorkflow", json!({})).await;
    let id = json!({"WorkflowId": made["WorkflowId"]});
    let data = matches(&rig, "GetTriggerWorkflow", id.clone()).await;
    assert_eq!(data["Path"], "/默认文件夹/test_wk");
    says_true(&rig, "UpdateTriggerWorkflow", id.clone()).await;
    says_true(&rig, "UpdateTriggerWorkflow-2", id.clone()).await;
    says_true(&rig, "UpdateTriggerWorkflowPartially", id.clone()).await;
    let data = matches(&rig, "GetTriggerWorkflow", id.clone()).await;
    assert_eq!(data["SchedulerStatus"], "PAUSED");
    let triggers = &data["TriggerWorkflowSchedulerConfigurations"];
    assert_eq!(triggers[0]["TriggerId"], "00000000-0000-1000-8000-000000000051");
    assert_eq!(triggers[1]["FileNamePattern"], "t1.csv");
    matches(&rig, "ListTriggerWorkflows", json!({})).await;
    says_true(&rig, "DeleteTriggerWorkflow", id).await;
}

#[tokio::test]
async fn the_official_examples_of_folders() {
    let rig = Rig::new();
    make_folder(&rig, "/0_only/0_sub").await;
    let made = matches(&rig, "CreateWorkflowFolder", json!({})).await;
    let id = json!({"FolderId": made["FolderId"]});
    matches(&rig, "GetWorkflowFolder", id.clone()).await;
    let parent = json!({"ParentFolderPath": "/0_only/0_sub"});
    matches(&rig, "ListWorkflowFolders", parent).await;
    says_true(&rig, "UpdateWorkflowFolder", id.clone()).await;
    says_true(&rig, "DeleteWorkflowFolder", id).await;

    let made = matches(&rig, "CreateTaskFolder", json!({})).await;
    let workflow = case("CreateTaskFolder.json")["WorkflowId"].clone();
    let id = json!({"TaskFolderId": made["TaskFolderId"], "WorkflowId": workflow});
    matches(&rig, "GetTaskFolder", id.clone()).await;
    let list = json!({"WorkflowId": workflow, "TaskFolderType": "ETL"});
    let data = matches(&rig, "ListTaskFolders", list).await;
    assert_eq!(data["Items"][0]["TaskFolderPath"], "/tf_251113_225934");
    says_true(&rig, "UpdateTaskFolder", id.clone()).await;
    says_true(&rig, "DeleteTaskFolder", id).await;
}

#[tokio::test]
async fn the_official_examples_of_a_task_in_production() {
    let rig = Rig::new();
    let task = rig.create(case_for("CreateTask.json", "")).await;
    let id = json!({"TaskId": task});
    let ids = json!({"TaskIds": [task]});
    let start = async || rig.data("StartOpsTasks", request("StartOpsTasks", ids.clone())).await;
    // The official response has Status false, as ours for a task that was never submitted.
    assert_eq!(start().await, json!({"Status": false}));
    let submitted = matches(&rig, "SubmitTask", id.clone()).await;
    assert_eq!(start().await, json!({"Status": true}));
    let version = json!({"TaskId": task, "VersionId": submitted["VersionId"]});
    let version = rig.data("GetTaskVersion", request("GetTaskVersion", version)).await;
    let theirs = official("GetTaskVersion.response.json");
    for (part, theirs) in theirs.as_object().into_iter().flatten() {
        for path in shape(theirs).keys().filter(|path| !path.contains("[]")) {
            assert!(shape(&version[part]).contains_key(path), "{part}{path}");
        }
    }
    matches(&rig, "ListTaskVersions", id).await;
    matches(&rig, "ListOpsTasks", json!({})).await;
    let pause = matches(&rig, "PauseOpsTasksAsync", ids.clone()).await;
    matches(&rig, "GetOpsAsyncJob", json!({"AsyncId": pause["AsyncId"]})).await;
    let stop = matches(&rig, "StopOpsTasksAsync", ids).await;
    matches(&rig, "GetOpsAsyncJob", json!({"AsyncId": stop["AsyncId"]})).await;
    let project = matches(&rig, "GetProject", json!({})).await;
    assert_eq!(project["ProjectId"], PROJECT);
}

#[tokio::test]
async fn the_official_examples_of_neighbours_and_of_trigger_tasks() {
    let rig = Rig::new();
    for (kind, section) in [
        ("Task", "TaskSchedulerConfiguration"),
        ("TriggerTask", "TriggerTaskSchedulerConfiguration"),
    ] {
        let up = rig.create(case_for(&format!("Create{kind}.json"), "")).await;
        let mut body = case_for(&format!("Create{kind}.json"), "");
        let link = if kind == "Task" {
            json!([{"TaskId": up, "MainCyclicConfig": "DAY", "SubordinateCyclicConfig": "CURRENT_DAY"}])
        } else {
            json!([{"TaskId": up}])
        };
        body[section]["UpstreamDependencyConfigList"] = link;
        let down = rig.create(body).await;
        let found = matches(&rig, &format!("ListDownstream{kind}s"), json!({"TaskId": up})).await;
        assert_eq!(found["Items"][0]["TaskId"], down);
        let found = matches(&rig, &format!("ListUpstream{kind}s"), json!({"TaskId": down})).await;
        assert_eq!(found["Items"][0]["TaskId"], up);
        if kind == "TriggerTask" {
            let submitted = matches(&rig, "SubmitTriggerTask", json!({"TaskId": up})).await;
            let version = json!({"TaskId": up, "VersionId": submitted["VersionId"]});
            let data =
                rig.data("GetTriggerTaskVersion", request("GetTriggerTaskVersion", version)).await;
            assert_eq!(data["Task"]["TriggerTaskBaseAttribute"]["Status"], "Y");
        }
    }
}
