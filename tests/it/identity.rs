//! Which remote resource a manifest stands for: one rule for plans, applies and imports.

use serde_json::json;
use taskloom::emulator::Behaviour;
use taskloom::kinds::{ResourceHome, ResourceIdentity};
use taskloom::model::{Bundle, Kind, Value};

use crate::import::{create, shell};
use crate::rebuild::rebuild;
use crate::support::{World, task, trigger_task};

fn ours() -> Option<Bundle> {
    Some(Bundle { id: "ours".to_owned(), name: "sales".to_owned() })
}

fn task_in(workflow: Option<&str>, name: &str, task_type: &str) -> ResourceIdentity {
    let mut base = json!({"TaskName": name, "TaskTypeId": task_type});
    if let Some(workflow) = workflow {
        base["WorkflowId"] = workflow.into();
    }
    ResourceIdentity::of(Kind::Task, &Value::from(json!({"TaskBaseAttribute": base})))
}

fn workflow(folder: Option<&str>) -> ResourceIdentity {
    let spec = match folder {
        Some(folder) => json!({"WorkflowName": "w", "ParentFolderPath": folder}),
        None => json!({"WorkflowName": "w"}),
    };
    ResourceIdentity::of(Kind::Workflow, &Value::from(spec))
}

#[test]
fn name_home_and_type_make_an_identity_and_the_type_is_no_part_of_the_name() {
    let wanted = task_in(Some("w"), "a", "35");
    assert!(wanted.is(&wanted));
    for other in [task_in(Some("x"), "a", "35"), task_in(Some("w"), "b", "35")] {
        assert!(!wanted.is(&other) && !wanted.has_name_of(&other), "{other:?}");
    }
    let python = task_in(Some("w"), "a", "30");
    assert!(!wanted.is(&python) && wanted.has_name_of(&python));
    let trigger = ResourceIdentity { kind: Kind::TriggerTask, ..wanted.clone() };
    assert!(!wanted.has_name_of(&trigger));
}

#[test]
fn what_an_answer_leaves_out_says_nothing_and_what_a_manifest_leaves_open_fits_nothing() {
    assert_eq!(workflow(Some("/a")).home, Some(ResourceHome::Folder("/a".to_owned())));
    assert!(workflow(Some("/a")).is(&workflow(None)));
    assert!(!workflow(Some("/a")).is(&workflow(Some("/b"))));
    // The workflow of the manifest is not made yet, so nothing that is there lies in it.
    assert!(!task_in(None, "a", "35").is(&task_in(Some("w"), "a", "35")));
}

/// A workflow and a task in it, applied under the first name; its manifests then say the second.
async fn renamed_workflow() -> World {
    let mut world = World::new(Behaviour::default());
    world.bundle = ours();
    let home = |metadata: &str| {
        format!(
            "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {{{metadata}}}\nspec: \
             {{WorkflowName: sales, ParentFolderPath: /}}\n"
        )
    };
    let inside = |name: &str| {
        let id = format!("WorkflowId: \"${{workflow.{name}.id}}\"");
        task("a", "echo a", "").replace("WorkflowId: wf-1", &id)
    };
    world.write("w.yaml", &home("name: sales"));
    world.write("a.yaml", &inside("sales"));
    assert_eq!(world.apply().await.tally.done, 2);
    world.write("w.yaml", &home("name: shop, formerly: [sales]"));
    world.write("a.yaml", &inside("shop"));
    world
}

#[tokio::test(start_paused = true)]
async fn a_lost_task_is_adopted_though_its_workflow_is_renamed_at_the_same_time() {
    let world = renamed_workflow().await;
    let mut session = world.session().await.unwrap();
    let mut recorded = session.recorded().clone();
    recorded.resources.remove(&"Task/a".parse().unwrap());
    session.put(&recorded).await.unwrap();
    drop(session);
    let text = world.plan_text().await;
    assert!(text.contains("» Task/a  adopt: ours by its mark"), "{text}");
    assert!(text.contains(" 0 to create,"), "{text}");
    world.apply().await;
    assert!(world.plan_text().await.starts_with("No changes"));
    assert_eq!(world.count("CreateTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_moved_in_a_state_that_is_lost_is_adopted_by_what_it_is() {
    let mut world = World::new(Behaviour::default());
    world.bundle = ours();
    world.write("c.yaml", &trigger_task("c", "echo c"));
    world.apply().await;
    // `taskloom state mv` needs no `formerly`, so nothing but the identity leads to the manifest.
    let text = trigger_task("new-c", "echo c");
    world.write("c.yaml", &text.replace("{WorkflowId", "{TaskName: c, WorkflowId"));
    world.lose_state();
    let text = world.plan_text().await;
    assert!(text.contains("» TriggerTask/new-c  adopt: ours by its mark"), "{text}");
    world.apply().await;
    assert!(world.plan_text().await.starts_with("No changes"));
    assert_eq!(world.count("CreateTriggerTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_mark_of_another_address_and_another_name_is_not_adopted() {
    let mut world = World::new(Behaviour::default());
    world.bundle = ours();
    world.write("c.yaml", &trigger_task("c", "echo c"));
    world.apply().await;
    world.write("c.yaml", &trigger_task("d", "echo c"));
    world.lose_state();
    let text = world.plan_text().await;
    assert!(text.contains("+ TriggerTask/d  create: new"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn of_two_manifests_of_one_identity_neither_takes_what_is_there() {
    let world = World::new(Behaviour::default());
    create(&world, Kind::Task, shell("a", b"echo a", json!({}))).await;
    for name in ["a", "b"] {
        let text = task(name, &format!("echo {name}"), "");
        let named = "TaskBaseAttribute: {TaskName: a, ";
        world.write(&format!("{name}.yaml"), &text.replace("TaskBaseAttribute: {", named));
    }
    let rediscovery = rebuild(&world, None).await;
    assert_eq!((rediscovery.finds.len(), rediscovery.missing.len()), (0, 2));
    world.remove("b.yaml");
    assert_eq!(rebuild(&world, None).await.finds.len(), 1);
}
