//! The status store: a reader sees what the loop has reported.

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::apply::ApplySummary;
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::model::{Address, Call, Repeat};
use taskloom::watch::{ActiveSuspension, PassEnding, PassResult, ResourceState, StatusSnapshot};

use crate::support::{PROJECT, Watched, World, after, fault, task};

/// Code in YAML with bidirectional overrides, terminal escapes and the end of a script element.
const HOSTILE: &str = r#""</script>\u202E\e[31m\u2028""#;

fn states(snapshot: &StatusSnapshot) -> Vec<(String, ResourceState)> {
    let one = |r: &taskloom::watch::ResourceSnapshot| (r.address.name.clone(), r.state);
    snapshot.resources.iter().map(one).collect()
}

fn address(name: &str) -> Address {
    format!("Task/{name}").parse().unwrap()
}

/// Edits a task as in the console.
async fn edit(world: &World, name: &str) {
    let id = world.state().recorded.id_of(&address(name)).unwrap();
    let new = json!({"TaskBaseAttribute": {"TaskName": "other"}});
    let body = json!({"ProjectId": PROJECT, "TaskId": id, "NewSetting": new});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
}

fn ending(result: PassResult) -> PassEnding {
    PassEnding { result, tally: ApplySummary::default(), message: None, revision: None }
}

#[tokio::test(start_paused = true)]
async fn a_resource_is_pending_then_failed_then_in_sync_and_what_needs_it_follows() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo c", ""));
    world.write("b.yaml", &task("b", "echo c", &after("a")));
    world.fault(fault("UpdateTask", 1, FaultMoment::Before, FaultKind::StatusFalse));
    let watched = Watched::new(&world);
    assert_eq!(watched.board.snapshot(0).resources, []);
    watched.pass(&world).await;
    let seen = watched.board.snapshot(0);
    assert_eq!(
        states(&seen),
        [("a".to_owned(), ResourceState::Failed), ("b".to_owned(), ResourceState::Pending)]
    );
    assert_eq!(seen.resources[1].needs, BTreeSet::from([address("a")]));
    assert_eq!(seen.resources[1].group.as_deref(), Some("wf-1"));
    let details = watched.board.details(&address("a")).unwrap();
    assert!(details.error.as_ref().unwrap().contains("Status false"), "{details:?}");
    assert_eq!(details.source.as_deref(), Some("a.yaml:1"));
    let lines = details.pending.unwrap().lines;
    assert!(lines.contains(&"+echo c".to_owned()), "{lines:?}");

    watched.pass(&world).await;
    let seen = watched.board.snapshot(seen.version);
    assert_eq!(
        states(&seen),
        [("a".to_owned(), ResourceState::InSync), ("b".to_owned(), ResourceState::InSync)]
    );
    let details = watched.board.details(&address("a")).unwrap();
    assert_eq!((details.error, details.pending.is_none()), (None, true));
    assert_eq!(details.last.unwrap().pass, Some(2));
    let results: Vec<_> = seen.passes.iter().map(|p| (p.number, p.result, p.done)).collect();
    assert_eq!(results, [(2, Some(PassResult::Done), 2), (1, Some(PassResult::Failed), 0)]);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_changed_outside_is_drifted_until_it_is_put_right() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let watched = Watched::new(&world);
    watched.pass(&world).await;
    edit(&world, "a").await;
    watched.look(&world).await;
    let seen = watched.board.snapshot(0);
    assert_eq!(seen.counts["drifted"], 1);
    assert_eq!(states(&seen)[0], ("a".to_owned(), ResourceState::Drifted));
    watched.pass(&world).await;
    let after = watched.board.snapshot(seen.version);
    assert_eq!((after.counts["drifted"], after.counts["in_sync"]), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn only_what_changed_since_a_version_is_told_unless_something_came_or_went() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let watched = Watched::new(&world);
    watched.pass(&world).await;
    let seen = watched.board.snapshot(0);
    assert!(seen.whole);
    watched.board.touch();
    watched.board.next(None);
    let quiet = watched.board.snapshot(seen.version);
    assert_eq!((quiet.whole, quiet.resources.len()), (false, 0));
    assert!(quiet.version > seen.version);
    world.remove("b.yaml");
    watched.pass(&world).await;
    let less = watched.board.snapshot(quiet.version);
    assert_eq!((less.whole, states(&less)), (true, vec![("a".to_owned(), ResourceState::InSync)]));
    assert_eq!(watched.board.details(&address("b")).map(|d| d.source), None);
}

#[tokio::test(start_paused = true)]
async fn a_suspension_hides_a_state_and_does_not_change_it() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let watched = Watched::new(&world);
    watched.look(&world).await;
    let only = Some(BTreeSet::from([address("b")]));
    let until = Some("2026-03-01T00:00:00Z".parse().unwrap());
    let hold = ActiveSuspension { reason: "migration".to_owned(), until, only };
    watched.board.suspended(vec![hold]);
    let seen = watched.board.snapshot(0);
    let shown: Vec<_> = seen.resources.iter().map(|r| (r.state, r.under)).collect();
    assert_eq!(
        shown,
        [
            (ResourceState::Pending, ResourceState::Pending),
            (ResourceState::Suspended, ResourceState::Pending)
        ]
    );
    watched.board.suspended(Vec::new());
    assert_eq!(watched.board.snapshot(0).counts["pending"], 2);
}

#[tokio::test(start_paused = true)]
async fn followers_hear_of_all_that_is_told_and_the_oldest_passes_are_forgotten() {
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    let mut follower = watched.board.follow();
    follower.mark_unchanged();
    for number in 1..=60 {
        watched.board.began(number, "interval");
        assert!(follower.has_changed().unwrap());
        follower.mark_unchanged();
        watched.board.ended(ending(PassResult::Done));
    }
    let seen = watched.board.snapshot(0);
    assert_eq!((seen.passes.len(), seen.passes[0].number), (50, 60));
    assert_eq!(seen.version, *follower.borrow());
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_on_no_part_of_the_board() {
    let world = World::new(Behaviour::default());
    let text = task("a", "echo a", "");
    let text =
        text.replace("BrokerIp: any", "BrokerIp: any, TaskExtConfigurationList: {pwd: hunter2}");
    world.write("a.yaml", &text);
    let watched = Watched::new(&world);
    watched.look(&world).await;
    let all = serde_json::to_string(&watched.board.snapshot(0)).unwrap();
    let one = serde_json::to_string(&watched.board.details(&address("a")).unwrap()).unwrap();
    assert!(one.contains("pwd") && one.contains("sensitive"), "{one}");
    assert!(!all.contains("hunter2") && !one.contains("hunter2"), "{all} {one}");
}

#[tokio::test(start_paused = true)]
async fn hostile_names_are_text_in_the_json() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "X", "").replace("\"X\"", HOSTILE));
    let watched = Watched::new(&world);
    watched.look(&world).await;
    let details = watched.board.details(&address("a")).unwrap();
    let json = serde_json::to_string(&details).unwrap();
    assert!(json.contains("</script>\\\\u{202e}"), "{json}");
    assert!(!json.contains(['\u{202e}', '\u{1b}', '\u{2028}']), "{json}");
}
