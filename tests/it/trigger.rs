//! A trigger workflow fires only while everything in it exists.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment, ServiceSite};
use taskloom::manifest::{LoadOptions, load};
use taskloom::model::{Call, Repeat, Value};

use crate::import::request;
use crate::support::{PROJECT, World, fault, trigger_task};

const TRIGGER: &str = "  TriggerWorkflowSchedulerConfigurations:\n    - {TriggerMode: TIME_TRIGGER, \
                       ConfigMode: COMMON, CycleType: DAY_CYCLE, CrontabExpression: \"0 0 0 * * ? \
                       *\"}\n";

fn workflow(schedule: &str, more: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: TriggerWorkflow\nmetadata: {{name: t}}\n\
         lifecycle: {{schedule: {schedule}{more}}}\nspec:\n  ParentFolderPath: /\n{TRIGGER}"
    )
}

fn inside(name: &str, code: &str) -> String {
    let text = trigger_task(name, code).replace("wf-2", "\"${triggerworkflow.t.id}\"");
    text.replace("spec:", "lifecycle: {schedule: submitted}\nspec:")
}

fn write_all(world: &World) {
    world.write("t.yaml", &workflow("running", ""));
    world.write("x.yaml", &inside("x", "echo x"));
    world.write("y.yaml", &inside("y", "echo y"));
}

async fn only_workflow(world: &World) -> Option<(String, Json)> {
    let list = json!({"ProjectId": PROJECT});
    let data =
        world.call(Call::new("ListTriggerWorkflows", &list, Repeat::Read)).await.unwrap().data;
    let id = data["Items"].as_array().unwrap().first()?["WorkflowId"].as_str().unwrap().to_owned();
    let body = json!({"ProjectId": PROJECT, "WorkflowId": id});
    let data = world.call(Call::new("GetTriggerWorkflow", &body, Repeat::Read)).await.unwrap().data;
    Some((id, data))
}

/// Returns whether the workflow fires, and the number of submitted tasks in it.
async fn standing(world: &World) -> (bool, usize) {
    let fires = only_workflow(world).await.is_some_and(|(_, data)| {
        data["TriggerWorkflowSchedulerConfigurations"][0]["SchedulerStatus"] == "ACTIVE"
    });
    let list = json!({"ProjectId": PROJECT});
    let data = world.call(Call::new("ListTriggerTasks", &list, Repeat::Read)).await.unwrap().data;
    let items = data["Items"].as_array().unwrap();
    (fires, items.iter().filter(|item| item["Submit"] == true).count())
}

/// Pauses or starts it as in the console.
async fn switch(world: &World, status: &str) {
    let (id, _) = only_workflow(world).await.unwrap();
    let body = json!({"ProjectId": PROJECT, "WorkflowId": id, "SchedulerStatus": status});
    world.call(Call::new("UpdateTriggerWorkflow", &body, Repeat::Idempotent)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_is_made_paused_and_fires_when_its_tasks_are_there() {
    let world = World::new(Behaviour::default());
    write_all(&world);
    assert!(world.plan_text().await.contains("+ TriggerWorkflow/t  create, then start: new"));
    let log = world.apply().await.log;
    assert_eq!((log.len(), log[0].as_str()), (6, "done create TriggerWorkflow/t"));
    assert_eq!(log[5], "done start TriggerWorkflow/t");
    let made = world.calls().into_iter().find(|call| call.action == "CreateTriggerWorkflow");
    assert_eq!(made.unwrap().body["SchedulerStatus"], "PAUSED");
    assert_eq!(standing(&world).await, (true, 2));
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn it_is_paused_before_its_tasks_go() {
    let world = World::new(Behaviour::default());
    write_all(&world);
    world.apply().await;
    world.remove_all();
    assert_snapshot!(world.plan_text().await, @r"
    - TriggerWorkflow/t  stop, then delete: no manifest
    - TriggerTask/x  delete: no manifest
    - TriggerTask/y  delete: no manifest

    Plan: 0 to create, 0 to update, 3 to delete, 0 unchanged
    ");
    let log = world.apply().await.log;
    assert_eq!((log.len(), log[0].as_str()), (4, "done stop TriggerWorkflow/t"));
    assert_eq!(log[3], "done delete TriggerWorkflow/t");
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_dies_anywhere_leaves_nothing_half_made_firing_and_the_next_one_finishes() {
    let mut n_deaths = 0;
    for (effect, is_removal) in [
        (FaultMoment::Before, false),
        (FaultMoment::After, false),
        (FaultMoment::Before, true),
        (FaultMoment::After, true),
    ] {
        for n in (1..).step_by(2) {
            let world = World::new(Behaviour::default());
            write_all(&world);
            if is_removal {
                world.apply().await;
                world.remove_all();
            }
            world.wire.kill_at(n, effect);
            if world.apply_or_die().await.is_some() {
                break;
            }
            n_deaths += 1;
            let (fires, n_tasks) = standing(&world).await;
            assert!(!fires || n_tasks == 2, "call {n} {effect:?}: fires with {n_tasks} tasks");
            world.apply_later().await;
            let wrong = world.audit(&BTreeSet::new()).await;
            assert_eq!(wrong, Vec::<String>::new(), "call {n} {effect:?} {is_removal}");
            let end = if is_removal { (false, 0) } else { (true, 2) };
            assert_eq!(standing(&world).await, end, "call {n} {effect:?} {is_removal}");
        }
    }
    assert!(n_deaths > 20, "{n_deaths}");
}

#[tokio::test(start_paused = true)]
async fn it_does_not_fire_while_a_task_of_it_fails() {
    let world = World::new(Behaviour::default());
    write_all(&world);
    world.fault(fault("SubmitTriggerTask", 1, FaultMoment::Before, FaultKind::StatusFalse));
    let log = world.apply().await.log;
    let skipped = "skipped start TriggerWorkflow/t: TriggerTask/y".to_owned();
    assert!(log.contains(&skipped), "{log:?}");
    assert_eq!(standing(&world).await, (false, 1));
    assert_snapshot!(world.plan_text().await, @r"
    ▷ TriggerWorkflow/t  start: paused  (t.yaml:1)
    ↑ TriggerTask/y  submit: never submitted  (y.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 1 to submit, 1 to start, 1 unchanged
    ");
    let log = world.apply().await.log;
    assert_eq!(log, ["done submit TriggerTask/y", "done start TriggerWorkflow/t"]);
    assert_eq!(standing(&world).await, (true, 2));
}

#[tokio::test(start_paused = true)]
async fn a_pause_by_hand_is_taken_back_unless_it_is_theirs_to_do() {
    let world = World::new(Behaviour::default());
    write_all(&world);
    world.apply().await;
    switch(&world, "PAUSED").await;
    let text = world.plan_text().await;
    assert!(text.contains("TriggerWorkflow/t  start: paused outside"), "{text}");
    assert_eq!(world.apply().await.log, ["done start TriggerWorkflow/t"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    let ignore = ", ignore: [SchedulerStatus, TriggerWorkflowSchedulerConfigurations]";
    world.write("t.yaml", &workflow("running", ignore));
    switch(&world, "PAUSED").await;
    assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
    // A new one starts to fire anyway.
    let world = World::new(Behaviour::default());
    write_all(&world);
    world.write("t.yaml", &workflow("running", ignore));
    world.apply().await;
    assert_eq!(standing(&world).await, (true, 2));
    assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
}

#[tokio::test(start_paused = true)]
async fn a_change_and_a_start_are_two_steps_with_the_new_task_between_them() {
    let world = World::new(Behaviour::default());
    write_all(&world);
    world.write("t.yaml", &workflow("paused", ""));
    world.remove("y.yaml");
    world.apply().await;
    assert_eq!(standing(&world).await, (false, 1));
    let more = workflow("running", "") + "  WorkflowDesc: new\n";
    world.write("t.yaml", &more);
    world.write("y.yaml", &inside("y", "echo y"));
    assert_eq!(
        world.apply().await.log,
        [
            "done update TriggerWorkflow/t",
            "done create TriggerTask/y",
            "done submit TriggerTask/y",
            "done start TriggerWorkflow/t"
        ]
    );
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn on_the_international_site_the_triggers_alone_have_a_status() {
    let behaviour = Behaviour { site: ServiceSite::International, ..Behaviour::default() };
    let world = World::new(behaviour);
    write_all(&world);
    assert_eq!(world.apply().await.log.last().unwrap(), "done start TriggerWorkflow/t");
    assert_eq!(standing(&world).await, (true, 2));
    let (_, data) = only_workflow(&world).await.unwrap();
    assert_eq!(data.get("SchedulerStatus"), None);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
    world.write("t.yaml", &workflow("paused", ""));
    assert_eq!(world.apply().await.log, ["done update TriggerWorkflow/t"]);
    assert_eq!(standing(&world).await, (false, 2));
    assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
    world.write("t.yaml", &workflow("running", ""));
    world.apply().await;
    world.remove_all();
    assert_eq!(world.apply().await.log.first().unwrap(), "done stop TriggerWorkflow/t");
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_international_site_refuses_what_it_does_not_know_of_workflows() {
    let behaviour = Behaviour { site: ServiceSite::International, ..Behaviour::default() };
    let world = World::new(behaviour);
    for name in ["SchedulerStatus", "TriggerMode", "ExecuteUserUin"] {
        let body = json!({"ProjectId": PROJECT, "WorkflowName": "w", "ParentFolderPath": "/",
                          name: "TIME_TRIGGER"});
        let error =
            world.call(Call::new("CreateTriggerWorkflow", &body, Repeat::No)).await.unwrap_err();
        assert_eq!(error.code(), Some("UnknownParameter"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_development_target_of_the_international_site_rests_by_its_triggers() {
    let world = World::new(Behaviour::default());
    world.write("t.yaml", &workflow("running", ""));
    let request =
        LoadOptions { developer: Some("ann".to_owned()), international: true, ..request(&world) };
    let loaded = load(&request);
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    let spec = &loaded.desired.resources.values().next().unwrap().spec;
    assert_eq!(spec.get("SchedulerStatus"), None);
    let triggers = spec.get("TriggerWorkflowSchedulerConfigurations").unwrap();
    assert_eq!(triggers.as_list().unwrap()[0].get("SchedulerStatus"), Some(&Value::from("PAUSED")));
}
