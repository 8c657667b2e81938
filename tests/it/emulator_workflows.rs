//! A workflow from its create to its delete, and its effect on its tasks.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::{Map, Value as Json, json};
use taskloom::emulator::{
    ListReading, MissingReading, PartialLists, ProjectMode, WorkflowDeletes, WorkflowNames,
    WorkflowReading, WorkflowUpdates,
};

use crate::emulator::{PROJECT, Rig, task, trigger_task};

/// Returns a body with the project and these members.
pub fn body(members: Json) -> Json {
    let mut body = json!({"ProjectId": PROJECT});
    let members: Map<String, Json> = members.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(members);
    body
}

/// Creates a workflow in the root and returns its id.
pub async fn workflow(rig: &Rig, name: &str) -> String {
    let members = json!({"WorkflowName": name, "ParentFolderPath": "/"});
    id(&rig.data("CreateWorkflow", body(members)).await)
}

async fn trigger_workflow(rig: &Rig, members: Json) -> String {
    let mut all = json!({"WorkflowName": "a", "ParentFolderPath": "/"});
    let members: Map<String, Json> = members.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(members);
    id(&rig.data("CreateTriggerWorkflow", body(all)).await)
}

fn id(data: &Json) -> String {
    data["WorkflowId"].as_str().unwrap().to_owned()
}

/// Returns `Data` of GetWorkflow.
pub async fn get(rig: &Rig, id: &str) -> Json {
    rig.data("GetWorkflow", body(json!({"WorkflowId": id}))).await
}

async fn get_trigger(rig: &Rig, id: &str) -> Json {
    rig.data("GetTriggerWorkflow", body(json!({"WorkflowId": id}))).await
}

/// Returns a small task in a workflow.
pub fn task_in(workflow: &str, name: &str) -> Json {
    let mut body = task(name);
    body["TaskBaseAttribute"]["WorkflowId"] = json!(workflow);
    body
}

#[tokio::test]
async fn a_workflow_answers_its_path_and_not_its_id() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    let data = get(&rig, &id).await;
    assert_eq!((&data["Path"], &data["WorkflowType"]), (&json!("/a"), &json!("cycle")));
    assert_eq!(data["OwnerUin"], data["CreateUserUin"]);
    assert_eq!(data["WorkflowSchedulerConfiguration"], Json::Null);
    assert!(data.get("WorkflowId").is_none());
    let inside = json!({"WorkflowName": "b", "ParentFolderPath": "/默认文件夹/"});
    let inside = rig.data("CreateWorkflow", body(inside)).await;
    assert_eq!(get(&rig, inside["WorkflowId"].as_str().unwrap()).await["Path"], "/默认文件夹/b");
}

#[tokio::test]
async fn the_parameters_of_workflows_are_checked() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    for (action, members, code) in [
        ("CreateWorkflow", json!({"WorkflowName": "b"}), "MissingParameter"),
        ("CreateWorkflow", json!({"ParentFolderPath": "/"}), "MissingParameter"),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "", "ParentFolderPath": "/"}),
            "InvalidParameterValue",
        ),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/", "WorkflowId": "1"}),
            "UnknownParameter",
        ),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/", "WorkflowType": "x"}),
            "InvalidParameterValue",
        ),
        ("CreateWorkflow", json!({"WorkflowName": 1, "ParentFolderPath": "/"}), "InvalidParameter"),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/none"}),
            "ResourceNotFound",
        ),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/",
            "WorkflowSchedulerConfiguration": {"CycleType": "DAY_CYCLE"}}),
            "MissingParameter",
        ),
        (
            "CreateWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/",
            "WorkflowParams": [{"ParamKey": "a", "ParamValue": "b", "X": 1}]}),
            "UnknownParameter",
        ),
        (
            "CreateTriggerWorkflow",
            json!({"WorkflowName": "b", "ParentFolderPath": "/",
            "WorkflowType": "cycle"}),
            "UnknownParameter",
        ),
        ("UpdateWorkflow", json!({"WorkflowName": "b"}), "MissingParameter"),
        ("UpdateWorkflow", json!({"WorkflowId": id, "ParentFolderPath": "/"}), "UnknownParameter"),
        ("UpdateWorkflow", json!({"WorkflowId": id, "WorkflowType": "cycle"}), "UnknownParameter"),
        ("UpdateWorkflow", json!({"WorkflowId": "none"}), "ResourceNotFound"),
        ("UpdateTriggerWorkflow", json!({"WorkflowId": id}), "ResourceNotFound"),
        (
            "UpdateTriggerWorkflowPartially",
            json!({"WorkflowId": id, "FieldToRemoveList": ["x:y"]}),
            "InvalidParameterValue",
        ),
        ("ListWorkflows", json!({"PageSize": 9}), "InvalidParameterValue"),
        ("ListWorkflows", json!({"WorkflowName": "a"}), "UnknownParameter"),
        ("ListTriggerWorkflows", json!({"WorkflowType": "cycle"}), "UnknownParameter"),
        ("DeleteWorkflow", json!({"WorkflowId": id, "Force": true}), "UnknownParameter"),
    ] {
        assert_eq!(rig.code(action, body(members.clone())).await, code, "{action} {members}");
    }
    assert_eq!(rig.code("GetWorkflow", json!({"WorkflowId": id})).await, "MissingParameter");
}

#[tokio::test]
async fn an_update_keeps_or_resets_what_it_leaves_out() {
    for (updates, description) in [(WorkflowUpdates::Kept, "first"), (WorkflowUpdates::Reset, "")] {
        let rig = Rig::with(|settings| settings.behaviour.workflow_updates = updates);
        let members = json!({"WorkflowName": "a", "ParentFolderPath": "/", "WorkflowDesc": "first",
            "BundleId": "bundle", "WorkflowType": "manual"});
        let id = id(&rig.data("CreateWorkflow", body(members)).await);
        rig.clock.pass(Duration::from_secs(60));
        let change = json!({"WorkflowId": id, "BundleInfo": "{}"});
        assert_eq!(rig.data("UpdateWorkflow", body(change)).await, json!({"Status": true}));
        let data = get(&rig, &id).await;
        assert_eq!(
            (&data["WorkflowDesc"], &data["BundleInfo"]),
            (&json!(description), &json!("{}"))
        );
        assert_eq!((&data["WorkflowName"], &data["WorkflowType"]), (&json!("a"), &json!("manual")));
        let list = rig.data("ListWorkflows", body(json!({}))).await;
        assert_eq!(list["Items"][0]["ModifyTime"], "2026-01-02 11:05:05");
        assert_eq!(list["Items"][0]["CreateTime"], "2026-01-02 11:04:05");
    }
}

#[tokio::test]
async fn workflows_are_listed_by_what_the_filters_name() {
    let rig = Rig::new();
    rig.data("CreateWorkflowFolder", body(json!({"ParentFolderPath": "/", "FolderName": "f"})))
        .await;
    rig.data(
        "CreateWorkflow",
        body(json!({"WorkflowName": "one", "ParentFolderPath": "/f",
        "BundleId": "bundle", "OwnerUin": "7", "WorkflowType": "manual"})),
    )
    .await;
    rig.clock.pass(Duration::from_secs(60));
    workflow(&rig, "two").await;
    let trigger = trigger_workflow(&rig, json!({"WorkflowName": "three"})).await;
    let names = async |action: &str, filter: Json| {
        let data = rig.data(action, body(filter)).await;
        let items = data["Items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["WorkflowName"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("ListWorkflows", json!({})).await, ["one", "two"]);
    for filter in [
        json!({"Keyword": "n"}),
        json!({"ParentFolderPath": "/f"}),
        json!({"WorkflowType": "manual"}),
        json!({"BundleId": "bundle"}),
        json!({"OwnerUin": "7"}),
        json!({"CreateTime": ["2026-01-02 11:00:00", "2026-01-02 11:04:59"]}),
        json!({"ModifyTime": ["2026-01-02 11:00:00", "2026-01-02 11:04:59"]}),
    ] {
        assert_eq!(names("ListWorkflows", filter.clone()).await, ["one"], "{filter}");
    }
    assert_eq!(names("ListWorkflows", json!({"PageSize": 10, "PageNumber": 2})).await.len(), 0);
    assert_eq!(names("ListTriggerWorkflows", json!({})).await, ["three"]);
    assert_eq!(
        rig.code("GetWorkflow", body(json!({"WorkflowId": trigger}))).await,
        "ResourceNotFound"
    );
    let rig = Rig::with(|settings| settings.behaviour.trigger_list = ListReading::BothKinds);
    workflow(&rig, "a").await;
    let data = rig.data("ListTriggerWorkflows", body(json!({}))).await;
    assert_eq!(data["TotalCount"], 1);
}

#[tokio::test]
async fn a_workflow_with_tasks_is_kept_or_deleted_with_them() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    let inside = rig.create(task_in(&id, "t")).await;
    let delete = || body(json!({"WorkflowId": id}));
    assert_eq!(rig.code("DeleteWorkflow", delete()).await, "FailedOperation");
    rig.data("DeleteTask", body(json!({"TaskId": inside}))).await;
    assert_eq!(rig.data("DeleteWorkflow", delete()).await, json!({"Status": true}));
    assert_eq!(rig.code("DeleteWorkflow", delete()).await, "ResourceNotFound");

    let rig = Rig::with(|settings| {
        settings.behaviour.workflow_deletes = WorkflowDeletes::WithTasks;
    });
    let id = workflow(&rig, "a").await;
    rig.create(task_in(&id, "t")).await;
    rig.create(task("outside")).await;
    rig.data("DeleteWorkflow", body(json!({"WorkflowId": id}))).await;
    let data = rig.data("ListTasks", body(json!({}))).await;
    assert_eq!(data["TotalCount"], 1);
}

#[tokio::test]
async fn a_missing_workflow_is_one_of_three_answers() {
    for (missing, code) in [
        (MissingReading::NotFound, "ResourceNotFound"),
        (MissingReading::Failed, "FailedOperation"),
    ] {
        let rig = Rig::with(|settings| settings.behaviour.missing = missing);
        for action in ["GetWorkflow", "DeleteWorkflow", "GetTriggerWorkflow"] {
            assert_eq!(rig.code(action, body(json!({"WorkflowId": "none"}))).await, code);
        }
    }
    let rig = Rig::with(|settings| settings.behaviour.missing = MissingReading::Null);
    let data = rig.data("GetWorkflow", body(json!({"WorkflowId": "none"}))).await;
    assert_eq!(data, Json::Null);
}

#[tokio::test]
async fn tasks_show_the_name_of_the_workflow_that_was_made() {
    let rig = Rig::new();
    let id = workflow(&rig, "sales").await;
    let inside = rig.create(task_in(&id, "t")).await;
    let data = rig.get("GetTask", &inside).await;
    assert_eq!(data["TaskBaseAttribute"]["WorkflowName"], "sales");
    assert!(data["TaskConfiguration"].to_string().contains("/sales/t_"));
    rig.data("UpdateWorkflow", body(json!({"WorkflowId": id, "WorkflowName": "shop"}))).await;
    let list = rig.data("ListTasks", body(json!({}))).await;
    assert_eq!(list["Items"][0]["WorkflowName"], "shop");
}

#[tokio::test]
async fn a_task_needs_a_workflow_that_was_made_when_asked_for() {
    let rig = Rig::with(|settings| settings.behaviour.workflows = WorkflowReading::Made);
    assert_eq!(rig.code("CreateTask", task("a")).await, "ResourceNotFound");
    let id = workflow(&rig, "a").await;
    rig.create(task_in(&id, "a")).await;
}

#[tokio::test]
async fn names_of_workflows_are_free_or_unique() {
    let rig = Rig::new();
    workflow(&rig, "a").await;
    workflow(&rig, "a").await;
    let rig = Rig::with(|settings| {
        settings.behaviour.workflow_names = WorkflowNames::UniqueInProject;
    });
    workflow(&rig, "a").await;
    let again = json!({"WorkflowName": "a", "ParentFolderPath": "/"});
    assert_eq!(rig.code("CreateWorkflow", body(again)).await, "InvalidParameter.DuplicateName");
    trigger_workflow(&rig, json!({})).await;
    let other = workflow(&rig, "b").await;
    let rename = json!({"WorkflowId": other, "WorkflowName": "a"});
    assert_eq!(rig.code("UpdateWorkflow", body(rename)).await, "InvalidParameter.DuplicateName");
}

#[tokio::test]
async fn a_project_takes_both_modes_or_its_own() {
    for (mode, good, bad) in [
        (ProjectMode::Task, "CreateWorkflow", "CreateTriggerWorkflow"),
        (ProjectMode::Workflow, "CreateTriggerWorkflow", "CreateWorkflow"),
    ] {
        for checked in [false, true] {
            let rig = Rig::with(|settings| {
                settings.behaviour.schedule_mode = mode;
                settings.behaviour.mode_checked = checked;
            });
            let members = || body(json!({"WorkflowName": "a", "ParentFolderPath": "/"}));
            rig.data(good, members()).await;
            assert_eq!(rig.call(bad, members()).await.is_err(), checked);
            let tasks = [("CreateTask", task("a")), ("CreateTriggerTask", trigger_task("a"))];
            let mut n_refused = 0;
            for (action, body) in tasks {
                n_refused += usize::from(rig.call(action, body).await.is_err());
            }
            assert_eq!(n_refused, usize::from(checked));
            let project = rig.data("GetProject", json!({"ProjectId": PROJECT})).await;
            let word = if mode == ProjectMode::Task { "task" } else { "workflow" };
            assert_eq!(project["WorkspaceExt"], json!([{"Key": "scheduleMode", "Value": word}]));
        }
    }
}

#[tokio::test]
async fn triggers_get_an_id_and_obey_the_workflow() {
    let rig = Rig::new();
    let triggers = json!([{"TriggerMode": "FILE_ARRIVAL", "SchedulerStatus": "PAUSED"}]);
    let id = trigger_workflow(
        &rig,
        json!({"SchedulerStatus": "ACTIVE",
        "TriggerMode": "TIME_TRIGGER", "TriggerWorkflowSchedulerConfigurations": triggers}),
    )
    .await;
    let data = get_trigger(&rig, &id).await;
    let trigger = &data["TriggerWorkflowSchedulerConfigurations"][0];
    assert_eq!(trigger["TriggerId"].as_str().unwrap().len(), 36);
    assert_eq!(
        (&trigger["TriggerMode"], &trigger["SchedulerStatus"]),
        (&json!("TIME_TRIGGER"), &json!("ACTIVE"))
    );
    assert_eq!(trigger["FileArrivalPath"], Json::Null);
    let pause = json!({"WorkflowId": id, "SchedulerStatus": "PAUSED"});
    rig.data("UpdateTriggerWorkflow", body(pause)).await;
    let data = get_trigger(&rig, &id).await;
    assert_eq!(data["SchedulerStatus"], "PAUSED");
    assert_eq!(data["TriggerWorkflowSchedulerConfigurations"][0]["SchedulerStatus"], "PAUSED");
}

#[tokio::test]
async fn a_partial_update_adds_items_or_replaces_the_list_and_removes_named_ones() {
    for (lists, keys) in
        [(PartialLists::Upsert, vec!["a", "b", "c"]), (PartialLists::Replace, vec!["c"])]
    {
        let rig = Rig::with(|settings| settings.behaviour.partial_lists = lists);
        let parameter = |key: &str| json!({"ParamKey": key, "ParamValue": "1"});
        let id = trigger_workflow(
            &rig,
            json!({
            "WorkflowParams": [parameter("a"), parameter("b")],
            "GeneralTaskParams": [{"Type": "SPARK_SQL", "Value": "x"}]}),
        )
        .await;
        let change = json!({"WorkflowId": id, "NewSetting": {"WorkflowParams": [parameter("c")]}});
        rig.data("UpdateTriggerWorkflowPartially", body(change)).await;
        let found = async || {
            let data = get_trigger(&rig, &id).await;
            let list = data["WorkflowParams"].as_array().unwrap().clone();
            list.iter().map(|one| one["ParamKey"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found().await, keys);
        let removal = json!({"WorkflowId": id,
            "FieldToRemoveList": ["WorkflowParams:a,c", "GeneralTaskParams : SPARK_SQL"]});
        rig.data("UpdateTriggerWorkflowPartially", body(removal)).await;
        assert!(!found().await.contains(&"c".to_owned()));
        assert_eq!(get_trigger(&rig, &id).await["GeneralTaskParams"], json!([]));
    }
}

#[tokio::test]
async fn reads_may_show_a_new_workflow_late() {
    let rig = Rig::with(|settings| {
        settings.behaviour.list_delay = 1;
        settings.behaviour.get_delay = 1;
    });
    let id = workflow(&rig, "a").await;
    let count = async || rig.data("ListWorkflows", body(json!({}))).await["TotalCount"].clone();
    assert_eq!((count().await, count().await), (json!(0), json!(1)));
    let look = || body(json!({"WorkflowId": id}));
    assert_eq!(rig.code("GetWorkflow", look()).await, "ResourceNotFound");
    rig.data("GetWorkflow", look()).await;
}

#[tokio::test]
async fn workflow_folders_filter_the_list_of_tasks() {
    let rig = Rig::new();
    rig.data("CreateWorkflowFolder", body(json!({"ParentFolderPath": "/", "FolderName": "f"})))
        .await;
    let made = json!({"WorkflowName": "a", "ParentFolderPath": "/f"});
    let id = id(&rig.data("CreateWorkflow", body(made)).await);
    rig.create(task_in(&id, "inside")).await;
    rig.create(task("outside")).await;
    for (filter, n) in [
        (json!({"WorkflowFolderPathList": ["/f"]}), 1),
        (json!({"WorkflowFolderPathList": ["/"]}), 2),
        (json!({"WorkflowFolderPathList": ["/g"]}), 0),
        (json!({"TaskNodeTypeList": ["GENERAL", "EMR"]}), 2),
        (json!({"TaskNodeTypeList": ["EMR"]}), 0),
    ] {
        let data = rig.data("ListTasks", body(filter.clone())).await;
        assert_eq!(data["TotalCount"], n, "{filter}");
    }
    let bad = body(json!({"TaskNodeTypeList": ["SHELL"]}));
    assert_eq!(rig.code("ListTasks", bad).await, "InvalidParameterValue");
}
