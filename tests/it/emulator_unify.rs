//! What the unified schedule of a workflow does to tasks.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use serde_json::{Value as Json, json};
use taskloom::emulator::UnifiedSchedules;

use crate::emulator::{Rig, task};
use crate::emulator_workflows::{body, get, task_in, workflow};

fn schedule(cycle: &str, more: Json) -> Json {
    let mut schedule = json!({"ScheduleTimeZone": "UTC+8", "CycleType": cycle,
        "SelfDepend": "serial", "StartTime": "2026-01-02 00:00:00",
        "EndTime": "2099-12-31 23:59:59", "CrontabExpression": "0 0 0 * * ? *"});
    schedule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    schedule
}

#[tokio::test]
async fn modify_cycle_value_rewrites_the_dependencies_of_the_tasks_inside() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    let up = rig.create(task_in(&id, "up")).await;
    let depend = |workflow: &str, name: &str| {
        let mut body = task_in(workflow, name);
        body["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
            json!([{"TaskId": up, "MainCyclicConfig": "RANGE_DAY", "Offset": "-1,0"}]);
        body
    };
    let inside = rig.create(depend(&id, "inside")).await;
    let outside = rig.create(depend("wf-1", "outside")).await;
    let dependency = async |id: &str| {
        let data = rig.get("GetTask", id).await;
        let version = data["TaskBaseAttribute"]["TaskLatestVersionNo"].clone();
        (version, data["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"][0].clone())
    };
    let update = async |more: Json| {
        let schedule = schedule("DAY_CYCLE", more);
        let change = json!({"WorkflowId": id, "WorkflowSchedulerConfiguration": schedule});
        rig.data("UpdateWorkflow", body(change)).await;
    };
    update(json!({"ModifyCycleValue": "0"})).await;
    assert_eq!(dependency(&inside).await.0, "V1");
    update(json!({"ModifyCycleValue": "1"})).await;
    let (version, item) = dependency(&inside).await;
    assert_eq!((&version, &item["Offset"]), (&json!("V2"), &Json::Null));
    assert_eq!(item["MainCyclicConfig"], "DAY");
    let (version, item) = dependency(&outside).await;
    assert_eq!((&version, &item["MainCyclicConfig"]), (&json!("V1"), &json!("RANGE_DAY")));
    update(json!({"ModifyCycleValue": "1", "MainCyclicConfig": "WEEK",
        "SubordinateCyclicConfig": "PREVIOUS_WEEK"}))
    .await;
    assert_eq!(dependency(&inside).await.1["SubordinateCyclicConfig"], "PREVIOUS_WEEK");
    let shown = get(&rig, &id).await["WorkflowSchedulerConfiguration"].clone();
    assert!(shown.get("ModifyCycleValue").is_none());
    assert_eq!((&shown["CycleType"], &shown["CalendarOpen"]), (&json!("DAY_CYCLE"), &json!("0")));
}

#[tokio::test]
async fn clear_link_breaks_the_dependencies_between_workflows() {
    let rig = Rig::new();
    let id = workflow(&rig, "a").await;
    let foreign = rig.create(task("foreign")).await;
    let own = rig.create(task_in(&id, "own")).await;
    let mut both = task_in(&id, "both");
    both["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] = json!([
        {"TaskId": foreign, "MainCyclicConfig": "DAY"}, {"TaskId": own, "MainCyclicConfig": "DAY"}]);
    let both = rig.create(both).await;
    let mut after = task("after");
    after["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"] =
        json!([{"TaskId": own, "MainCyclicConfig": "DAY"}]);
    let after = rig.create(after).await;
    let change = |cycle: &str| {
        json!({"WorkflowId": id,
        "WorkflowSchedulerConfiguration": schedule(cycle, json!({"ClearLink": true}))})
    };
    let upstreams = async |id: &str| {
        let data = rig.get("GetTask", id).await;
        data["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"].as_array().unwrap().len()
    };
    rig.data("UpdateWorkflow", body(change("DAY_CYCLE"))).await;
    assert_eq!((upstreams(&both).await, upstreams(&after).await), (2, 1));
    rig.data("UpdateWorkflow", body(change("CRONTAB_CYCLE"))).await;
    assert_eq!((upstreams(&both).await, upstreams(&after).await), (1, 0));
}

#[tokio::test]
async fn a_unified_schedule_may_be_that_of_the_tasks() {
    for (unified, cycle) in
        [(UnifiedSchedules::WorkflowOnly, "DAY_CYCLE"), (UnifiedSchedules::TasksToo, "HOUR_CYCLE")]
    {
        let rig = Rig::with(|settings| settings.behaviour.unified_schedules = unified);
        let id = workflow(&rig, "a").await;
        let inside = rig.create(task_in(&id, "t")).await;
        let change = json!({"WorkflowId": id,
            "WorkflowSchedulerConfiguration": schedule("HOUR_CYCLE", json!({}))});
        rig.data("UpdateWorkflow", body(change)).await;
        let data = rig.get("GetTask", &inside).await;
        assert_eq!(data["TaskSchedulerConfiguration"]["CycleType"], cycle);
    }
}
