//! The daemon on paused time: what triggers a pass, what it leaves out, what it learns.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, EventKind, Flag};
use taskloom::apply::{OperationEvent, OperationStatus};
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::manifest::LoadedManifests;
use taskloom::plan::{Guards, Plan};
use taskloom::state::{
    NoteError, NoteKind, PlanApproval, StateStore, Suspension, Suspensions, WaitingPlan,
};
use taskloom::support::Clock;
use taskloom::watch::{
    Daemon, DriftPolicy, FileWatcher, LocalBoxFuture, PassOutcome, PassReport, PassSource,
    PrepareError, PreparedPass, Trigger, WakeCause, WatchConfig, WatchListener,
};
use tokio::sync::{mpsc, watch};

use super::support::{World, fault, holder, task};

/// The passes over a world.
pub struct Place<'a> {
    pub world: &'a World,
    pub guards: Guards,
    /// How often it was asked what is to be left alone.
    pub n_asked: usize,
}

impl PassSource for Place<'_> {
    fn suspensions(&mut self) -> LocalBoxFuture<'_, Result<Suspensions, NoteError>> {
        self.n_asked += 1;
        Box::pin(Suspensions::read(self.world.store.as_ref()))
    }

    fn arm(&mut self) {}

    fn read_ahead(&mut self) -> LocalBoxFuture<'_, ()> {
        Box::pin(async {})
    }

    fn prepare(&mut self) -> LocalBoxFuture<'_, Result<PreparedPass, PrepareError>> {
        let loaded =
            LoadedManifests { desired: self.world.desired(), ..LoadedManifests::default() };
        let (scope, guards) = (self.world.scope(), self.guards);
        Box::pin(async move {
            Ok(PreparedPass { scope, holder: holder(), guards, loaded: Arc::new(loaded) })
        })
    }

    fn release(&mut self, _report: &PassReport) -> LocalBoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Sends a line for each pass with its operations; counts the passes.
struct Ears(mpsc::UnboundedSender<(String, Duration)>, Vec<String>, usize);

impl WatchListener for Ears {
    fn begins(&mut self, _pass: u64, _causes: &BTreeSet<WakeCause>) {
        self.1.clear();
        self.2 += 1;
    }

    fn planned(&mut self, _plan: &Plan, _loaded: &Arc<LoadedManifests>) {}

    fn operation(&mut self, _pass: u64, event: &OperationEvent<'_>) {
        let name = format!("{} {}", event.operation.verb, event.operation.address.name);
        match event.status {
            OperationStatus::Done => self.1.push(name),
            OperationStatus::Failed(_) => self.1.push(format!("failed {name}")),
            OperationStatus::Begun
            | OperationStatus::Skipped(_)
            | OperationStatus::NotAttempted(_) => {}
        }
    }

    fn ends(&mut self, report: &PassReport, _ready: Option<&PreparedPass>, next: Duration) {
        let causes: Vec<&str> = report.causes.iter().map(|cause| cause.name()).collect();
        let mut line = format!("{}: {}", causes.join("+"), report.verdict.name());
        for (address, why) in &report.left_out {
            line.push_str(&format!(" -{}({})", address.name, why.name()));
        }
        self.1.sort();
        line.push_str(&format!(" {:?}", self.1));
        let _ = self.0.send((line, next));
    }
}

pub fn rules() -> WatchConfig {
    WatchConfig {
        interval: Duration::from_secs(300),
        debounce: Duration::from_millis(200),
        drift: DriftPolicy::Correct,
        prune: false,
        dry_run: false,
        once: false,
        grace: Duration::from_secs(25),
    }
}

/// A daemon that runs in parallel with a script.
struct Stage<'a> {
    world: &'a World,
    waker: Trigger,
    lines: mpsc::UnboundedReceiver<(String, Duration)>,
    stop: watch::Sender<bool>,
}

impl Stage<'_> {
    /// Returns the next pass.
    async fn pass(&mut self) -> String {
        self.lines.recv().await.unwrap().0
    }

    /// Triggers a pass and returns it.
    async fn woken(&mut self, cause: WakeCause) -> String {
        self.waker.wake(cause);
        self.pass().await
    }

    fn stop(&self) {
        self.stop.send(true).unwrap();
    }
}

/// Runs a daemon until the script has ended.
async fn with_daemon(
    world: &World,
    rules: WatchConfig,
    script: impl AsyncFnOnce(&mut Stage<'_>),
) -> PassOutcome {
    let (sender, lines) = mpsc::unbounded_channel();
    let (stop, asked) = watch::channel(false);
    let waker = Trigger::default();
    let mut source = Place { world, guards: Guards::default(), n_asked: 0 };
    let mut ears = Ears(sender, Vec::new(), 0);
    let clock: Arc<dyn Clock> = Arc::clone(&world.scope().clock);
    let daemon = Daemon {
        rules,
        source: &mut source,
        listener: &mut ears,
        waker: waker.clone(),
        clock,
        stop: asked,
    };
    let mut stage = Stage { world, waker, lines, stop };
    let play = async {
        script(&mut stage).await;
        stage.stop();
    };
    let (outcome, ()) = tokio::join!(daemon.run(), play);
    assert_eq!(source.n_asked, ears.2, "what is suspended is read once a pass");
    outcome
}

fn two_tasks() -> World {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo", ""));
    world.write("b.yaml", &task("b", "echo", ""));
    world
}

#[tokio::test(start_paused = true)]
async fn it_reconciles_at_once_then_when_files_move_and_with_the_interval() {
    let world = two_tasks();
    let verdict = with_daemon(&world, rules(), async |stage| {
        assert_eq!(stage.pass().await, r#"start: changed ["create a", "create b"]"#);
        stage.world.write("a.yaml", &task("a", "echo new", ""));
        assert_eq!(stage.woken(WakeCause::Files).await, r#"files: changed ["update a"]"#);
        assert_eq!(stage.pass().await, "interval: in_sync []");
        assert_eq!(stage.woken(WakeCause::Signal).await, "signal: in_sync []");
    })
    .await;
    assert_eq!(verdict, PassOutcome::Stopped);
}

#[tokio::test(start_paused = true)]
async fn many_events_are_one_pass_once_they_have_come_to_rest() {
    let world = two_tasks();
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        let clock = stage.world.scope().clock;
        let began = clock.elapsed();
        for _ in 0..5 {
            stage.waker.wake(WakeCause::Files);
            clock.sleep(Duration::from_millis(150)).await;
        }
        assert_eq!(stage.pass().await, "files: in_sync []");
        assert!(clock.elapsed() - began >= Duration::from_millis(4 * 150 + 200));
        // No trigger is left over: the next pass is that of the interval.
        assert_eq!(stage.pass().await, "interval: in_sync []");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_events_without_rest_does_not_hold_a_pass_up_for_ever() {
    let world = two_tasks();
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        let clock = stage.world.scope().clock;
        let began = clock.elapsed();
        let waker = stage.waker.clone();
        let stream = async {
            loop {
                waker.wake(WakeCause::Files);
                clock.sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            _ = stream => unreachable!("it has no end"),
            line = stage.pass() => assert_eq!(line, "files: in_sync []"),
        }
        assert!(clock.elapsed() - began < Duration::from_secs(3));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_while_a_pass_runs_is_followed_by_one_more() {
    let world = two_tasks();
    with_daemon(&world, rules(), async |stage| {
        stage.waker.wake(WakeCause::Files);
        assert_eq!(stage.pass().await, r#"start: changed ["create a", "create b"]"#);
        assert_eq!(stage.pass().await, "files: in_sync []");
        assert_eq!(stage.pass().await, "interval: in_sync []");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lost_file_events_wake_a_pass_and_every_folder_is_named_again() {
    let world = two_tasks();
    let root = world.folder().join("manifests");
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        let mut sentry = FileWatcher::new(stage.waker.clone()).unwrap();
        assert!(sentry.watch(&root, &[], &[]).unwrap());
        assert!(!sentry.watch(&root, &[], &[]).unwrap());
        let overflow = Ok(notify::Event::new(EventKind::Other).set_flag(Flag::Rescan));
        for lost in [overflow, Err(notify::Error::generic("the queue is gone"))] {
            sentry.receive(lost);
            assert_eq!(stage.pass().await, "files: in_sync []");
            assert!(sentry.watch(&root, &[], &[]).unwrap());
        }
        // A change that does not concern us triggers none either.
        let read = EventKind::Access(AccessKind::Read);
        sentry.receive(Ok(notify::Event::new(read).add_path(root.join("a.yaml"))));
        assert!(!sentry.watch(&root, &[], &[]).unwrap());
        assert_eq!(stage.pass().await, "interval: in_sync []");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn deletes_wait_for_prune_and_are_told() {
    let world = two_tasks();
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        stage.world.remove("b.yaml");
        assert_eq!(stage.woken(WakeCause::Files).await, "files: pending -b(prune) []");
    })
    .await;
    assert_eq!(world.count("DeleteTask"), 0);
    with_daemon(&world, WatchConfig { prune: true, ..rules() }, async |stage| {
        assert_eq!(stage.pass().await, r#"start: changed ["delete b"]"#);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_mass_delete_waits_for_a_word_for_just_that_plan() {
    let world = two_tasks();
    world.write("keep.yaml", &task("keep", "echo", ""));
    for n in 0..12 {
        world.write(&format!("t{n:02}.yaml"), &task(&format!("t{n:02}"), "echo", ""));
    }
    world.apply().await;
    for n in 0..12 {
        world.remove(&format!("t{n:02}.yaml"));
    }
    let store = world.store.as_ref();
    with_daemon(&world, WatchConfig { prune: true, ..rules() }, async |stage| {
        assert_eq!(stage.pass().await, "start: waiting []");
        let waiting = WaitingPlan::read(store).await.unwrap().unwrap();
        assert_eq!(waiting.refusals.len(), 2);
        approve(store, "another plan").await;
        assert_eq!(stage.woken(WakeCause::Person).await, "person: waiting []");
        approve(store, &waiting.digest).await;
        stage.world.remove("a.yaml");
        assert_eq!(stage.woken(WakeCause::Person).await, "person: waiting []");
        let waiting = WaitingPlan::read(store).await.unwrap().unwrap();
        approve(store, &waiting.digest).await;
        let line = stage.woken(WakeCause::Person).await;
        assert_eq!(line.matches("delete").count(), 13, "{line}");
        assert_eq!(WaitingPlan::read(store).await.unwrap(), None);
        assert_eq!(PlanApproval::read(store).await, None);
    })
    .await;
}

async fn approve(store: &dyn StateStore, digest: &str) {
    let time = "2026-02-03T04:05:06Z".parse().unwrap();
    let (digest, by) = (digest.to_owned(), "ann@here".to_owned());
    PlanApproval { format_version: 1, digest, by, time }.write(store).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_fails_rests_longer_each_time_and_the_others_go_on() {
    let world = two_tasks();
    world.remove("b.yaml");
    world.apply().await;
    world.write("a.yaml", &task("a", "echo new", ""));
    for nth in 1..=10 {
        world.fault(fault("UpdateTask", nth, FaultMoment::Before, FaultKind::StatusFalse));
    }
    with_daemon(
        &world,
        WatchConfig { interval: Duration::from_secs(3600), ..rules() },
        async |stage| {
            let clock = stage.world.scope().clock;
            assert_eq!(stage.pass().await, r#"start: failed ["failed update a"]"#);
            for wait in [30, 60, 120, 240, 480, 960, 1800, 1800] {
                let began = clock.elapsed();
                assert_eq!(stage.pass().await, r#"retry: failed ["failed update a"]"#);
                assert_eq!((clock.elapsed() - began).as_secs(), wait);
            }
            // Meanwhile the rest continues.
            stage.world.write("b.yaml", &task("b", "echo", ""));
            assert_eq!(
                stage.woken(WakeCause::Files).await,
                r#"files: pending -a(backoff) ["create b"]"#
            );
            // A resource whose manifest changes is retried immediately, with a new backoff.
            stage.world.write("a.yaml", &task("a", "echo better", ""));
            assert_eq!(stage.woken(WakeCause::Files).await, r#"files: failed ["failed update a"]"#);
            let began = clock.elapsed();
            assert_eq!(stage.pass().await, r#"retry: changed ["update a"]"#);
            assert_eq!((clock.elapsed() - began).as_secs(), 30);
            assert_eq!(stage.pass().await, "interval: in_sync []");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_suspended_is_left_alone_until_that_ends_by_itself() {
    let world = two_tasks();
    let store = world.store.as_ref();
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        let clock = stage.world.scope().clock;
        stage.world.write("a.yaml", &task("a", "echo new", ""));
        stage.world.write("b.yaml", &task("b", "echo new", ""));
        suspend(store, &["Task/a"], None).await;
        assert_eq!(
            stage.woken(WakeCause::Person).await,
            r#"person: pending -a(suspended) ["update b"]"#
        );
        suspend(store, &[], Some(clock.now() + jiff::SignedDuration::from_secs(60))).await;
        let began = clock.elapsed();
        assert_eq!(stage.woken(WakeCause::Person).await, "person: suspended []");
        assert_eq!(stage.pass().await, r#"retry: changed ["update a"]"#);
        assert_eq!((clock.elapsed() - began).as_secs(), 60);
        // A file that cannot be parsed may contain anything.
        store.put_note(NoteKind::Suspensions, Some(b"{")).await.unwrap();
        assert_eq!(stage.woken(WakeCause::Person).await, "person: suspended []");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn suspensions_that_cannot_be_read_are_an_error_that_is_tried_again() {
    let world = two_tasks();
    let note = world.store.note_files(&[NoteKind::Suspensions]).remove(0);
    with_daemon(&world, rules(), async |stage| {
        stage.pass().await;
        std::fs::create_dir(&note).unwrap();
        stage.world.write("a.yaml", &task("a", "echo new", ""));
        assert_eq!(stage.woken(WakeCause::Files).await, "files: blocked []");
        std::fs::remove_dir(&note).unwrap();
        assert_eq!(stage.pass().await, r#"retry: changed ["update a"]"#);
    })
    .await;
}

async fn suspend(store: &dyn StateStore, select: &[&str], until: Option<jiff::Timestamp>) {
    let mut all = Suspensions::default();
    all.list.push(Suspension {
        select: select.iter().map(|text| (*text).to_owned()).collect(),
        until,
        reason: "a move".to_owned(),
        by: "ann@here".to_owned(),
        since: "2026-02-03T04:05:06Z".parse().unwrap(),
    });
    Suspensions::edit(store, |_| Some(all.clone())).await.unwrap();
}
