//! A lost state is rebuilt from the service, without a change there.

use std::fs;
use std::time::Duration;

use serde_json::json;
use taskloom::emulator::{Behaviour, FaultMoment};
use taskloom::import::{MatchedBy, Rediscovery, rediscover};
use taskloom::model::{Bundle, Kind, RemoteId};
use taskloom::state::{LockHolder, StateEdit};
use taskloom::support::SystemClock;

use crate::import::{create, import_all, shell};
use crate::support::{World, after, task, trigger_task};

fn bundle(id: &str) -> Option<Bundle> {
    Some(Bundle { id: id.to_owned(), name: "sales".to_owned() })
}

/// Searches and adopts what is found.
pub async fn rebuild(world: &World, prefix: Option<&str>) -> Rediscovery {
    let desired = world.desired();
    let mut session = world.session().await.unwrap();
    let scope = world.scope();
    let rediscover =
        rediscover(&scope, &desired, session.recorded(), prefix, &mut |_, _| {}).await.unwrap();
    let adopted = rediscover.adopted(&desired, session.recorded());
    session.put(&adopted).await.unwrap();
    rediscover
}

/// Applies two tasks that depend on each other's ids and a trigger task, then removes the state.
async fn applied_and_lost(bundle: Option<Bundle>) -> World {
    let mut world = World::new(Behaviour::default());
    world.bundle = bundle;
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    world.write("c.yaml", &trigger_task("c", "echo c"));
    assert_eq!(world.apply().await.tally.done, 3);
    lose(&world);
    world
}

fn lose(world: &World) {
    fs::remove_file(world.state_file()).unwrap();
}

fn hows(rediscover: &Rediscovery) -> Vec<(String, MatchedBy)> {
    rediscover.finds.iter().map(|find| (find.address.to_string(), find.how)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_lost_state_is_found_by_the_mark_and_the_next_plan_is_empty() {
    let world = applied_and_lost(bundle("ours")).await;
    let n_writes = world.count("CreateTask");
    let rediscover = rebuild(&world, None).await;
    let expected = ["Task/a", "Task/b", "TriggerTask/c"].map(|a| (a.to_owned(), MatchedBy::Mark));
    assert_eq!(hows(&rediscover), expected);
    assert!(world.plan_text().await.starts_with("No changes"));
    assert_eq!(world.count("CreateTask"), n_writes);
    assert_eq!(rebuild(&world, None).await, Rediscovery::default());
}

#[tokio::test(start_paused = true)]
async fn without_a_bundle_name_workflow_and_type_decide() {
    let world = applied_and_lost(None).await;
    // The same name elsewhere, another type, another owner: none of these is ours.
    let mut elsewhere = shell("a", b"echo a", json!({}));
    elsewhere["TaskBaseAttribute"]["WorkflowId"] = "wf-9".into();
    let mut python = shell("a", b"echo a", json!({}));
    python["TaskBaseAttribute"]["TaskTypeId"] = "30".into();
    let mut foreign = shell("a", b"echo a", json!({}));
    foreign["TaskConfiguration"]["BundleId"] = "theirs".into();
    for body in [elsewhere, python, foreign] {
        create(&world, Kind::Task, body).await;
    }
    let rediscover = rebuild(&world, None).await;
    let expected = ["Task/a", "Task/b", "TriggerTask/c"].map(|a| (a.to_owned(), MatchedBy::Name));
    assert_eq!(hows(&rediscover), expected);
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn what_moved_meanwhile_is_an_honest_update() {
    let world = applied_and_lost(bundle("ours")).await;
    world.write("a.yaml", &task("a", "echo new", ""));
    let rediscover = rebuild(&world, None).await;
    let desired = world.desired();
    let state = world.state();
    let differing: Vec<usize> = rediscover
        .finds
        .iter()
        .map(|find| find.differing(&desired, &|address| state.recorded.id_of(address)))
        .collect();
    assert_eq!(differing, [1, 0, 0]);
    let text = world.plan_text().await;
    assert!(text.contains("~ Task/a") && text.contains("1 to update"), "{text}");
    assert_eq!(world.apply().await.tally.done, 1);
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn two_that_could_be_it_stop_only_themselves() {
    let world = applied_and_lost(None).await;
    let twin = create(&world, Kind::Task, shell("a", b"echo a", json!({}))).await;
    let rediscover = rebuild(&world, None).await;
    assert_eq!(hows(&rediscover).len(), 2);
    let (address, ids) = rediscover.rivals.first_key_value().unwrap();
    assert_eq!((address.to_string(), ids.len()), ("Task/a".to_owned(), 2));
    assert!(ids.contains(&twin));
}

#[tokio::test(start_paused = true)]
async fn what_has_lost_its_manifest_is_found_too_and_would_be_deleted() {
    let world = applied_and_lost(bundle("ours")).await;
    world.remove("c.yaml");
    let rediscover = rebuild(&world, None).await;
    assert_eq!(hows(&rediscover)[2], ("TriggerTask/c".to_owned(), MatchedBy::MarkAlone));
    assert!(world.plan_text().await.contains("1 to delete"));
}

#[tokio::test(start_paused = true)]
async fn two_bundles_share_a_project_without_touching_each_other() {
    let mut world = applied_and_lost(bundle("theirs")).await;
    let theirs: Vec<RemoteId> =
        rebuild(&world, None).await.finds.into_iter().map(|find| find.seen.id).collect();
    lose(&world);
    // The other repository has tasks with the same names in the same workflows.
    world.bundle = bundle("ours");
    let rediscover = rebuild(&world, None).await;
    assert_eq!((hows(&rediscover), rediscover.missing.len()), (Vec::new(), 3));
    // Their tasks are neither adopted nor duplicated under the same name.
    assert_eq!(world.apply().await.tally.done, 0);
    for (name, text) in [
        ("a", task("a", "echo a", "")),
        ("b", task("b", "echo b", &after("a"))),
        ("c", trigger_task("c", "echo c")),
    ] {
        let named = format!("TaskBaseAttribute: {{TaskName: our-{name}, ");
        let text = text.replace("TaskBaseAttribute: {", &named);
        assert!(text.contains(&named));
        world.write(&format!("{name}.yaml"), &text);
    }
    assert_eq!(world.apply().await.tally.done, 3);
    let state = world.state();
    assert!(state.recorded.resources.values().all(|resource| !theirs.contains(&resource.id)));
    lose(&world);
    assert_eq!(hows(&rebuild(&world, None).await).len(), 3);
    assert_eq!(world.state().recorded, state.recorded);
    world.bundle = bundle("theirs");
    lose(&world);
    let again: Vec<RemoteId> =
        rebuild(&world, None).await.finds.into_iter().map(|find| find.seen.id).collect();
    assert_eq!(again, theirs);
}

#[tokio::test(start_paused = true)]
async fn a_target_does_not_take_the_development_tasks_of_its_own_bundle() {
    let mut world = World::new(Behaviour::default());
    world.bundle = bundle("ours");
    let named = "  TaskBaseAttribute: {TaskName: '[dev ann] a', ";
    world.write("a.yaml", &task("a", "echo", "").replace("  TaskBaseAttribute: {", named));
    world.apply().await;
    lose(&world);
    assert_eq!(hows(&rebuild(&world, Some("[dev ann] ")).await).len(), 1);
    lose(&world);
    world.write("a.yaml", &task("a", "echo", ""));
    let rediscover = rebuild(&world, None).await;
    assert_eq!((hows(&rediscover), rediscover.missing.len()), (Vec::new(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_mark_with_an_old_address_is_found_by_what_it_looks_like() {
    let world = applied_and_lost(bundle("ours")).await;
    world.remove("c.yaml");
    let text = trigger_task("new-c", "echo c");
    world.write("c.yaml", &text.replace("{WorkflowId", "{TaskName: c, WorkflowId"));
    let rediscover = rebuild(&world, None).await;
    assert_eq!(hows(&rediscover)[2], ("TriggerTask/new-c".to_owned(), MatchedBy::Mark));
    assert!(world.plan_text().await.starts_with("No changes"));
}

/// The trigger task under another name, and how its manifest declares that.
fn renamed(name: &str, named: &str) -> String {
    let text = trigger_task(name, "echo c");
    text.replace(&format!("{{name: {name}}}"), &format!("{{name: {name}, formerly: [c]}}"))
        .replace("{WorkflowId", &format!("{{{named}WorkflowId"))
}

#[tokio::test(start_paused = true)]
async fn a_lost_state_is_no_second_task_for_what_was_renamed_before() {
    // The rename has not been applied, has been applied, or does not change TaskName.
    for (is_applied, named) in [(false, ""), (true, ""), (true, "TaskName: c, ")] {
        let world = applied_and_lost(bundle("ours")).await;
        rebuild(&world, None).await;
        world.write("c.yaml", &renamed("new-c", named));
        if is_applied {
            assert_eq!(world.apply().await.tally.done, 1);
        }
        lose(&world);
        let text = world.plan_text().await;
        assert!(text.contains("» TriggerTask/new-c  adopt: ours by its mark"), "{text}");
        assert!(text.contains(" 0 to create,"), "{text}");
        world.apply().await;
        assert!(world.plan_text().await.starts_with("No changes"));
        assert_eq!(world.count("CreateTriggerTask"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_imported_without_a_mark_is_found_again_by_its_name() {
    let mut world = World::new(Behaviour::default());
    let first = create(&world, Kind::Task, shell("first", b"echo 1", json!({}))).await;
    let upstream = json!({"UpstreamDependencyConfigList": [{"TaskId": first.0,
        "MainCyclicConfig": "DAY", "SubordinateCyclicConfig": "CURRENT_DAY"}]});
    create(&world, Kind::Task, shell("Second / 2", b"echo 2", upstream)).await;
    world.bundle = bundle("ours");
    assert_eq!(import_all(&world).await.names.len(), 2);
    lose(&world);
    // A plain plan would create them again, and the apply refuses that: the names are in use.
    assert!(world.plan_text().await.contains("2 to create"));
    assert_eq!(world.apply().await.tally.done, 0);
    let rediscover = rebuild(&world, None).await;
    let expected = ["Task/Second-2", "Task/first"].map(|a| (a.to_owned(), MatchedBy::Name));
    assert_eq!(hows(&rediscover), expected);
    assert!(world.plan_text().await.starts_with("No changes"));
    assert_eq!(world.count("CreateTask"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_cut_off_run_left_open_survives_an_edit_of_the_state() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    world.write("b.yaml", &task("b", "echo b", ""));
    // A list of what exists, one by names, the create, and nothing after it.
    world.wire.kill_at(4, FaultMoment::After);
    assert!(world.apply_or_die().await.is_none());
    let before = world.state();
    assert_eq!(before.doubts.len(), 1, "{:?}", world.calls());
    let by =
        LockHolder { pid: 1, host: String::new(), command: String::new(), since: String::new() };
    let mut edit = StateEdit::open(
        world.store.as_ref(),
        &before.header.origin,
        &by,
        Duration::ZERO,
        &SystemClock::new(),
    )
    .await
    .unwrap();
    let mut recorded = edit.recorded().clone();
    let entry = recorded.resources.pop_first().unwrap().1;
    recorded.resources.insert("Task/z".parse().unwrap(), entry);
    let serial = edit.save(&recorded).await.unwrap();
    drop(edit);
    let after = world.state();
    assert_eq!((after.header.serial, &*after.recorded), (serial, &recorded));
    assert_eq!(after.doubts, before.doubts);
    // The create did happen, and the next run finds it.
    world.session().await.unwrap();
    assert_eq!(world.count("CreateTask"), 2);
    assert!(world.state().recorded.resources.contains_key(&"Task/b".parse().unwrap()));
}
