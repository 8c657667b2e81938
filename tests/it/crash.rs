//! A process that dies at any call, and a service that fails at any call: the next apply finishes,
//! nothing exists twice and nothing is lost.
//!
//! With TASKLOOM_TEST_FULL in the environment every scenario runs, otherwise a sample.
#![expect(clippy::disallowed_methods, reason = "how much is tried comes from the environment")]

use std::collections::BTreeSet;

use taskloom::emulator::{
    Behaviour, DeleteReading, Fault, FaultKind, FaultMoment, FolderReading, NameRule, StartReading,
    WorkflowNames, WorkflowUpdates,
};
use taskloom::model::Bundle;

use crate::support::{World, after, task, trigger_task};

/// Two rounds of manifests: the second one creates, updates, replaces and deletes tasks of both
/// kinds with dependencies.
fn first_round(world: &World) {
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    world.write("c.yaml", &task("c", "echo c", &after("b")));
    world.write("d.yaml", &task("d", "echo d", ""));
    world.write("e.yaml", &task("e", "echo e", &after("d")));
    world.write("r.yaml", &task("r", "echo r", ""));
    world.write("s.yaml", &task("s", "echo s", &after("r")));
    world.write("t.yaml", &trigger_task("t", "echo t"));
    world.write("u.yaml", &trigger_task("u", "echo u"));
}

fn second_round(world: &World) {
    world.write("b.yaml", &task("b", "echo b, again", &after("a")));
    world.write("c.yaml", &task("c", "echo c", &after("n")));
    world.remove("d.yaml");
    world.remove("e.yaml");
    world.write("n.yaml", &task("n", "echo n", &after("a")));
    world.write("o.yaml", &task("o", "echo n", &after("n")));
    world.write("r.yaml", &task("r", "print()", "").replace("Shell", "Python"));
    world.write("t.yaml", &trigger_task("t", "echo t, again"));
    world.remove("u.yaml");
    world.write("v.yaml", &trigger_task("v", "echo v"));
}

/// The same for workflows, folders and schedules: the second round creates, updates, replaces and
/// deletes workflows, moves a task between folders, and submits, starts, pauses and stops tasks.
fn first_lives(world: &World) {
    world.write("wf.yaml", &workflow("wf", "/etl/daily", "first"));
    world.write("wg.yaml", &workflow("wg", "/", "first"));
    world.write("a.yaml", &living("a", "wf", "/in/raw", "running", "echo a"));
    world.write("b.yaml", &living("b", "wf", "/", "running", "echo b"));
    world.write("c.yaml", &living("c", "wf", "/", "submitted", "echo c"));
    world.write("d.yaml", &living("d", "wg", "/", "running", "echo d"));
}

fn second_lives(world: &World) {
    world.write("wf.yaml", &workflow("wf", "/etl/daily", "second"));
    world.remove("wg.yaml");
    world.remove("d.yaml");
    world.write("wh.yaml", &workflow("wh", "/etl/hourly", "second"));
    world.write("a.yaml", &living("a", "wf", "/in/new", "running", "echo a, again"));
    world.write("b.yaml", &living("b", "wf", "/", "paused", "echo b"));
    world.write("c.yaml", &living("c", "wh", "/in", "running", "echo c"));
    world.write("e.yaml", &living("e", "wh", "/in", "running", "echo e"));
}

fn workflow(name: &str, folder: &str, text: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {{name: {name}}}\nspec:\n  \
         ParentFolderPath: {folder}\n  WorkflowDesc: {text}\n"
    )
}

fn living(name: &str, workflow: &str, folder: &str, schedule: &str, code: &str) -> String {
    task(name, code, "")
        .replace("spec:", &format!("lifecycle: {{schedule: {schedule}}}\nspec:"))
        .replace("wf-1", &format!("\"${{workflow.{workflow}.id}}\", TaskFolderPath: {folder}"))
}

/// A service and two rounds of manifests.
#[derive(Clone)]
struct Stage {
    behaviour: Behaviour,
    bundle: Option<Bundle>,
    rounds: [fn(&World); 2],
    /// One scenario in this many is run.
    thin: usize,
}

/// Each world: with free or unique names, with or without the owner mark of a bundle.
fn stages() -> Vec<Stage> {
    let unique = Behaviour { names: NameRule::UniqueInWorkflow, ..Behaviour::default() };
    let strict = Behaviour {
        deletes: DeleteReading::NotScheduled,
        folders: FolderReading::MustExist,
        workflow_names: WorkflowNames::UniqueInProject,
        workflow_updates: WorkflowUpdates::Reset,
        starts: StartReading::NotRunning,
        job_delay: 1,
        ..unique.clone()
    };
    let mark = Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() };
    let stage = |behaviour: &Behaviour, bundle: Option<&Bundle>, rounds, thin| Stage {
        behaviour: behaviour.clone(),
        bundle: bundle.cloned(),
        rounds,
        thin,
    };
    let tasks: [fn(&World); 2] = [first_round, second_round];
    let lives: [fn(&World); 2] = [first_lives, second_lives];
    vec![
        stage(&Behaviour::default(), None, tasks, 1),
        stage(&Behaviour::default(), Some(&mark), tasks, 1),
        stage(&unique, None, tasks, 1),
        stage(&unique, Some(&mark), tasks, 1),
        stage(&Behaviour::default(), None, lives, 5),
        stage(&strict, Some(&mark), lives, 5),
    ]
}

async fn ready(stage: &Stage) -> World {
    let mut world = World::new(stage.behaviour.clone());
    world.bundle = stage.bundle.clone();
    let [first, second] = stage.rounds;
    first(&world);
    world.apply().await;
    second(&world);
    world
}

/// Returns the number of calls of the second round when nothing goes wrong.
async fn n_calls(ready: &World) -> u64 {
    let world = ready.fork();
    world.apply().await;
    let n = world.wire.n_calls();
    check(&world, "no fault").await;
    n
}

async fn check(world: &World, what: &str) {
    let log = world.apply_until_done(4).await;
    world.apply_later().await;
    let wrong = world.audit(&BTreeSet::new()).await;
    assert!(wrong.is_empty(), "{what}: {wrong:#?}\nlog: {log:#?}");
}

/// Runs scenarios: one in `stride`, a different one for each world, or all of them when
/// TASKLOOM_TEST_FULL is set.
async fn run_all<T: Copy>(
    stride: usize,
    cases: impl Fn(u64) -> Vec<T>,
    run: impl AsyncFn(&World, T) -> String,
) {
    let is_full = std::env::var_os("TASKLOOM_TEST_FULL").is_some();
    for (place, stage) in stages().into_iter().enumerate() {
        let ready = ready(&stage).await;
        let cases = cases(n_calls(&ready).await);
        let stride = if is_full { 1 } else { stride * stage.thin };
        for case in cases.into_iter().skip(place % stride).step_by(stride) {
            let world = ready.fork();
            let what = run(&world, case).await;
            check(&world, &format!("{what}, stage {place}")).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_call_before_or_after_its_effect_the_next_apply_finishes() {
    let cases = |n_calls| {
        (1..=n_calls).flat_map(|n| FaultMoment::ALL.map(|effect| (n, effect))).collect::<Vec<_>>()
    };
    run_all(11, cases, async |world, (n, effect)| {
        world.wire.kill_at(n, effect);
        assert!(world.apply_or_die().await.is_none(), "call {n} was not made");
        format!("killed at call {n}, {effect:?}")
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn killed_again_while_it_cleans_up_the_next_apply_still_finishes() {
    let cases = |n_calls| {
        let first = (1..=n_calls).flat_map(|n| FaultMoment::ALL.map(|effect| (n, effect)));
        first.flat_map(|(n, effect)| (1..=4).map(move |m| (n, effect, m))).collect::<Vec<_>>()
    };
    run_all(149, cases, async |world, (n, effect, m)| {
        world.wire.kill_at(n, effect);
        assert!(world.apply_or_die().await.is_none(), "call {n} was not made");
        world.wire.kill_at(m, FaultMoment::After);
        let _ = world.apply_or_die().await;
        format!("killed at call {n}, {effect:?}, and at call {m} of the next")
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn any_fault_at_any_call_is_survived() {
    let cases = |n_calls| {
        (1..=n_calls).flat_map(|n| faults().map(move |fault| (n, fault))).collect::<Vec<_>>()
    };
    run_all(307, cases, async |world, (nth, (kind, effect))| {
        world.fault(Fault { action: None, nth, effect, kind });
        let first = world.try_apply().await;
        format!("{kind:?} {effect:?} at call {nth}: {first:#?}")
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_fault_and_then_a_kill_are_survived() {
    let cases = |n_calls| {
        let faults = (1..=n_calls).flat_map(|n| faults().map(move |fault| (n, fault)));
        faults.flat_map(|(n, fault)| (1..=3).map(move |m| (n, fault, m))).collect::<Vec<_>>()
    };
    run_all(997, cases, async |world, (nth, (kind, effect), later)| {
        world.fault(Fault { action: None, nth, effect, kind });
        world.wire.kill_at(nth + later, FaultMoment::After);
        let _ = world.apply_or_die().await;
        format!("{kind:?} {effect:?} at call {nth}, killed {later} calls later")
    })
    .await;
}

/// Every fault that a service can have. The rate limit is checked before a call takes effect.
fn faults() -> impl Iterator<Item = (FaultKind, FaultMoment)> {
    let all = FaultKind::ALL.into_iter();
    all.flat_map(|kind| FaultMoment::ALL.map(|effect| (kind, effect)))
        .filter(|fault| *fault != (FaultKind::RateLimit, FaultMoment::After))
}
