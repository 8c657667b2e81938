//! A service outage of an hour while the daemon runs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value as Json;
use taskloom::cli::{Output, WatchReporter};
use taskloom::emulator::Behaviour;
use taskloom::model::{Address, Desired};
use taskloom::plan::Guards;
use taskloom::watch::{Daemon, LeftOut, PassOutcome, PassReport, Policy, Systemd, Trigger};
use tokio::sync::watch;

use super::watch::{Place, rules};
use crate::support::{World, task};

/// The destination of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn lines(&self) -> Vec<Json> {
        let bytes = self.0.lock().unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The output of a daemon: on standard output, and in its log from INFO on.
struct Told {
    passes: Vec<Json>,
    log: Vec<Json>,
}

impl Told {
    fn verdicts(&self) -> Vec<&str> {
        self.passes.iter().map(|pass| pass["verdict"].as_str().unwrap()).collect()
    }

    /// The passes with an outcome, printed or not, as the seconds until the next one.
    fn waits(&self, verdict: &str) -> Vec<f64> {
        let ended = self.log.iter().map(|line| &line["fields"]);
        let ended = ended.filter(|fields| fields["verdict"] == verdict);
        ended.map(|fields| fields["next"].as_f64().unwrap()).collect()
    }

    fn warnings(&self) -> Vec<&Json> {
        self.log.iter().filter(|line| line["level"] == "WARN" || line["level"] == "ERROR").collect()
    }
}

/// Runs a daemon until the script has ended.
async fn daemon(world: &World, script: impl AsyncFnOnce(&Trigger)) -> Told {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::INFO);
    let subscriber = subscriber.with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut outlet =
        Output { out: &mut out, err: &mut err, out_color: false, err_color: false, ask: None };
    let (stop, asked) = watch::channel(false);
    let waker = Trigger::default();
    let systemd = Arc::new(Systemd::default());
    let mut teller = WatchReporter::new(true, &mut outlet, systemd, None, world.clock());
    let mut source = Place { world, guards: Guards::default(), n_asked: 0 };
    let daemon = Daemon {
        rules: rules(),
        source: &mut source,
        listener: &mut teller,
        waker: waker.clone(),
        clock: world.clock(),
        stop: asked,
    };
    let play = async {
        script(&waker).await;
        stop.send(true).unwrap();
    };
    tokio::join!(daemon.run(), play);
    drop(teller);
    assert_eq!(err, b"");
    let lines = std::str::from_utf8(&out).unwrap().lines();
    let lines = lines.map(|line| serde_json::from_str::<Json>(line).unwrap());
    let passes = lines.filter(|line| line["type"] == "pass").collect();
    Told { passes, log: log.lines() }
}

async fn minutes(world: &World, n: u64) {
    world.clock().sleep(Duration::from_secs(60 * n)).await;
}

/// Checks that everything is as declared, and nothing exists twice.
async fn assert_in_sync(world: &World, n: usize) {
    assert_eq!(world.plan().await.changes, []);
    assert_eq!(world.plan().await.unchanged, n);
    assert_eq!(world.state().recorded.resources.len(), n);
    assert_eq!(world.state().doubts, []);
}

#[tokio::test(start_paused = true)]
async fn an_hour_without_the_service_is_two_lines_and_loses_nothing() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo", ""));
    let told = daemon(&world, async |waker| {
        minutes(&world, 1).await;
        world.wire.cut_at(1);
        for (minute, name, code) in [(10, "a", "echo new"), (20, "b", "echo"), (29, "c", "echo")] {
            minutes(&world, minute).await;
            world.write(&format!("{name}.yaml"), &task(name, code, ""));
            waker.wake(taskloom::watch::WakeCause::Files);
        }
        minutes(&world, 1).await;
        world.wire.mend();
        minutes(&world, 20).await;
    })
    .await;
    assert_eq!(told.verdicts(), ["changed", "unreachable", "changed"]);
    assert_eq!(told.passes[2]["done"], 3);
    assert!(told.warnings().is_empty(), "{:?}", told.warnings());
    let waits = told.waits("unreachable");
    assert_eq!(waits[..6], [5.0, 10.0, 20.0, 40.0, 80.0, 160.0]);
    assert!(waits[6..].iter().all(|wait| (270.0..=300.0).contains(wait)), "{waits:?}");
    assert_in_sync(&world, 3).await;
    assert_eq!(world.count("CreateTask"), 3);
}

#[test]
fn what_is_due_and_cannot_be_tried_does_not_wake_a_pass_again_and_again() {
    let address: Address = "Task/a".parse().unwrap();
    let failed = PassReport {
        verdict: PassOutcome::Failed,
        failed: [(address.clone(), "no".to_owned())].into(),
        ..PassReport::default()
    };
    let (second, desired) = (Duration::from_secs(1), Desired::default());
    let mut policy = Policy::new(300 * second);
    policy.note(second, &desired, &failed);
    assert_eq!(policy.next(second, 0.5), (30 * second, true));
    // A minute later it is due, and the pass did not reach its plan.
    policy.note_idle(61 * second, PassOutcome::Invalid);
    assert_eq!(policy.next(61 * second, 0.5), (300 * second, false));
    policy.note_idle(62 * second, PassOutcome::Unreachable);
    assert_eq!(policy.next(62 * second, 0.5), (5 * second, true));
    // Or it did, and the resource was left out for another reason.
    let left_out = [(address, LeftOut::Suspended)].into();
    policy.note(63 * second, &desired, &PassReport { left_out, ..PassReport::default() });
    assert_eq!(policy.next(63 * second, 0.5), (300 * second, false));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_goes_down_in_the_middle_of_a_pass_leaves_each_task_once() {
    for at in 1..12 {
        let world = World::new(Behaviour::default());
        for name in ["a", "b", "c"] {
            world.write(&format!("{name}.yaml"), &task(name, "echo", ""));
        }
        world.wire.cut_at(at);
        let told = daemon(&world, async |_| {
            minutes(&world, 60).await;
            world.wire.mend();
            minutes(&world, 60).await;
        })
        .await;
        let verdicts = told.verdicts();
        let n_down = verdicts.iter().filter(|verdict| **verdict == "unreachable").count();
        assert!(n_down <= 1, "{at}: {verdicts:?}");
        assert!(verdicts.len() <= 4, "{at}: {verdicts:?}");
        assert!(told.waits("unreachable").len() < 25, "{at}: {verdicts:?}");
        assert_in_sync(&world, 3).await;
    }
}
