//! Each call says whether it may be sent again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use taskloom::kinds::{
    ALL, FolderTree, ListFilter, create_call, create_folder_call, delete_call,
    delete_failing_downstream_call, downstream_call, get_call, job_call, list_call,
    list_folders_call, pause_call, project_call, start_call, stop_call, submit_call, update_call,
    version_call,
};
use taskloom::model::Repeat::{Idempotent, No, Read};
use taskloom::model::{Call, RemoteId, Repeat, Value};

/// Every action that is sent, and whether it can be repeated.
const REPEATS: &[(&str, Repeat)] = &[
    ("CreateTask", No),
    ("CreateTaskFolder", No),
    ("CreateTriggerTask", No),
    ("CreateTriggerWorkflow", No),
    ("CreateWorkflow", No),
    ("CreateWorkflowFolder", No),
    ("SubmitTask", No),
    ("SubmitTriggerTask", No),
    ("DeleteTask", Idempotent),
    ("DeleteTriggerTask", Idempotent),
    ("DeleteTriggerWorkflow", Idempotent),
    ("DeleteWorkflow", Idempotent),
    ("PauseOpsTasksAsync", Idempotent),
    ("StartOpsTasks", Idempotent),
    ("StopOpsTasksAsync", Idempotent),
    ("UpdateTask", Idempotent),
    ("UpdateTriggerTask", Idempotent),
    ("UpdateTriggerWorkflow", Idempotent),
    ("UpdateWorkflow", Idempotent),
    ("GetOpsAsyncJob", Read),
    ("GetProject", Read),
    ("GetTask", Read),
    ("GetTaskVersion", Read),
    ("GetTriggerTask", Read),
    ("GetTriggerTaskVersion", Read),
    ("GetTriggerWorkflow", Read),
    ("GetWorkflow", Read),
    ("ListDownstreamTasks", Read),
    ("ListDownstreamTriggerTasks", Read),
    ("ListTaskFolders", Read),
    ("ListTasks", Read),
    ("ListTriggerTasks", Read),
    ("ListTriggerWorkflows", Read),
    ("ListWorkflowFolders", Read),
    ("ListWorkflows", Read),
];

#[test]
fn every_action_says_what_repeating_it_does() {
    let said: BTreeSet<(&str, Repeat)> =
        every_call().iter().map(|call| (call.action, call.repeat)).collect();
    assert_eq!(said, REPEATS.iter().copied().collect());
}

#[test]
fn only_what_changes_nothing_more_the_second_time_is_sent_again_without_a_look() {
    assert!(!No.is_safe());
    assert!(Idempotent.is_safe() && Read.is_safe());
}

#[test]
fn every_action_of_a_kind_is_in_the_table_or_is_never_sent() {
    let known: BTreeMap<&str, Repeat> = REPEATS.iter().copied().collect();
    for table in ALL {
        let actions = &table.actions;
        let sent = [
            actions.create,
            actions.get,
            actions.update,
            actions.delete,
            actions.list,
            actions.submit,
            actions.version,
            actions.downstream,
        ];
        for action in sent.into_iter().filter(|action| !action.is_empty()) {
            assert!(known.contains_key(action), "{action}");
        }
    }
}

#[test]
fn the_body_of_a_call_is_written_once_and_shared_by_its_clones() {
    let call = Call::new("CreateTask", &json!({"ProjectId": "1"}), No);
    assert_eq!(call.clone().body.as_ptr(), call.body.as_ptr());
    assert_eq!(call.body_text(), r#"{"ProjectId":"1"}"#);
}

/// Returns one call from every function that creates calls.
fn every_call() -> Vec<Call> {
    let (id, spec) = (RemoteId("7".to_owned()), Value::map());
    let mut calls = vec![
        start_call("1", &id),
        pause_call("1", &id),
        stop_call("1", &id),
        job_call("1", "2"),
        project_call("1"),
    ];
    let tasks = FolderTree::Tasks { workflow: "w".to_owned(), folder_type: "ETL".to_owned() };
    for tree in [FolderTree::Workflows, tasks] {
        calls.push(list_folders_call(&tree, "1", "/", 1));
        calls.push(create_folder_call(&tree, "1", "/", "a"));
    }
    for table in ALL {
        calls.extend([
            create_call(table, "1", &spec, &spec),
            get_call(table, "1", &id),
            update_call(table, "1", &id, &spec, &spec),
            delete_call(table, "1", &id),
            delete_failing_downstream_call(table, "1", &id),
            list_call(table, "1", 1, &ListFilter::default()),
        ]);
        if !table.actions.submit.is_empty() {
            calls.extend([
                submit_call(table, "1", &id, "a remark"),
                version_call(table, "1", &id, ""),
                downstream_call(table, "1", &id, 1),
            ]);
        }
    }
    calls
}
