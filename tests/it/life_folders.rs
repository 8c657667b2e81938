//! Folders in every spelling, removed triggers, and what a development target does not do.

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::emulator::Behaviour;
use taskloom::manifest::{LoadOptions, load};
use taskloom::model::{Bundle, Call, Repeat, Value};

use crate::import::{manifests, request};
use crate::support::{PROJECT, World, task};

fn workflow(folder: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {{name: sales}}\nspec: \
         {{ParentFolderPath: \"{folder}\"}}\n"
    )
}

fn trigger(lifecycle: &str, spec: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: TriggerWorkflow\nmetadata: {{name: t}}\n\
         lifecycle: {{{lifecycle}}}\nspec:\n  ParentFolderPath: /\n{spec}"
    )
}

const ONE: &str = "  TriggerWorkflowSchedulerConfigurations:\n    - {TriggerMode: TIME_TRIGGER, \
                   SchedulerStatus: ACTIVE, ConfigMode: COMMON, CycleType: DAY_CYCLE, \
                   CrontabExpression: \"0 0 0 * * ? *\"}\n";

#[tokio::test(start_paused = true)]
async fn a_folder_is_the_same_however_its_slashes_are_written() {
    for folder in ["/etl/daily", "/etl/daily/", "etl/daily", "/etl//daily"] {
        let world = World::new(Behaviour { show_folder: true, ..Behaviour::default() });
        world.write("w.yaml", &workflow(folder));
        let text = task("a", "echo a", "").replace("wf-1", "\"${workflow.sales.id}\"");
        let within = folder.replace("etl", "in");
        world.write(
            "a.yaml",
            &text.replace("TaskTypeId", &format!("TaskFolderPath: {within:?}, TaskTypeId")),
        );
        assert_eq!(world.apply().await.log, ["done create Workflow/sales", "done create Task/a"]);
        assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new(), "{folder}");
        // Another spelling is not a change either.
        world.write("w.yaml", &workflow("/etl/daily"));
        assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
    }
}

#[tokio::test(start_paused = true)]
async fn triggers_that_are_no_longer_named_go() {
    let world = World::new(Behaviour::default());
    world.write("t.yaml", &trigger("schedule: running", ONE));
    world.apply().await;
    world.write("t.yaml", &trigger("schedule: running", ""));
    assert_eq!(world.apply().await.log, ["done update TriggerWorkflow/t"]);
    let id = world.state().recorded.id_of(&"TriggerWorkflow/t".parse().unwrap()).unwrap();
    let body = json!({"ProjectId": PROJECT, "WorkflowId": id.0});
    let seen = world.call(Call::new("GetTriggerWorkflow", &body, Repeat::Read)).await.unwrap().data;
    let triggers = &seen["TriggerWorkflowSchedulerConfigurations"];
    assert!(triggers.is_null() || *triggers == json!([]), "{triggers}");
    // A manifest that no longer sets a status leaves the workflow as it is.
    world.write("t.yaml", &trigger("", ""));
    assert!(!world.plan_text().await.contains("SchedulerStatus"), "{}", world.plan_text().await);
}

#[tokio::test(start_paused = true)]
async fn a_development_target_starts_no_trigger_workflow() {
    let world = World::new(Behaviour::default());
    world.write("t.yaml", &trigger("", &format!("  SchedulerStatus: ACTIVE\n{ONE}")));
    let request = LoadOptions { developer: Some("ann".to_owned()), ..request(&world) };
    let loaded = load(&request);
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    assert_eq!(loaded.forced_drafts.len(), 1);
    let spec = &loaded.desired.resources.values().next().unwrap().spec;
    assert_eq!(spec.get("SchedulerStatus"), Some(&Value::from("PAUSED")));
    let triggers = spec.get("TriggerWorkflowSchedulerConfigurations").unwrap();
    assert_eq!(triggers.as_list().unwrap()[0].get("SchedulerStatus"), Some(&Value::from("PAUSED")));
    assert!(manifests(&world).exists());
}

#[tokio::test(start_paused = true)]
async fn a_schedule_and_a_status_that_say_otherwise_are_an_error() {
    let world = World::new(Behaviour::default());
    world.write("t.yaml", &trigger("schedule: paused", "  SchedulerStatus: ACTIVE\n"));
    let loaded = load(&request(&world));
    let text = loaded.problems.to_string();
    assert!(text.contains("the schedule asks for PAUSED, and the spec for ACTIVE"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn an_adopted_task_is_written_once_more_where_the_service_does_not_tell_its_folder() {
    for show_folder in [false, true] {
        let mut world = World::new(Behaviour { show_folder, ..Behaviour::default() });
        world.bundle = Some(Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() });
        world.write("w.yaml", &workflow("/"));
        let text = task("a", "echo a", "").replace("wf-1", "\"${workflow.sales.id}\"");
        world.write("a.yaml", &text.replace("TaskTypeId", "TaskFolderPath: /in, TaskTypeId"));
        world.apply().await;
        world.lose_state();
        let plan = world.plan_text().await;
        let told =
            "the service does not tell TaskBaseAttribute.TaskFolderPath, which is sent again";
        assert_eq!(plan.contains(told), !show_folder, "{plan}");
        world.apply().await;
        assert!(world.plan().await.is_empty(), "{}", world.plan_text().await);
    }
}
