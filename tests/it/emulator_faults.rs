//! Injected faults.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use serde_json::{Value as Json, json};
use taskloom::emulator::{CallEnding, Fault, FaultKind, FaultMoment};

use crate::emulator::{PROJECT, Rig, read, task, whole};
use crate::emulator_workflows::body;

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

async fn n_tasks(rig: &Rig) -> Json {
    rig.data("ListTasks", json!({"ProjectId": PROJECT})).await["TotalCount"].clone()
}

/// Returns how a create with a fault ends, and the number of tasks afterwards.
async fn faulty_create(text: &str) -> (CallEnding, Json) {
    let rig = Rig::new();
    rig.service.faults().add(fault(text));
    let outcome = rig.send("CreateTask", &task("a")).await;
    (outcome, n_tasks(&rig).await)
}

#[tokio::test]
async fn a_fault_strikes_before_or_after_the_effect() {
    for kind in FaultKind::ALL.into_iter().filter(|kind| *kind != FaultKind::StaleRead) {
        for (effect, n_expected) in [(FaultMoment::Before, 0), (FaultMoment::After, 1)] {
            let fault = Fault { action: None, nth: 1, effect, kind };
            let (_, n_tasks) = faulty_create(&fault.to_string()).await;
            assert_eq!(n_tasks, n_expected, "{fault}");
        }
    }
}

#[tokio::test]
async fn each_fault_looks_like_itself() {
    assert_eq!(faulty_create("*#1:drop:before").await.0, CallEnding::Dropped);
    assert_eq!(faulty_create("*#1:hang:before").await.0, CallEnding::Silent);
    assert!(matches!(faulty_create("*#1:cut-off:after").await.0, CallEnding::CutOff(_)));
    assert_eq!(whole(faulty_create("*#1:500:before").await.0).status, 500);
    assert_eq!(whole(faulty_create("*#1:502:after").await.0).status, 502);
    let garbage = whole(faulty_create("*#1:garbage:after").await.0);
    assert!(serde_json::from_slice::<Json>(&garbage.body).is_err());
    let code = |outcome| read(&whole(outcome)).unwrap_err();
    assert_eq!(code(faulty_create("*#1:internal-error:after").await.0), "InternalError");
    assert_eq!(code(faulty_create("*#1:rate-limit:before").await.0), "RequestLimitExceeded");
}

#[tokio::test]
async fn a_fault_counts_the_calls_of_its_action_and_strikes_once() {
    let rig = Rig::new();
    rig.service.faults().add(fault("CreateTask#2:internal-error:before"));
    rig.create(task("a")).await;
    assert_eq!(n_tasks(&rig).await, 1);
    assert_eq!(rig.code("CreateTask", task("b")).await, "InternalError");
    rig.create(task("b")).await;
    assert!(rig.service.faults().pending().is_empty());
}

#[tokio::test]
async fn a_write_can_say_no_without_an_error() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    rig.service.faults().add(fault("DeleteTask#1:status-false:before"));
    let body = || json!({"ProjectId": PROJECT, "TaskId": id});
    assert_eq!(rig.data("DeleteTask", body()).await, json!({"Status": false}));
    assert_eq!(n_tasks(&rig).await, 1);
    rig.service.faults().add(fault("GetTask#1:status-false:before"));
    assert_eq!(rig.data("GetTask", body()).await, Json::Null);
}

#[tokio::test]
async fn a_stale_read_shows_what_was_before_the_last_write() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let stale = |action: &str| {
        rig.service.faults().add(fault(&format!("{action}#1:stale-read:before")));
    };
    stale("ListTasks");
    assert_eq!(n_tasks(&rig).await, 0);
    let body = json!({"ProjectId": PROJECT, "TaskId": id,
        "NewSetting": {"TaskBaseAttribute": {"TaskName": "b"}}});
    rig.data("UpdateTaskPartially", body).await;
    stale("GetTask");
    let name = async || rig.get("GetTask", &id).await["TaskBaseAttribute"]["TaskName"].clone();
    assert_eq!(name().await, "a");
    assert_eq!(name().await, "b");
    rig.data("DeleteTask", json!({"ProjectId": PROJECT, "TaskId": id})).await;
    stale("ListTasks");
    assert_eq!(n_tasks(&rig).await, 1);
    assert_eq!(n_tasks(&rig).await, 0);
}

#[tokio::test]
async fn the_calls_are_remembered_with_their_codes_and_faults() {
    let rig = Rig::new();
    rig.create(task("a")).await;
    rig.code("CreateTask", json!({})).await;
    rig.service.faults().add(fault("*#1:drop:after"));
    rig.send("CreateTask", &task("b")).await;
    let calls = rig.service.calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.code, call.fault.as_deref())).collect();
    let expected = [(None, None), (Some("MissingParameter"), None), (None, Some("*#1:drop:after"))];
    assert_eq!(seen, expected);
    assert_eq!(calls[0].action, "CreateTask");
    assert_eq!(calls[0].body, task("a"));
}

#[test]
fn a_fault_is_read_the_way_it_is_printed() {
    for kind in FaultKind::ALL {
        for effect in FaultMoment::ALL {
            let made = Fault { action: Some("GetTask".to_owned()), nth: 3, effect, kind };
            assert_eq!(fault(&made.to_string()), made);
        }
    }
    for text in ["", "CreateTask", "*#0:drop:after", "*#1:burn:after", "*#1:drop:during"] {
        assert!(text.parse::<Fault>().is_err(), "{text}");
    }
}

#[tokio::test]
async fn faults_strike_workflows_folders_and_operations_too() {
    for (action, members, reader) in [
        (
            "CreateWorkflow",
            json!({"WorkflowName": "a", "ParentFolderPath": "/"}),
            ("ListWorkflows", json!({})),
        ),
        (
            "CreateWorkflowFolder",
            json!({"FolderName": "a", "ParentFolderPath": "/默认文件夹"}),
            ("ListWorkflowFolders", json!({"ParentFolderPath": "/默认文件夹"})),
        ),
        (
            "CreateTaskFolder",
            json!({"WorkflowId": "w", "ParentTaskFolderPath": "/", "TaskFolderName": "a",
                "TaskFolderType": "GENERAL"}),
            (
                "ListTaskFolders",
                json!({"WorkflowId": "w", "ParentTaskFolderPath": "/",
                "TaskFolderType": "GENERAL"}),
            ),
        ),
    ] {
        for (effect, n) in [("before", 0), ("after", 1)] {
            let rig = Rig::new();
            rig.service.faults().add(fault(&format!("{action}#1:internal-error:{effect}")));
            assert_eq!(rig.code(action, body(members.clone())).await, "InternalError");
            let count =
                async || rig.data(reader.0, body(reader.1.clone())).await["TotalCount"].clone();
            assert_eq!(count().await, n, "{action} {effect}");
            if n == 1 {
                rig.service.faults().add(fault("*#1:stale-read:before"));
                assert_eq!(count().await, 0, "{action}");
            }
        }
    }
}

#[tokio::test]
async fn a_start_can_say_no_although_it_was_done() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    rig.data("SubmitTask", body(json!({"TaskId": id, "VersionRemark": "v"}))).await;
    rig.service.faults().add(fault("StartOpsTasks#1:status-false:after"));
    let data = rig.data("StartOpsTasks", body(json!({"TaskIds": [id]}))).await;
    assert_eq!(data, json!({"Status": false}));
    assert_eq!(rig.get("GetTask", &id).await["TaskBaseAttribute"]["Status"], "Y");
    rig.service.faults().add(fault("GetTask#1:stale-read:before"));
    assert_eq!(rig.get("GetTask", &id).await["TaskBaseAttribute"]["Status"], "N");
}
