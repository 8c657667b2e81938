//! The checks of the parameters of a request.

use serde_json::{Value as Json, json};

use crate::emulator::{PROJECT, Rig, case, signed, task, trigger_task, whole};

/// Returns the error code of a valid create after a value is set at a path.
async fn code(pointer: &str, value: Json) -> String {
    Rig::new().code("CreateTask", changed(task("a"), pointer, value)).await
}

/// Sets a value at a path, creating its parents.
fn changed(mut body: Json, pointer: &str, value: Json) -> Json {
    let target = pointer.split('/').fold(&mut body, |json, key| &mut json[key]);
    *target = value;
    body
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_at_every_depth() {
    assert_eq!(code("Colour", json!(1)).await, "UnknownParameter");
    assert_eq!(code("TaskBaseAttribute/TaskNam", json!("a")).await, "UnknownParameter");
    // Responses have it, creates do not.
    assert_eq!(code("TaskBaseAttribute/TaskId", json!("1")).await, "UnknownParameter");
    assert_eq!(code("TaskConfiguration/SourceServiceName", json!("")).await, "UnknownParameter");
    let item = json!([{"TaskId": "1", "MainCyclicConfig": "DAY", "Main": "DAY"}]);
    let list = "TaskSchedulerConfiguration/UpstreamDependencyConfigList";
    assert_eq!(code(list, item).await, "UnknownParameter");
    let strategy =
        json!([{"TaskId": "1", "MainCyclicConfig": "DAY", "DependencyStrategy": {"X": 1}}]);
    assert_eq!(code(list, strategy).await, "UnknownParameter");
}

#[tokio::test]
async fn a_missing_parameter_is_refused_and_null_is_missing() {
    for pointer in [
        "ProjectId",
        "TaskConfiguration",
        "TaskBaseAttribute/TaskName",
        "TaskBaseAttribute/WorkflowId",
    ] {
        assert_eq!(code(pointer, Json::Null).await, "MissingParameter", "{pointer}");
    }
    let list = "TaskSchedulerConfiguration/UpstreamDependencyConfigList";
    assert_eq!(code(list, json!([{"TaskId": "1"}])).await, "MissingParameter");
    assert_eq!(code("TaskBaseAttribute/TaskName", json!("")).await, "InvalidParameterValue");
}

#[tokio::test]
async fn a_wrong_json_type_is_refused() {
    for (pointer, value) in [
        ("ProjectId", json!(1)),
        ("TaskBaseAttribute", json!([])),
        ("TaskBaseAttribute/TaskTypeId", json!(35)),
        ("TaskBaseAttribute/TaskName", json!({})),
        ("TaskSchedulerConfiguration/RunPriorityType", json!("6")),
        ("TaskSchedulerConfiguration/RetryWaitMinute", json!(1.5)),
        ("TaskSchedulerConfiguration/ParamTaskOutList", json!({})),
        ("TaskSchedulerConfiguration/ParamTaskOutList", json!(["a"])),
        // The disabled spellings are strings in creates.
        ("TaskSchedulerConfiguration/RunPriority", json!(6)),
    ] {
        assert_eq!(code(pointer, value).await, "InvalidParameter", "{pointer}");
    }
}

#[tokio::test]
async fn a_value_that_the_documents_do_not_have_is_refused() {
    for (pointer, value) in [
        ("TaskBaseAttribute/TaskTypeId", json!("999")),
        ("TaskBaseAttribute/TaskTypeId", json!("shell")),
        ("TaskBaseAttribute/TaskTypeId", json!("")),
        ("TaskConfiguration/CodeContent", json!("no base64")),
        ("TaskSchedulerConfiguration/CycleType", json!("DAILY")),
        ("TaskSchedulerConfiguration/StartTime", json!("tomorrow")),
        ("TaskSchedulerConfiguration/StartTime", json!("2026-02-30 00:00:00")),
        ("TaskSchedulerConfiguration/ExecutionStartTime", json!("9:00")),
        ("TaskSchedulerConfiguration/CrontabExpression", json!("0 0 * * *")),
        ("TaskSchedulerConfiguration/RunPriorityType", json!(7)),
        ("TaskSchedulerConfiguration/RunPriority", json!("high")),
        ("TaskSchedulerConfiguration/ScheduleRunType", json!("2")),
        ("TaskSchedulerConfiguration/CalendarOpen", json!("yes")),
    ] {
        assert_eq!(code(pointer, value).await, "InvalidParameterValue", "{pointer}");
    }
}

#[tokio::test]
async fn a_trigger_task_has_types_and_fields_of_its_own() {
    let rig = Rig::new();
    let hive = changed(trigger_task("a"), "TriggerTaskBaseAttribute/TaskTypeId", json!("34"));
    assert_eq!(rig.code("CreateTriggerTask", hive).await, "InvalidParameterValue");
    let old =
        changed(trigger_task("a"), "TriggerTaskSchedulerConfiguration/RunPriority", json!("6"));
    assert_eq!(rig.code("CreateTriggerTask", old).await, "UnknownParameter");
    assert_eq!(rig.code("CreateTriggerTask", task("a")).await, "UnknownParameter");
}

#[tokio::test]
async fn the_official_requests_are_taken_as_they_are() {
    let rig = Rig::new();
    for name in ["CreateTask.json", "CreateTask-notebook.json", "CreateTask-jdbc.json"] {
        rig.data("CreateTask", case(name)).await;
    }
    rig.data("CreateTriggerTask", case("CreateTriggerTask.json")).await;
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let rig = Rig::new();
    for body in ["", "[]", "{", "\"a\""] {
        let request = signed(&*rig.clock, "ListTasks", body.as_bytes());
        let answer = whole(rig.service.answer(&request).await);
        assert_eq!(crate::emulator::read(&answer).unwrap_err(), "InvalidParameter", "{body}");
    }
    let deep = "[".repeat(100_000);
    let request = signed(&*rig.clock, "ListTasks", deep.as_bytes());
    assert!(crate::emulator::read(&whole(rig.service.answer(&request).await)).is_err());
}

#[tokio::test]
async fn a_full_update_types_and_needs_more_than_a_create() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let body = |base: Json, scheduler: Json| {
        json!({"ProjectId": PROJECT, "TaskId": id, "Task": {
            "TaskBaseAttribute": base, "TaskConfiguration": {}, "TaskSchedulerConfiguration": scheduler,
        }})
    };
    let base = json!({"TaskName": "b", "OwnerUin": "1", "TaskDescription": ""});
    // The disabled spellings are integers in updates, except one.
    let text = body(base.clone(), json!({"RunPriority": "6"}));
    assert_eq!(rig.code("UpdateTask", text).await, "InvalidParameter");
    let number = body(base.clone(), json!({"WaitExecutionTotalTTL": 6}));
    assert_eq!(rig.code("UpdateTask", number).await, "InvalidParameter");
    rig.data("UpdateTask", body(base, json!({"RunPriority": 5, "WaitExecutionTotalTTL": "9"})))
        .await;
    let lacking = body(json!({"TaskName": "b", "OwnerUin": "1"}), json!({}));
    assert_eq!(rig.code("UpdateTask", lacking).await, "MissingParameter");
    let fixed = json!({"TaskName": "b", "OwnerUin": "1", "TaskDescription": "", "WorkflowId": "w"});
    assert_eq!(rig.code("UpdateTask", body(fixed, json!({}))).await, "UnknownParameter");
    let bare = json!({"ProjectId": PROJECT, "TaskId": id});
    assert_eq!(rig.code("UpdateTask", bare).await, "MissingParameter");
}

#[tokio::test]
async fn a_submit_needs_a_remark() {
    let rig = Rig::new();
    let id = rig.create(task("a")).await;
    let body = json!({"ProjectId": PROJECT, "TaskId": id});
    assert_eq!(rig.code("SubmitTask", body).await, "MissingParameter");
}
