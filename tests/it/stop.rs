//! A run that is stopped at any moment ends soon and records what it did; the next one continues.

use std::collections::BTreeSet;
use std::time::Duration;

use taskloom::apply::{ApplySummary, EndReason, OperationStatus};
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::support::StopCause;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::support::{World, after, fault, task, trigger_task};

/// The result of a stopped run.
struct Stopped {
    tally: ApplySummary,
    log: Vec<String>,
    /// From the stop to the end of the run.
    took: Duration,
}

/// Applies, and requests a stop some time after the plan was made.
async fn stop_after(world: &World, time: Duration) -> Stopped {
    let desired = world.desired();
    let mut session = world.session().await.unwrap();
    let (plan, observed) = session.look(&desired).await.unwrap();
    let (asker, asked) = watch::channel(false);
    let mut log = Vec::new();
    let mut report = |event: taskloom::apply::OperationEvent<'_>| {
        let name = format!("{} {}", event.operation.verb, event.operation.address);
        match event.status {
            OperationStatus::Begun => {}
            OperationStatus::Done => log.push(format!("done {name}")),
            OperationStatus::Failed(error) => log.push(format!("failed {name}: {error}")),
            OperationStatus::Skipped(cause) => log.push(format!("skipped {name}: {cause}")),
            OperationStatus::NotAttempted(end) => log.push(format!("not attempted {name}: {end}")),
        }
    };
    let run = async {
        let tally = session.carry_out(&plan, &desired, &observed, asked, &mut report).await;
        (tally.unwrap(), Instant::now())
    };
    let ask = async {
        tokio::time::sleep(time).await;
        let _ = asker.send(true);
        Instant::now()
    };
    let ((tally, ended), asked) = tokio::join!(run, ask);
    Stopped { tally, log, took: ended.saturating_duration_since(asked) }
}

async fn check(world: &World, what: &str) {
    world.service.faults().clear();
    *world.wire.lie.lock().unwrap() = None;
    let log = world.apply_until_done(4).await;
    world.apply_later().await;
    let wrong = world.audit(&BTreeSet::new()).await;
    assert!(wrong.is_empty(), "{what}: {wrong:#?}\n{log:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_lagging_read_ends_at_once_and_what_was_made_is_recorded() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    // The service shows a different broker from the one sent, so the read is repeated.
    *world.wire.lie.lock().unwrap() = Some(("\"any\"".to_owned(), "\"other\"".to_owned()));
    let Stopped { tally, log, took } = stop_after(&world, Duration::from_millis(700)).await;
    assert_eq!(took, Duration::ZERO);
    assert_eq!((tally.failed, tally.skipped), (1, 1), "{log:?}");
    assert!(log[0].contains("CreateTask was answered (id "), "{log:?}");
    assert!(log[0].ends_with("but its effect was not seen any more"), "{log:?}");
    assert_eq!(world.state().recorded.resources.len(), 1);
    check(&world, "a lagging read").await;
    assert_eq!(world.count("CreateTask"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_look_for_a_lost_create_ends_at_once_and_the_question_stays() {
    let world = World::new(Behaviour { list_delay: 2, ..Behaviour::default() });
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Drop));
    let Stopped { tally, log, took } = stop_after(&world, Duration::from_millis(400)).await;
    assert_eq!(took, Duration::ZERO);
    assert_eq!((tally.done, tally.failed), (0, 1), "{log:?}");
    assert!(log[0].contains("the answer to CreateTask was lost"), "{log:?}");
    assert_eq!(world.state().doubts.len(), 1);
    check(&world, "a lost create").await;
    assert_eq!(world.count("CreateTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_between_two_tries_is_told_as_refused_and_leaves_no_question() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    for _ in 0..100 {
        world.fault(fault("CreateTask", 1, FaultMoment::Before, FaultKind::RateLimit));
    }
    let Stopped { tally, log, took } = stop_after(&world, Duration::from_secs(9)).await;
    assert_eq!(took, Duration::ZERO);
    assert_eq!(tally.failed, 1, "{log:?}");
    assert!(log[0].contains("RequestLimitExceeded"), "{log:?}");
    assert!(world.state().doubts.is_empty());
    check(&world, "between two tries").await;
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_is_told_as_the_reason() {
    let mut world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    world.settings.run_for = Some(Duration::from_secs(30));
    world.fault(fault("CreateTask", 1, FaultMoment::After, FaultKind::Hang));
    let Stopped { log, .. } = stop_after(&world, Duration::from_secs(3600)).await;
    let end = EndReason::Stopped(StopCause::TimeOver);
    assert_eq!(log[1], format!("not attempted create Task/b: {end}"), "{log:?}");
    check(&world, "a time limit").await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_any_moment_ends_the_run_within_a_flight_and_a_second() {
    let seeds = match std::env::var_os("TASKLOOM_TEST_FULL") {
        Some(_) => 0..400,
        None => 0..25,
    };
    for seed in seeds {
        let mut rng = fastrand::Rng::with_seed(seed);
        let world = World::new(Behaviour::default());
        for n in 0..12 {
            let needs = if n % 3 == 2 { after(&format!("t{}", n - 1)) } else { String::new() };
            world.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", &needs));
        }
        world.write("u.yaml", &trigger_task("u", "echo"));
        if rng.bool() {
            world.apply().await;
            world.remove("t11.yaml");
            for n in 0..6 {
                world.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo again", ""));
            }
            world.write("v.yaml", &trigger_task("v", "echo"));
        }
        let kinds = [FaultKind::InternalError, FaultKind::Drop, FaultKind::Status502];
        for action in ["CreateTask", "UpdateTask", "GetTask", "ListTasks", "DeleteTask"] {
            let effect = if rng.bool() { FaultMoment::Before } else { FaultMoment::After };
            let kind = kinds[rng.usize(..kinds.len())];
            world.fault(fault(action, rng.u64(1..8), effect, kind));
        }
        let lag = rng.u64(1..400);
        world.wire.lag(rng.fork(), lag);
        let time = Duration::from_millis(rng.u64(0..6000));
        let Stopped { tally, log, took } = stop_after(&world, time).await;
        // Two delays for each request: of the write, and of the reads that belong to it.
        let longest = Duration::from_millis(6 * lag) + Duration::from_secs(1);
        assert!(took <= longest, "seed {seed}: {took:?} of {longest:?}: {tally:?} {log:#?}");
        world.wire.lag(rng, 0);
        check(&world, &format!("seed {seed}, stopped after {time:?}")).await;
    }
}
