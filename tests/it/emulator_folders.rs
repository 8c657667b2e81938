//! Folders of workflows and of tasks.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use serde_json::{Value as Json, json};
use taskloom::emulator::{FolderNames, FolderReading, FolderTypes};

use crate::emulator::{Rig, task};
use crate::emulator_workflows::{body, workflow};

fn folder(workflow: &str, parent: &str, name: &str) -> Json {
    body(json!({"WorkflowId": workflow, "ParentTaskFolderPath": parent, "TaskFolderName": name,
        "TaskFolderType": "GENERAL"}))
}

fn project_folder(parent: &str, name: &str) -> Json {
    body(json!({"ParentFolderPath": parent, "FolderName": name}))
}

fn task_in(workflow: &str, folder: &str) -> Json {
    let mut body = task("t");
    body["TaskBaseAttribute"]["WorkflowId"] = json!(workflow);
    body["TaskBaseAttribute"]["TaskFolderPath"] = json!(folder);
    body
}

async fn paths(rig: &Rig, workflow: &str, parent: &str) -> Vec<String> {
    let members = json!({"WorkflowId": workflow, "ParentTaskFolderPath": parent,
        "TaskFolderType": "GENERAL"});
    let data = rig.data("ListTaskFolders", body(members)).await;
    let items = data["Items"].as_array().unwrap();
    items.iter().map(|item| item["TaskFolderPath"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn folders_are_made_level_by_level() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    assert_eq!(rig.code("CreateTaskFolder", folder(&id, "/x", "y")).await, "ResourceNotFound");
    rig.data("CreateTaskFolder", folder(&id, "/", "x")).await;
    rig.data("CreateTaskFolder", folder(&id, "/x/", "y")).await;
    assert_eq!(
        rig.code("CreateTaskFolder", folder(&id, "/", "x/z")).await,
        "InvalidParameterValue"
    );
    assert_eq!(paths(&rig, &id, "/").await, ["/x"]);
    assert_eq!(paths(&rig, &id, "/x").await, ["/x/y"]);
    let none = json!({"WorkflowId": id, "ParentTaskFolderPath": "/z", "TaskFolderType": "GENERAL"});
    assert_eq!(rig.code("ListTaskFolders", body(none)).await, "ResourceNotFound");
    assert_eq!(
        rig.code("CreateWorkflowFolder", project_folder("/x", "y")).await,
        "ResourceNotFound"
    );
    rig.data("CreateWorkflowFolder", project_folder("/", "x")).await;
    rig.data("CreateWorkflowFolder", project_folder("/x", "y")).await;
    rig.data("CreateWorkflowFolder", project_folder("/默认文件夹", "z")).await;
    let list = rig.data("ListWorkflowFolders", body(json!({"ParentFolderPath": "/"}))).await;
    assert_eq!(list["TotalCount"], 2);
}

#[tokio::test]
async fn the_parameters_of_folders_are_checked() {
    let rig = Rig::new();
    let mut bad = folder("wf-1", "/", "x");
    bad["TaskFolderType"] = json!("SHELL");
    assert_eq!(rig.code("CreateTaskFolder", bad).await, "InvalidParameterValue");
    let mut unknown = folder("wf-1", "/", "x");
    unknown["FolderName"] = json!("x");
    assert_eq!(rig.code("CreateTaskFolder", unknown).await, "UnknownParameter");
    for name in ["WorkflowId", "ParentTaskFolderPath", "TaskFolderName", "TaskFolderType"] {
        let mut lacking = folder("wf-1", "/", "x");
        lacking.as_object_mut().unwrap().remove(name);
        assert_eq!(rig.code("CreateTaskFolder", lacking).await, "MissingParameter", "{name}");
    }
    let more = body(json!({"ParentFolderPath": "/", "FolderName": "x", "WorkflowId": "wf-1"}));
    assert_eq!(rig.code("CreateWorkflowFolder", more).await, "UnknownParameter");
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_or_answered() {
    for (names, code) in [
        (FolderNames::InUse, Some("ResourceInUse")),
        (FolderNames::Duplicate, Some("InvalidParameter.DuplicateName")),
        (FolderNames::Same, None),
    ] {
        let rig = Rig::with(|settings| settings.behaviour.folder_names = names);
        let first = rig.data("CreateTaskFolder", folder("wf-1", "/", "x")).await;
        rig.data("CreateTaskFolder", folder("wf-2", "/", "x")).await;
        let second = rig.call("CreateTaskFolder", folder("wf-1", "/", "x")).await;
        assert_eq!(second.as_ref().err().map(String::as_str), code);
        if code.is_none() {
            assert_eq!(second.unwrap(), first);
        }
    }
}

#[tokio::test]
async fn a_task_needs_its_folder_where_the_workflow_was_made() {
    let rig = Rig::new();
    rig.create(task_in("wf-1", "/x")).await;
    let id = workflow(&rig, "a").await;
    assert_eq!(rig.code("CreateTask", task_in(&id, "/x")).await, "ResourceNotFound");
    rig.data("CreateTaskFolder", folder(&id, "/", "x")).await;
    let made = rig.create(task_in(&id, "/x")).await;
    rig.create(task_in(&id, "/")).await;
    let move_to = |path: &str| {
        body(json!({"TaskId": made,
        "NewSetting": {"TaskBaseAttribute": {"TaskFolderPath": path}}}))
    };
    assert_eq!(rig.code("UpdateTaskPartially", move_to("/y")).await, "ResourceNotFound");
    rig.data("UpdateTaskPartially", move_to("/")).await;

    let rig = Rig::with(|settings| settings.behaviour.folders = FolderReading::MustExist);
    assert_eq!(rig.code("CreateTask", task_in("wf-1", "/x")).await, "ResourceNotFound");
    let rig = Rig::with(|settings| settings.behaviour.folders = FolderReading::Any);
    let id = workflow(&rig, "a").await;
    rig.create(task_in(&id, "/x")).await;
    let anywhere = json!({"WorkflowName": "b", "ParentFolderPath": "/none"});
    rig.data("CreateWorkflow", body(anywhere)).await;
}

#[tokio::test]
async fn the_type_of_a_folder_may_have_to_go_with_the_task() {
    for (folder_types, is_taken) in [(FolderTypes::Any, true), (FolderTypes::OfTaskType, false)] {
        let rig = Rig::with(|settings| settings.behaviour.folder_types = folder_types);
        let id = workflow(&rig, "a").await;
        let mut other = folder(&id, "/", "x");
        other["TaskFolderType"] = json!("EMR");
        rig.data("CreateTaskFolder", other).await;
        assert_eq!(rig.call("CreateTask", task_in(&id, "/x")).await.is_ok(), is_taken);
        rig.data("CreateTaskFolder", folder(&id, "/", "x")).await;
        rig.create(task_in(&id, "/x")).await;
    }
}

#[tokio::test]
async fn a_renamed_folder_takes_along_what_is_inside() {
    let rig = Rig::with(|settings| settings.behaviour.show_folder = true);
    let id = workflow(&rig, "a").await;
    let top = rig.data("CreateTaskFolder", folder(&id, "/", "x")).await["TaskFolderId"].clone();
    rig.data("CreateTaskFolder", folder(&id, "/x", "y")).await;
    let inside = rig.create(task_in(&id, "/x/y")).await;
    let rename =
        |name: &str| body(json!({"WorkflowId": id, "TaskFolderId": top, "TaskFolderName": name}));
    rig.data("UpdateTaskFolder", rename("z")).await;
    assert_eq!(paths(&rig, &id, "/z").await, ["/z/y"]);
    let base = rig.get("GetTask", &inside).await["TaskBaseAttribute"].clone();
    assert_eq!(
        (&base["TaskFolderPath"], &base["TaskLatestVersionNo"]),
        (&json!("/z/y"), &json!("V1"))
    );
    rig.data("CreateTaskFolder", folder(&id, "/", "w")).await;
    assert_eq!(rig.code("UpdateTaskFolder", rename("w")).await, "ResourceInUse");

    let made = rig.data("CreateWorkflowFolder", project_folder("/", "f")).await["FolderId"].clone();
    let members = json!({"WorkflowName": "b", "ParentFolderPath": "/f"});
    let inside = rig.data("CreateWorkflow", body(members)).await["WorkflowId"].clone();
    rig.data("UpdateWorkflowFolder", body(json!({"FolderId": made, "FolderName": "g"}))).await;
    let data = rig.data("GetWorkflow", body(json!({"WorkflowId": inside}))).await;
    assert_eq!(data["Path"], "/g/b");
}

#[tokio::test]
async fn only_an_empty_folder_is_deleted() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    let made = rig.data("CreateTaskFolder", folder(&id, "/", "x")).await["TaskFolderId"].clone();
    let inside = rig.create(task_in(&id, "/x")).await;
    let delete = || body(json!({"WorkflowId": id, "TaskFolderId": made}));
    assert_eq!(rig.code("DeleteTaskFolder", delete()).await, "ResourceInUse");
    rig.data("DeleteTask", body(json!({"TaskId": inside}))).await;
    let elsewhere = body(json!({"WorkflowId": "wf-1", "TaskFolderId": made}));
    assert_eq!(rig.code("DeleteTaskFolder", elsewhere).await, "ResourceNotFound");
    assert_eq!(rig.data("DeleteTaskFolder", delete()).await, json!({"Status": true}));
    assert_eq!(rig.code("DeleteTaskFolder", delete()).await, "ResourceNotFound");
    let list = rig.data("ListWorkflowFolders", body(json!({"ParentFolderPath": "/"}))).await;
    let first = body(json!({"FolderId": list["Items"][0]["FolderId"]}));
    assert_eq!(rig.code("DeleteWorkflowFolder", first).await, "OperationDenied");
}
