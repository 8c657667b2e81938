//! The pages, filters, order and delay of lists.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::{Map, Value as Json, json};
use taskloom::emulator::{ListOrder, ListReading, NameFilter};

use crate::emulator::{PROJECT, Rig, task, trigger_task};

async fn names(rig: &Rig, action: &str, filter: Json) -> Vec<String> {
    let mut body = json!({"ProjectId": PROJECT, "PageSize": 200});
    let filter: Map<String, Json> = filter.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(filter);
    let data = rig.data(action, body).await;
    let items = data["Items"].as_array().unwrap();
    assert_eq!(data["TotalCount"], items.len());
    items.iter().map(|item| item["TaskName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let rig = Rig::new();
    for n in 0..25 {
        rig.create(task(&format!("t{n:02}"))).await;
    }
    let page =
        |number: i64| rig.data("ListTasks", json!({"ProjectId": PROJECT, "PageNumber": number}));
    let first = page(1).await;
    assert_eq!((&first["TotalCount"], &first["TotalPageNumber"]), (&json!(25), &json!(3)));
    assert_eq!(first["PageSize"], 10);
    assert_eq!(first["Items"].as_array().unwrap().len(), 10);
    let last = page(3).await;
    assert_eq!(last["Items"].as_array().unwrap().len(), 5);
    assert_eq!(last["Items"][4]["TaskName"], "t24");
    assert_eq!(page(4).await["Items"], json!([]));
    assert_eq!(page(i64::MAX).await["Items"], json!([]));
}

#[tokio::test]
async fn pages_have_limits() {
    let rig = Rig::new();
    for (name, value) in [
        ("PageNumber", 0),
        ("PageNumber", -1),
        ("PageSize", 9),
        ("PageSize", 201),
        ("PageSize", -10),
    ] {
        let code = rig.code("ListTasks", json!({"ProjectId": PROJECT, name: value})).await;
        assert_eq!(code, "InvalidParameterValue", "{name} {value}");
    }
    let code = rig.code("ListTasks", json!({"ProjectId": PROJECT, "PageSize": "10"})).await;
    assert_eq!(code, "InvalidParameter");
}

#[tokio::test]
async fn each_filter_takes_what_it_names() {
    let rig = Rig::new();
    let mut a = task("a");
    a["TaskBaseAttribute"]["WorkflowId"] = json!("wf-a");
    a["TaskBaseAttribute"]["OwnerUin"] = json!("7");
    a["TaskBaseAttribute"]["TaskTypeId"] = json!("34");
    a["TaskBaseAttribute"]["TaskFolderPath"] = json!("/x/y");
    a["TaskConfiguration"]["BundleId"] = json!("bundle");
    let id = rig.create(a).await;
    let submit = json!({"ProjectId": PROJECT, "TaskId": id, "VersionRemark": "v"});
    rig.data("SubmitTask", submit).await;
    rig.clock.pass(Duration::from_secs(60));
    rig.create(task("b")).await;
    for filter in [
        json!({"TaskName": "a"}),
        json!({"WorkflowId": "wf-a"}),
        json!({"OwnerUin": "7"}),
        json!({"TaskTypeId": 34}),
        json!({"Submit": true}),
        json!({"BundleId": "bundle"}),
        json!({"TaskFolderPathList": ["/x"]}),
        json!({"CreateTime": ["2026-01-02 11:04:05", "2026-01-02 11:04:05"]}),
        json!({"ModifyTime": ["2026-01-01 00:00:00", "2026-01-02 11:05:00"]}),
    ] {
        assert_eq!(names(&rig, "ListTasks", filter.clone()).await, ["a"], "{filter}");
    }
    assert_eq!(names(&rig, "ListTasks", json!({"Status": "N"})).await, ["a", "b"]);
    assert!(names(&rig, "ListTasks", json!({"Status": "Y"})).await.is_empty());
    assert!(names(&rig, "ListTasks", json!({"CreateUserUin": "1"})).await.is_empty());
    assert!(names(&rig, "ListTriggerTasks", json!({})).await.is_empty());
}

#[tokio::test]
async fn filters_are_checked() {
    let rig = Rig::new();
    for (name, value, code) in [
        ("Status", json!("Q"), "InvalidParameterValue"),
        ("TaskTypeId", json!("35"), "InvalidParameter"),
        ("ModifyTime", json!(["2026-01-01 00:00:00"]), "InvalidParameterValue"),
        ("CreateTime", json!(["2026-01-01", "2026-01-02"]), "InvalidParameterValue"),
        ("Colour", json!("red"), "UnknownParameter"),
    ] {
        let body = json!({"ProjectId": PROJECT, name: value});
        assert_eq!(rig.code("ListTasks", body).await, code, "{name}");
    }
    assert_eq!(rig.code("ListTasks", json!({})).await, "MissingParameter");
}

#[tokio::test]
async fn the_name_filter_is_fuzzy_or_exact() {
    for (name_filter, expected) in
        [(NameFilter::Fuzzy, vec!["day", "today"]), (NameFilter::Exact, vec!["day"])]
    {
        let rig = Rig::with(|settings| settings.behaviour.name_filter = name_filter);
        rig.create(task("day")).await;
        rig.create(task("today")).await;
        assert_eq!(names(&rig, "ListTasks", json!({"TaskName": "day"})).await, expected);
    }
}

#[tokio::test]
async fn trigger_lists_may_hold_ordinary_tasks() {
    let rig = Rig::with(|settings| settings.behaviour.trigger_list = ListReading::BothKinds);
    rig.create(task("a")).await;
    rig.create(trigger_task("b")).await;
    assert_eq!(names(&rig, "ListTriggerTasks", json!({})).await, ["a", "b"]);
    assert_eq!(names(&rig, "ListTasks", json!({})).await, ["a"]);
}

#[tokio::test]
async fn a_shuffled_list_keeps_its_order() {
    let rig = Rig::with(|settings| settings.behaviour.order = ListOrder::Shuffled);
    let mut made = Vec::new();
    for n in 0..30 {
        made.push(format!("t{n:02}"));
        rig.create(task(&format!("t{n:02}"))).await;
    }
    let listed = names(&rig, "ListTasks", json!({})).await;
    assert_ne!(listed, made);
    assert_eq!(listed, names(&rig, "ListTasks", json!({})).await);
    let mut sorted = listed;
    sorted.sort();
    assert_eq!(sorted, made);
}

#[tokio::test]
async fn reads_may_show_a_new_task_late() {
    let rig = Rig::with(|settings| {
        settings.behaviour.list_delay = 2;
        settings.behaviour.get_delay = 1;
    });
    let id = rig.create(task("a")).await;
    assert!(names(&rig, "ListTasks", json!({})).await.is_empty());
    assert!(names(&rig, "ListTasks", json!({})).await.is_empty());
    assert_eq!(names(&rig, "ListTasks", json!({})).await, ["a"]);
    let get = || rig.call("GetTask", json!({"ProjectId": PROJECT, "TaskId": id}));
    assert_eq!(get().await.unwrap_err(), "ResourceNotFound");
    get().await.unwrap();
}
