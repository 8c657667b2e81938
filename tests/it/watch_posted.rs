//! What a listener of the daemon writes to the status store.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use taskloom::apply::OperationEvent;
use taskloom::emulator::Behaviour;
use taskloom::manifest::LoadedManifests;
use taskloom::plan::Plan;
use taskloom::state::{Suspension, Suspensions};
use taskloom::watch::{
    DaemonPhase, PassOutcome, PassReport, PreparedPass, ResourceState, StatusListener, WakeCause,
    WatchListener,
};

use crate::support::program::Home;
use crate::support::{Watched, World, task};

/// A listener that counts.
#[derive(Default)]
struct Ear(Vec<&'static str>);

impl WatchListener for Ear {
    fn begins(&mut self, _pass: u64, _causes: &BTreeSet<WakeCause>) {
        self.0.push("begins");
    }

    fn planned(&mut self, _plan: &Plan, _loaded: &Arc<LoadedManifests>) {
        self.0.push("planned");
    }

    fn operation(&mut self, _pass: u64, _event: &OperationEvent<'_>) {
        self.0.push("operation");
    }

    fn ends(&mut self, _report: &PassReport, _ready: Option<&PreparedPass>, _next: Duration) {
        self.0.push("ends");
    }
}

#[tokio::test(start_paused = true)]
async fn each_verdict_is_a_result_and_the_next_pass_has_a_time() {
    let world = World::new(Behaviour::default());
    let Watched { board, .. } = Watched::new(&world);
    let mut ear = Ear::default();
    let mut posted = StatusListener { store: &board, listener: &mut ear };
    for (n, verdict) in (1..).zip(PassOutcome::ALL) {
        posted.begins(n, &BTreeSet::from([WakeCause::Files, WakeCause::Interval]));
        assert_eq!(board.snapshot(0).phase, DaemonPhase::Working);
        let message = Some("why".to_owned());
        let report = PassReport { pass: n, verdict, message, ..PassReport::default() };
        posted.ends(&report, None, Duration::from_secs(60));
    }
    let seen = board.snapshot(0);
    let results: Vec<_> = seen.passes.iter().rev().map(|p| p.result.unwrap().name()).collect();
    let expected = [
        "done",
        "done",
        "done",
        "failed",
        "problems",
        "problems",
        "refused",
        "refused",
        "suspended",
        "error",
        "error",
        "stopped",
    ];
    assert_eq!(results, expected);
    let newest = &seen.passes[0];
    assert_eq!(
        (newest.trigger.as_str(), newest.message.as_deref()),
        ("files, interval", Some("why"))
    );
    assert_eq!(seen.next.unwrap().duration_since(seen.now).as_secs(), 60);
    assert_eq!(ear.0, ["begins", "ends"].repeat(12));
}

#[tokio::test(start_paused = true)]
async fn a_suspension_of_some_covers_what_its_patterns_select() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let Watched { board, .. } = Watched::new(&world);
    let mut ear = Ear::default();
    let mut posted = StatusListener { store: &board, listener: &mut ear };
    let since = world.clock().now();
    let one = Suspension {
        select: vec!["a*".to_owned()],
        until: None,
        reason: "a migration".to_owned(),
        by: "ann@here".to_owned(),
        since,
    };
    let mut suspensions = Suspensions::default();
    suspensions.list.push(one);
    posted.begins(1, &BTreeSet::from([WakeCause::Start]));
    posted.planned(&world.plan().await, &Arc::new(world.loaded()));
    let report = PassReport { suspensions, ..PassReport::default() };
    posted.ends(&report, None, Duration::from_secs(60));
    let seen = board.snapshot(0);
    let states: Vec<_> = seen.resources.iter().map(|r| (r.state, r.under)).collect();
    assert_eq!(
        states,
        [
            (ResourceState::Suspended, ResourceState::Pending),
            (ResourceState::Pending, ResourceState::Pending)
        ]
    );
    assert_eq!(seen.holds[0].reason, "a migration");
    assert_eq!(ear.0, ["begins", "planned", "ends"]);
}

#[test]
fn the_page_is_shown_to_other_machines_only_when_that_is_said() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    let refused = home.run("watch --once --listen 0.0.0.0:0");
    assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{}", refused.err);
    assert!(refused.err.contains("--listen-anywhere"), "{}", refused.err);
    assert_eq!(home.run("watch --once --listen-anywhere").status, 64);
    let local = home.run("watch --once --listen 127.0.0.1:0");
    assert_eq!(local.status, 0, "{}", local.err);
    assert!(local.err.contains("the status page is on http://127.0.0.1:"), "{}", local.err);
}
