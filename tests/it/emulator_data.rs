//! The data file.
#![expect(clippy::disallowed_methods, reason = "the tests look at the file and spoil it")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use taskloom::emulator::{EmulatorError, EmulatorSettings, Service};

use crate::emulator::{PROJECT, Rig, StillClock, task, trigger_task};
use crate::emulator_workflows::{body, task_in, workflow};

fn rig(path: &Path) -> Rig {
    Rig::with(|settings| settings.data = Some(path.to_owned()))
}

fn error(path: &Path) -> EmulatorError {
    let settings = EmulatorSettings { data: Some(path.to_owned()), ..EmulatorSettings::default() };
    Service::open(settings, StillClock::new()).expect_err("the file should be refused")
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("json.log")
}

#[tokio::test]
async fn tasks_outlive_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/cloud.json");
    let first = rig(&path);
    let kept = first.create(task("kept")).await;
    let gone = first.create(trigger_task("gone")).await;
    let rename = json!({"ProjectId": PROJECT, "TaskId": kept,
        "NewSetting": {"TaskBaseAttribute": {"TaskName": "renamed"}}});
    first.data("UpdateTaskPartially", rename).await;
    first.data("DeleteTriggerTask", json!({"ProjectId": PROJECT, "TaskId": gone})).await;
    let before = first.get("GetTask", &kept).await;
    drop(first);
    for _ in 0..2 {
        let again = rig(&path);
        assert_eq!(again.get("GetTask", &kept).await, before);
        let list = again.data("ListTriggerTasks", json!({"ProjectId": PROJECT})).await;
        assert_eq!(list["TotalCount"], 0);
    }
}

#[tokio::test]
async fn a_new_id_is_new_after_a_restart_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    let first = rig(&path).create(task("a")).await;
    // The clock of the second rig shows the same time.
    assert_ne!(rig(&path).create(task("a")).await, first);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    for text in ["", "{", "[]", "{\"format_version\": 1}"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(error(&path), EmulatorError::Damaged { .. }), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, "{\"format_version\": 3, \"tasks\": {}}").unwrap();
    assert!(matches!(error(&path), EmulatorError::Newer { version: 3, .. }));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(error(&path), EmulatorError::Data { .. }));
}

#[tokio::test]
async fn a_change_cut_off_in_the_middle_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    rig(&path).create(task("a")).await;
    let first = fs::read_to_string(log_of(&path)).unwrap();
    let half = &first[..first.len() / 2];
    fs::write(log_of(&path), format!("{first}{half}")).unwrap();
    let again = rig(&path);
    let list = again.data("ListTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(list["TotalCount"], 1);
    drop(again);
    fs::write(log_of(&path), format!("{half}\n{first}")).unwrap();
    assert!(matches!(error(&path), EmulatorError::Damaged { line: 1, .. }));
}

#[tokio::test]
async fn a_second_service_on_the_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    let _first = rig(&path);
    assert!(matches!(error(&path), EmulatorError::InUse { .. }));
}

#[tokio::test]
async fn a_long_log_is_folded_into_the_file_while_it_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    let rig = rig(&path);
    let id = rig.create(task("a")).await;
    for _ in 0..1100 {
        let body = json!({"ProjectId": PROJECT, "TaskId": id, "NewSetting": {}});
        rig.data("UpdateTaskPartially", body).await;
    }
    let n_lines = fs::read_to_string(log_of(&path)).unwrap().lines().count();
    assert!(n_lines < 1000, "{n_lines}");
    let version = rig.get("GetTask", &id).await["TaskBaseAttribute"]["TaskLatestVersionNo"].clone();
    assert_eq!(version, "V1101");
}

#[tokio::test]
async fn workflows_folders_versions_and_operations_outlive_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    let first = rig(&path);
    let workflow = workflow(&first, "a").await;
    let made = body(json!({"WorkflowId": workflow, "ParentTaskFolderPath": "/",
        "TaskFolderName": "x", "TaskFolderType": "GENERAL"}));
    first.data("CreateTaskFolder", made).await;
    let id = first.create(task_in(&workflow, "t")).await;
    let submit = body(json!({"TaskId": id, "VersionRemark": "v"}));
    first.data("SubmitTask", submit).await;
    first.data("StartOpsTasks", body(json!({"TaskIds": [id]}))).await;
    let stop = first.data("StopOpsTasksAsync", body(json!({"TaskIds": [id]}))).await;
    let looks = [
        ("GetWorkflow", json!({"WorkflowId": workflow})),
        ("ListWorkflows", json!({})),
        (
            "ListTaskFolders",
            json!({"WorkflowId": workflow, "ParentTaskFolderPath": "/",
            "TaskFolderType": "GENERAL"}),
        ),
        ("GetTask", json!({"TaskId": id})),
        ("GetTaskVersion", json!({"TaskId": id})),
        ("ListTaskVersions", json!({"TaskId": id})),
    ];
    let mut before = Vec::new();
    for (action, members) in &looks {
        before.push(first.data(action, body(members.clone())).await);
    }
    drop(first);
    // The second start reads the log, the third one the snapshot that the second one wrote.
    for _ in 0..2 {
        let again = rig(&path);
        for ((action, members), before) in looks.iter().zip(&before) {
            assert_eq!(again.data(action, body(members.clone())).await, *before, "{action}");
        }
    }
    let last = rig(&path);
    let job = || last.data("GetOpsAsyncJob", body(json!({"AsyncId": stop["AsyncId"]})));
    assert_eq!(job().await["Status"], "INIT");
    assert_eq!(job().await["Status"], "SUCCESS");
    assert_eq!(last.get("GetTask", &id).await["TaskBaseAttribute"]["Status"], "F");
}

#[tokio::test]
async fn a_data_file_of_version_1_is_read_and_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.json");
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cases/emulator");
    fs::copy(format!("{cases}/cloud-v1.json"), &path).unwrap();
    fs::copy(format!("{cases}/cloud-v1.json.log"), log_of(&path)).unwrap();
    let rig = rig(&path);
    let list = rig.data("ListTasks", body(json!({}))).await;
    let names: Vec<&str> = list["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["TaskName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["first", "in the log"]);
    let id = list["Items"][0]["TaskId"].as_str().unwrap();
    let ids = body(json!({"TaskIds": [id]}));
    assert_eq!(rig.data("StartOpsTasks", ids).await, json!({"Status": true}));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"format_version\": 2"), "{text}");
}
