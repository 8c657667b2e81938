//! Changes by others at the service are detected in few calls.

use serde_json::{Value as Json, json};
use taskloom::emulator::{Behaviour, ListOrder, ListReading, MissingReading, TriggerVersions};
use taskloom::model::{Call, RemoteId, Repeat};
use taskloom::observe::Refresh;

use crate::support::build::address;
use crate::support::{World, task, trigger_task};

/// Plans, and returns the number of calls of each action and the plan.
async fn planned(world: &World) -> (Vec<(String, usize)>, String) {
    let before = world.calls().len();
    let text = world.plan_text().await;
    let mut counts = std::collections::BTreeMap::new();
    for call in world.calls().into_iter().skip(before) {
        *counts.entry(call.action).or_insert(0) += 1;
    }
    (counts.into_iter().collect(), text)
}

fn id(world: &World, name: &str) -> RemoteId {
    world.state().recorded.id_of(&address(name)).unwrap()
}

/// Edits a task as in the console.
async fn edit(world: &World, name: &str, new: Json) {
    let body =
        json!({"ProjectId": "1000000000000000001", "TaskId": id(world, name), "NewSetting": new});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
}

/// Returns a world with this many applied tasks.
async fn world_of(n: usize, behaviour: Behaviour) -> World {
    let world = World::new(behaviour);
    let all: Vec<String> =
        (0..n).map(|i| task(&format!("t{i}"), &format!("echo {i}"), "")).collect();
    world.write("all.yaml", &all.join("\n---\n"));
    assert_eq!(world.apply().await.tally.done, n);
    world
}

#[tokio::test(start_paused = true)]
async fn a_thousand_unchanged_tasks_cost_five_lists_and_no_get() {
    let world = world_of(1000, Behaviour::default()).await;
    let (calls, text) = planned(&world).await;
    assert_eq!(calls, [("ListTasks".to_owned(), 5)]);
    assert_eq!(text, "No changes: 1000 unchanged, compared with the service\n");
    // A console edit costs one more Get, and only it is in the plan.
    edit(&world, "t7", json!({"TaskConfiguration": {"BrokerIp": "10.0.0.1"}})).await;
    let (calls, text) = planned(&world).await;
    assert_eq!(calls, [("GetTask".to_owned(), 1), ("ListTasks".to_owned(), 5)]);
    insta::assert_snapshot!(text, @r#"
    ~ Task/t7  update: changed outside  (all.yaml:71)
        TaskConfiguration.BrokerIp: "10.0.0.1" -> "any"  [drift]

    Plan: 0 to create, 1 to update, 0 to delete, 999 unchanged
    "#);
    assert_eq!(world.apply().await.log, ["done update Task/t7"]);
    assert_eq!(planned(&world).await.0, [("ListTasks".to_owned(), 5)]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_what_is_not_ours_is_no_change_and_is_read_once() {
    let world = world_of(3, Behaviour::default()).await;
    edit(&world, "t1", json!({"TaskBaseAttribute": {"TaskDescription": "by hand"}})).await;
    assert!(planned(&world).await.1.starts_with("No changes"));
    world.apply().await;
    assert_eq!(planned(&world).await.0, [("ListTasks".to_owned(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_few_tasks_of_a_large_project_are_read_straight_away() {
    let world = world_of(401, Behaviour::default()).await;
    let lone = world.neighbour();
    lone.write("mine.yaml", &[task("a", "echo a", ""), task("b", "echo b", "")].join("\n---\n"));
    lone.apply().await;
    assert_eq!(planned(&lone).await.0, [("GetTask".to_owned(), 2), ("ListTasks".to_owned(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_full_refresh_reads_everything() {
    let mut world = world_of(30, Behaviour::default()).await;
    world.refresh = Refresh::Full;
    assert_eq!(planned(&world).await.0, [("GetTask".to_owned(), 30)]);
}

#[tokio::test(start_paused = true)]
async fn odd_lists_do_not_confuse_the_picture() {
    for behaviour in [
        Behaviour { order: ListOrder::Shuffled, ..Behaviour::default() },
        Behaviour { trigger_list: ListReading::BothKinds, ..Behaviour::default() },
        Behaviour { trigger_versions: TriggerVersions::Null, ..Behaviour::default() },
        Behaviour { missing: MissingReading::Null, ..Behaviour::default() },
    ] {
        let world = world_of(201, behaviour.clone()).await;
        for name in ["x", "y"] {
            world.write(&format!("{name}.yaml"), &trigger_task(name, "echo"));
        }
        assert_eq!(world.apply().await.tally.done, 2, "{behaviour:?}");
        let gone = json!({"ProjectId": "1000000000000000001", "TaskId": id(&world, "t5")});
        world.call(Call::new("DeleteTask", &gone, Repeat::Idempotent)).await.unwrap();
        let text = world.plan_text().await;
        assert!(text.starts_with("+ Task/t5  create: deleted outside"), "{behaviour:?}\n{text}");
        assert!(
            text.ends_with("Plan: 1 to create, 0 to update, 0 to delete, 202 unchanged\n"),
            "{text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_rename_in_the_console_is_drift_of_the_name() {
    let world = world_of(2, Behaviour::default()).await;
    edit(&world, "t0", json!({"TaskBaseAttribute": {"TaskName": "other"}})).await;
    let text = world.plan_text().await;
    assert!(text.contains(r#"TaskBaseAttribute.TaskName: "other" -> "t0"  [drift]"#), "{text}");
    assert_eq!(world.apply().await.log, ["done update Task/t0"]);
}

/// Changes what the service shows of every task from now on.
fn lie(world: &World, truth: &str, lie: &str) {
    *world.wire.lie.lock().unwrap() = Some((truth.to_owned(), lie.to_owned()));
}

fn n_writes(world: &World) -> usize {
    ["CreateTask", "UpdateTask", "DeleteTask"].map(|action| world.count(action)).iter().sum()
}

#[tokio::test(start_paused = true)]
async fn what_no_update_can_undo_is_replaced_and_says_why() {
    for (truth, shown, reason) in [
        ("\"wf-1\"", "\"wf-9\"", "moved to another workflow outside"),
        ("\"TaskTypeId\":35", "\"TaskTypeId\":30", "its type was changed outside"),
    ] {
        let mut world = World::new(Behaviour::default());
        world.write(
            "a.yaml",
            &task("a", "echo", "").replace("spec:", "lifecycle: {protect: true}\nspec:"),
        );
        world.apply().await;
        world.refresh = Refresh::Full;
        lie(&world, truth, shown);
        let plan = world.plan().await;
        let text = world.plan_text().await;
        assert!(text.starts_with("± Task/a  replace: ") && text.contains(reason), "{text}");
        assert!(!text.contains("changed outside;"), "{text}");
        // A protected task is not deleted in order to restore it.
        let refusals = taskloom::plan::check(&plan, 1, 1, taskloom::plan::Guards::default());
        assert_eq!(refusals.len(), 1, "{refusals:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_paused_or_submitted_in_the_console_is_not_written_to() {
    for (truth, shown) in [
        ("\"Status\":\"N\"", "\"Status\":\"O\""),
        ("\"TaskLatestSubmitVersionNo\":\"\"", "\"TaskLatestSubmitVersionNo\":\"V1\""),
    ] {
        let world = world_of(3, Behaviour::default()).await;
        lie(&world, truth, shown);
        let before = n_writes(&world);
        let (calls, _) = planned(&world).await;
        assert_eq!(calls, [("GetTask".to_owned(), 3), ("ListTasks".to_owned(), 1)], "{truth}");
        world.apply().await;
        assert_eq!(n_writes(&world), before, "{truth}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rename_and_an_edit_in_the_console_are_both_told() {
    let world = world_of(1, Behaviour::default()).await;
    let new = json!({"TaskBaseAttribute": {"TaskName": "other"},
                     "TaskConfiguration": {"BrokerIp": "10.0.0.1"}});
    edit(&world, "t0", new).await;
    let text = world.plan_text().await;
    assert!(text.starts_with("~ Task/t0  update: changed outside; renamed outside"), "{text}");
    assert_eq!(world.apply().await.log, ["done update Task/t0"]);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_stores_something_else_is_found_out() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo a", "").replace("BrokerIp: any", "BrokerIp: 10.0.0.2"));
    lie(&world, "\"BrokerIp\":\"10.0.0.2\"", "\"BrokerIp\":\"10.0.0.3\"");
    let log = world.apply().await.log;
    assert_eq!(
        log,
        [
            "failed update Task/a: the service stored something else than was sent in TaskConfiguration.BrokerIp"
        ]
    );
    let recorded = world.state().recorded.resources[&address("a")].spec.to_json();
    assert_ne!(
        recorded["TaskConfiguration"]["BrokerIp"], "10.0.0.2",
        "it does not count as applied"
    );
    let text = world.plan_text().await;
    assert!(text.contains("BrokerIp: \"10.0.0.3\" -> \"10.0.0.2\""), "{text}");
    *world.wire.lie.lock().unwrap() = None;
    world.apply().await;
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_on_both_sides_is_forgotten() {
    let world = world_of(2, Behaviour::default()).await;
    let body = json!({"ProjectId": "1000000000000000001", "TaskId": id(&world, "t1")});
    world.call(Call::new("DeleteTask", &body, Repeat::Idempotent)).await.unwrap();
    world.write("all.yaml", &task("t0", "echo 0", ""));
    assert_eq!(world.apply().await.log, ["done forget Task/t1"]);
    assert_eq!(world.count("DeleteTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stores_something_else_is_found_out() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    let lie = ("\"BrokerIp\":\"any\"".to_owned(), "\"BrokerIp\":\"none\"".to_owned());
    *world.wire.lie.lock().unwrap() = Some(lie);
    let pass = world.apply().await;
    assert_eq!(
        pass.log,
        [
            "failed create Task/a: the service stored something else than was sent in TaskConfiguration.BrokerIp"
        ]
    );
    // It exists and is ours, but it does not count as applied.
    assert_eq!(world.state().recorded.resources.len(), 1);
    let text = world.plan_text().await;
    assert!(text.starts_with("~ Task/a  update: manifest changed"), "{text}");
    *world.wire.lie.lock().unwrap() = None;
    assert_eq!(world.apply().await.log, ["done record Task/a"]);
    assert_eq!(world.count("CreateTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn drift_that_is_not_selected_or_was_ignored_is_seen_later() {
    let world = world_of(3, Behaviour::default()).await;
    edit(&world, "t1", json!({"TaskConfiguration": {"BrokerIp": "10.0.0.1"}})).await;
    let shown = world.plan().await;
    let nothing = taskloom::plan::Plan { changes: Vec::new(), ..shown };
    let mut session = world.session().await.unwrap();
    let (_, observed) = session.look(&world.desired()).await.unwrap();
    let (_stop, stop) = tokio::sync::watch::channel(false);
    session.carry_out(&nothing, &world.desired(), &observed, stop, &mut |_| {}).await.unwrap();
    drop(session);
    assert!(world.plan_text().await.contains("[drift]"));
}
