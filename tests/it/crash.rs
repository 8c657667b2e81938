//! A process that dies at any call, and a service that fails at any call: the next apply finishes,
//! nothing is there twice and nothing is lost.
//!
//! With TASKLOOM_TEST_FULL in the environment every scenario runs, without it one in a few.
#![expect(clippy::disallowed_methods, reason = "how much is tried comes from the environment")]

use std::collections::BTreeSet;

use taskloom::emulator::{Behaviour, Effect, Fault, FaultKind, Names};
use taskloom::model::Bundle;

use crate::support::{World, after, task, trigger_task};

/// Two rounds of manifests: the second one creates, updates, replaces and deletes, in both kinds
/// and with dependencies.
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

/// Each world: names free or taken once, with a bundle's mark or without.
fn worlds() -> Vec<(Behaviour, Option<Bundle>)> {
    let unique = Behaviour { names: Names::UniqueInWorkflow, ..Behaviour::default() };
    let mark = Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() };
    vec![
        (Behaviour::default(), None),
        (Behaviour::default(), Some(mark.clone())),
        (unique.clone(), None),
        (unique, Some(mark)),
    ]
}

async fn ready(behaviour: &Behaviour, bundle: Option<&Bundle>) -> World {
    let mut world = World::new(behaviour.clone());
    world.bundle = bundle.cloned();
    first_round(&world);
    world.apply().await;
    second_round(&world);
    world
}

/// How many calls the second round takes when nothing goes wrong.
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
    let stride = if std::env::var_os("TASKLOOM_TEST_FULL").is_some() { 1 } else { stride };
    for (place, (behaviour, bundle)) in worlds().into_iter().enumerate() {
        let ready = ready(&behaviour, bundle.as_ref()).await;
        let cases = cases(n_calls(&ready).await);
        for case in cases.into_iter().skip(place % stride).step_by(stride) {
            let world = ready.fork();
            let what = run(&world, case).await;
            check(&world, &format!("{what}, {:?}, {bundle:?}", behaviour.names)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_call_before_or_after_its_effect_the_next_apply_finishes() {
    let cases = |n_calls| {
        (1..=n_calls).flat_map(|n| Effect::ALL.map(|effect| (n, effect))).collect::<Vec<_>>()
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
        let first = (1..=n_calls).flat_map(|n| Effect::ALL.map(|effect| (n, effect)));
        first.flat_map(|(n, effect)| (1..=4).map(move |m| (n, effect, m))).collect::<Vec<_>>()
    };
    run_all(149, cases, async |world, (n, effect, m)| {
        world.wire.kill_at(n, effect);
        assert!(world.apply_or_die().await.is_none(), "call {n} was not made");
        world.wire.kill_at(m, Effect::After);
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
        world.wire.kill_at(nth + later, Effect::After);
        let _ = world.apply_or_die().await;
        format!("{kind:?} {effect:?} at call {nth}, killed {later} calls later")
    })
    .await;
}

/// Every fault that a service can have. A rate limit is refused at the door, so it has no effect.
fn faults() -> impl Iterator<Item = (FaultKind, Effect)> {
    let all = FaultKind::ALL.into_iter();
    all.flat_map(|kind| Effect::ALL.map(|effect| (kind, effect)))
        .filter(|fault| *fault != (FaultKind::RateLimit, Effect::After))
}
