//! Single faults, by name: what they must not cause, and what is reported.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::apply::AmbiguousCreate;
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment, NameRule};
use taskloom::kinds::{delete_call, table};
use taskloom::model::{Address, Bundle, Call, Kind, RemoteId, Repeat};

use crate::support::{PROJECT, World, after, fault, task, trigger_task};

fn unique() -> Behaviour {
    Behaviour { names: NameRule::UniqueInWorkflow, ..Behaviour::default() }
}

fn marked(mut world: World) -> World {
    world.bundle = Some(Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() });
    world
}

fn id_of(world: &World, name: &str) -> Option<RemoteId> {
    let address: Address = format!("Task/{name}").parse().unwrap();
    world.state().recorded.id_of(&address)
}

#[tokio::test(start_paused = true)]
async fn a_task_of_that_name_that_is_not_ours_is_never_taken_over() {
    for behaviour in [Behaviour::default(), unique()] {
        for bundle in [false, true] {
            let world = World::new(behaviour.clone());
            let world = if bundle { marked(world) } else { world };
            // Not even when it has exactly the requested values.
            let (_, id) = world.make_foreign("a", "echo a").await;
            world.write("a.yaml", &task("a", "echo a", ""));
            let n_creates = world.count("CreateTask");
            let pass = world.apply().await;
            let error = format!(
                "failed create Task/a: a Task named \"a\" is in workflow wf-1 already: {id}"
            );
            assert_eq!(pass.log, [error]);
            assert_eq!(world.count("CreateTask"), n_creates);
            assert!(world.state().recorded.resources.is_empty());
            assert!(pass.hints[0].contains(&format!("taskloom import --task {id}")));
            assert!(pass.hints[0].contains("another TaskName"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_taken_behind_our_back_is_told_with_its_id() {
    let world = World::new(unique());
    let (_, id) = world.make_foreign("a", "echo foreign").await;
    world.write("a.yaml", &task("a", "echo a", ""));
    // The list before the create does not show it yet.
    world.fault(fault("ListTasks", 1, FaultMoment::Before, FaultKind::StaleRead));
    let pass = world.apply().await;
    assert_eq!(world.calls().last().unwrap().action, "ListTasks");
    let error =
        format!("failed create Task/a: a Task named \"a\" is in workflow wf-1 already: {id}");
    assert_eq!(pass.log, [error]);
    assert!(world.state().doubts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_manifests_of_one_name_are_told_of_each_other() {
    let world = World::new(unique());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    world.write(
        "b.yaml",
        &task("b", "echo b", "").replace("{WorkflowId", "{TaskName: a, WorkflowId"),
    );
    let pass = world.apply().await;
    assert!(pass.log[0].ends_with("which is Task/a"), "{:?}", pass.log);
}

#[tokio::test(start_paused = true)]
async fn the_duplicate_name_of_a_create_sent_again_is_our_own_task() {
    // Lists are so far behind that the first create seems not to have happened.
    let world = World::new(Behaviour { list_delay: 5, ..unique() });
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Drop));
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done create Task/a"]);
    let codes: Vec<_> = world
        .calls()
        .into_iter()
        .filter(|call| call.action == "CreateTask")
        .map(|call| call.code)
        .collect();
    assert_eq!(codes, [None, Some("InvalidParameter.DuplicateName")]);
    world.apply_later().await;
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_create_that_shows_up_after_it_was_sent_again_is_deleted_by_its_mark() {
    let world = marked(World::new(Behaviour { list_delay: 5, ..Behaviour::default() }));
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Drop));
    assert_eq!(world.apply().await.log, ["done create Task/a"]);
    assert_eq!(world.count("CreateTask"), 2);
    world.apply_later().await;
    assert_eq!(world.count("DeleteTask"), 1);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn without_a_mark_what_shows_up_late_is_told_and_left_alone() {
    let world = World::new(Behaviour { list_delay: 5, ..Behaviour::default() });
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Drop));
    world.apply().await;
    let session = world.session().await.unwrap();
    let [unclear] = session
        .unclear()
        .to_vec()
        .try_into()
        .unwrap_or_else(|all: Vec<AmbiguousCreate>| panic!("{all:?}"));
    let ours = id_of(&world, "a").unwrap();
    assert!(!unclear.candidates.contains(&ours));
    assert_eq!(unclear.candidates.len(), 1);
    drop(session);
    // Nothing is deleted, and the rest continues; once it is deleted, the question is settled.
    world.write("b.yaml", &task("b", "echo b", ""));
    assert_eq!(world.apply().await.log, ["done create Task/b"]);
    assert_eq!(world.count("DeleteTask"), 0);
    world.call(delete_call(table(Kind::Task), PROJECT, &unclear.candidates[0])).await.unwrap();
    world.apply_later().await;
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_nothing_proves_stops_only_its_own_resource() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    world.write("c.yaml", &task("c", "echo c", ""));
    world.wire.kill_at(3, FaultMoment::After);
    assert!(world.apply_or_die().await.is_none());
    let (_, id) = only(&world).await;
    // Another client changes it before the next run: its content no longer proves anything.
    let body = json!({"ProjectId": PROJECT, "TaskId": id,
        "NewSetting": {"TaskConfiguration": {"BrokerIp": "1.2.3.4"}}});
    let call = Call::new("UpdateTaskPartially", &body, Repeat::Idempotent);
    world.call(call).await.unwrap();
    let pass = world.apply().await;
    let created = pass.log.iter().filter(|line| line.starts_with("done create")).count();
    let failed = pass.log.iter().find(|line| line.starts_with("failed")).unwrap();
    assert!(failed.contains(&format!("whose answer was lost may have made {id}")), "{failed}");
    assert!(created >= 1, "{:?}", pass.log);
    // The way out: delete it, and apply again.
    world.call(delete_call(table(Kind::Task), PROJECT, &id)).await.unwrap();
    world.apply_until_done(3).await;
    world.apply_later().await;
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

/// The one task of the service.
async fn only(world: &World) -> (Kind, RemoteId) {
    let all = world.everything().await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_question_can_be_dismissed() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.wire.kill_at(3, FaultMoment::After);
    assert!(world.apply_or_die().await.is_none());
    let (_, id) = only(&world).await;
    let body = json!({"ProjectId": PROJECT, "TaskId": id,
        "NewSetting": {"TaskConfiguration": {"BrokerIp": "1.2.3.4"}}});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
    world.remove("a.yaml");
    let mut session = world.session().await.unwrap();
    assert_eq!(session.unclear().len(), 1);
    assert!(session.dismiss(&"Task/a".parse().unwrap()).await.unwrap());
    assert!(!session.dismiss(&"Task/a".parse().unwrap()).await.unwrap());
    drop(session);
    assert!(world.session().await.unwrap().unclear().is_empty());
    assert!(world.state().doubts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn equal_creates_that_are_both_lost_become_one_task_each() {
    let world = World::new(Behaviour::default());
    let twin = |name| task(name, "echo", "").replace("{WorkflowId", "{TaskName: x, WorkflowId");
    world.write("a.yaml", &twin("a"));
    world.write("b.yaml", &twin("b"));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Drop));
    world.fault(fault("CreateTask", 2, FaultMoment::After, FaultKind::Garbage));
    let mut log = world.apply().await.log;
    log.sort();
    assert_eq!(log, ["done create Task/a", "done create Task/b"]);
    assert_eq!(world.count("CreateTask"), 2);
    assert_ne!(id_of(&world, "a"), id_of(&world, "b"));
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_create_asked_for_is_recorded_whole() {
    let world = World::new(Behaviour::default());
    let text = task("a", "echo a", "")
        .replace("spec:", "lifecycle: {protect: true}\nspec:")
        .replace("BrokerIp: any}", "BrokerIp: any}\n  extra: {}");
    world.write("a.yaml", &text.replace("\n  extra: {}", ""));
    world.wire.kill_at(3, FaultMoment::After);
    assert!(world.apply_or_die().await.is_none());
    let pass = world.apply().await;
    assert!(pass.plan.is_empty(), "{:#?}", pass.plan);
    let state = world.state();
    assert!(state.recorded.resources.values().all(|resource| resource.protect));
}

#[tokio::test(start_paused = true)]
async fn one_stale_read_makes_nothing_twice_and_forgets_nothing() {
    for kind in [FaultKind::StaleRead, FaultKind::StatusFalse] {
        let world = World::new(Behaviour::default());
        world.write("a.yaml", &task("a", "echo a", ""));
        world.apply().await;
        world.fault(fault("GetTask", 1, FaultMoment::Before, kind));
        let pass = world.apply().await;
        assert!(pass.plan.is_empty(), "{kind:?}: {:#?}", pass.plan);
        world.remove("a.yaml");
        world.fault(fault("GetTask", 1, FaultMoment::Before, kind));
        assert_eq!(world.apply().await.log, ["done delete Task/a"], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_moves_from_a_deleted_task_to_a_new_one_in_one_pass() {
    let world = World::new(unique());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("c.yaml", &task("c", "echo c", &after("a")));
    world.apply().await;
    world.remove("a.yaml");
    let heir = task("b", "echo b", "").replace("{WorkflowId", "{TaskName: a, WorkflowId");
    world.write("b.yaml", &heir);
    world.write("c.yaml", &task("c", "echo c", &after("b")));
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done delete Task/a", "done create Task/b", "done update Task/c"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn operations_never_wait_for_each_other_in_a_circle() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("r.yaml", &task("r", "echo r", &after("a")));
    world.write("u.yaml", &task("u", "echo u", &after("r")));
    world.apply().await;
    // `a` is replaced, `r` is deleted, and the dependency of `u` moves from `r` to `a`.
    world.write("a.yaml", &task("a", "print()", "").replace("Shell", "Python"));
    world.remove("r.yaml");
    world.write("u.yaml", &task("u", "echo u", &after("a")));
    let pass = world.apply().await;
    assert_eq!((pass.tally.done, pass.tally.not_attempted), (4, 0), "{:?}", pass.log);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn nothing_new_starts_once_the_time_of_the_run_is_over() {
    let mut world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", &after("b")));
    world.write("b.yaml", &task("b", "echo b", ""));
    world.write("t.yaml", &trigger_task("t", "echo t"));
    world.settings.run_for = Some(std::time::Duration::from_secs(30));
    // The first response takes a minute.
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Hang));
    let pass = world.apply().await;
    assert_eq!((pass.tally.done, pass.tally.not_attempted), (2, 1), "{:?}", pass.log);
    assert_eq!(world.apply().await.log, ["done create Task/a"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_lost_state_is_found_again_by_the_mark_and_never_made_anew() {
    let world = marked(World::new(Behaviour::default()));
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    world.lose_state();
    assert_eq!(world.apply().await.log, ["done adopt Task/a"]);
    assert_eq!(world.count("CreateTask"), 1);
    // Without an owner mark a user has to say whose they are.
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    world.lose_state();
    let pass = world.apply().await;
    assert!(pass.log[0].contains("is in workflow wf-1 already"), "{:?}", pass.log);
    assert_eq!(world.count("CreateTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn when_nothing_can_be_looked_up_the_question_waits_for_the_next_run() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Hang));
    // The first list precedes the create; after it the service is down.
    for _ in 0..30 {
        world.fault(fault("ListTasks", 2, FaultMoment::Before, FaultKind::Status502));
    }
    let pass = world.apply().await;
    assert!(pass.log[0].contains("the answer to CreateTask was lost"), "{:?}", pass.log);
    assert!(pass.hints[0].contains("the next apply looks for it"), "{:?}", pass.hints);
    assert_eq!(world.state().doubts.len(), 1);
    world.service.faults().clear();
    assert!(world.apply().await.plan.is_empty());
    assert_eq!(world.count("CreateTask"), 1);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}
