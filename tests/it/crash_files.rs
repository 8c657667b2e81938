//! A process that dies between two writes to disk, and files that others changed.
#![expect(clippy::disallowed_methods, reason = "the tests spoil files")]
#![expect(clippy::print_stdout, reason = "a long run tells its figures")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use taskloom::emulator::{Behaviour, FaultMoment};
use taskloom::reconcile::{PassError, Session};
use taskloom::state::{FileStore, StateError, StateStore};

use crate::support::{World, after, holder, task, trigger_task};

fn beside(state: &Path, ending: &str) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn journal(world: &World) -> PathBuf {
    beside(&world.state_file(), ".journal")
}

async fn ready() -> World {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    world.write("t.yaml", &trigger_task("t", "echo t"));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo a, again", ""));
    world.remove("b.yaml");
    world.write("c.yaml", &task("c", "echo c", &after("a")));
    world.write("u.yaml", &trigger_task("u", "echo u"));
    world
}

async fn check(world: &World, what: &str) {
    let log = world.apply_until_done(3).await;
    world.apply_later().await;
    let wrong = world.audit(&BTreeSet::new()).await;
    assert!(wrong.is_empty(), "{what}: {wrong:#?}\n{log:#?}");
}

fn announces_a_create(line: &[u8]) -> bool {
    String::from_utf8_lossy(line).contains("\"verb\":\"create\"")
}

#[tokio::test(start_paused = true)]
async fn a_line_torn_at_any_byte_is_no_line() {
    let ready = ready().await;
    let full = std::env::var_os("TASKLOOM_TEST_FULL").is_some();
    for n in (1..).step_by(if full { 1 } else { 4 }) {
        let killed = ready.fork();
        killed.wire.kill_at(n, FaultMoment::Before);
        if killed.apply_or_die().await.is_some() {
            assert!(n > 10, "{n}");
            break;
        }
        let Ok(text) = fs::read(journal(&killed)) else { continue };
        // The line before the call that was not sent; the first one is written with the file.
        let body = text.strip_suffix(b"\n").unwrap();
        let Some(last) = body.iter().rposition(|byte| *byte == b'\n') else { continue };
        // During another operation's call the last line may announce a create that was sent: that
        // line was on disk before the call.
        let creates = text.split(|byte| *byte == b'\n').filter(|line| announces_a_create(line));
        let n_sent = killed.count("CreateTask") + killed.count("CreateTriggerTask");
        if announces_a_create(&text[last + 1..]) && creates.count() <= n_sent {
            continue;
        }
        let step = if full { 1 } else { 300 };
        for cut in (last + 1..text.len()).step_by(step).chain([text.len() - 1]) {
            let world = killed.fork();
            fs::write(journal(&world), &text[..cut]).unwrap();
            check(&world, &format!("call {n}, cut at {cut} of {}", text.len())).await;
        }
        // A line of which some bytes did not reach the disk, although its end did.
        let world = killed.fork();
        let mut torn = text.clone();
        let middle = (last + text.len()) / 2;
        torn[last + 1..middle].fill(0);
        fs::write(journal(&world), torn).unwrap();
        check(&world, &format!("call {n}, a hole")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn dying_after_the_state_was_saved_and_before_its_journal_went_is_harmless() {
    let ready = ready().await;
    let full = std::env::var_os("TASKLOOM_TEST_FULL").is_some();
    for n in (1..).step_by(if full { 1 } else { 3 }) {
        let killed = ready.fork();
        killed.wire.kill_at(n, FaultMoment::After);
        if killed.apply_or_die().await.is_some() {
            break;
        }
        let Ok(text) = fs::read(journal(&killed)) else { continue };
        drop(killed.session().await.unwrap());
        // The journal is now older than the state, and the next one is half written.
        fs::write(journal(&killed), &text).unwrap();
        let half = killed.state_file().with_file_name(".state.json.journal~half");
        fs::write(&half, &text).unwrap();
        check(&killed, &format!("call {n}")).await;
        assert!(!half.exists());
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_without_its_state_is_an_error_and_nothing_is_sent() {
    let killed = ready().await;
    killed.wire.kill_at(13, FaultMoment::After);
    assert!(killed.apply_or_die().await.is_none());
    let state = fs::read_to_string(killed.state_file()).unwrap();
    let serial = format!("\"serial\": {}", killed.state().header.serial);
    let newer = format!("\"serial\": {}", killed.state().header.serial + 1);
    let spoilt = [
        (None, "is missing"),
        // An older state, a newer one without what the journal records, one of the same serial.
        (Some(state.replace(&serial, "\"serial\": 0")), "but the state is at 0"),
        (Some(state.replace(&serial, &newer)), "was replaced from outside"),
        (Some(state.replace("echo t", "echo other")), "another content of it"),
        (Some(state.replace("\"lineage\": \"", "\"lineage\": \"0")), "another lineage"),
    ];
    for (text, because) in spoilt {
        let world = killed.fork();
        match &text {
            Some(text) => fs::write(world.state_file(), text).unwrap(),
            None => fs::remove_file(world.state_file()).unwrap(),
        }
        let before = fs::read(journal(&world)).unwrap();
        let error = world.session().await.unwrap_err();
        assert!(error.to_string().contains(because), "{error}");
        assert!(world.calls().is_empty(), "{because}");
        assert_eq!(fs::read(journal(&world)).unwrap(), before);
        assert_eq!(fs::read_to_string(world.state_file()).ok(), text);
        // With the right state restored, everything works again.
        fs::write(world.state_file(), &state).unwrap();
        check(&world, because).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_replaced_under_the_lock_stops_the_run_before_it_writes() {
    let world = ready().await;
    let mut session = world.session().await.unwrap();
    let desired = world.desired();
    let (plan, observed) = session.look(&desired).await.unwrap();
    let text = fs::read_to_string(world.state_file()).unwrap();
    let serial = format!("\"serial\": {}", session.header().serial);
    fs::write(world.state_file(), text.replace(&serial, "\"serial\": 9")).unwrap();
    let n_calls = world.calls().len();
    let error = carry_out(&mut session, &plan, &desired, &observed).await.unwrap_err();
    assert!(matches!(error, StateError::Replaced { .. }), "{error}");
    assert!(error.way_out().contains("put the file of that serial back"));
    assert_eq!(world.calls().len(), n_calls);
}

async fn carry_out(
    session: &mut Session,
    plan: &taskloom::plan::Plan,
    desired: &taskloom::model::Desired,
    observed: &taskloom::model::Observed,
) -> Result<taskloom::apply::ApplySummary, StateError> {
    let (_stop, stop) = tokio::sync::watch::channel(false);
    session.carry_out(plan, desired, observed, stop, &mut |_| {}).await
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_journalled_is_not_sent() {
    let world = ready().await;
    fs::create_dir(journal(&world)).unwrap();
    fs::write(journal(&world).join("file"), "").unwrap();
    let error = world.try_apply().await.unwrap_err();
    assert!(error.contains("state.json.journal"), "{error}");
    assert_eq!(world.count("CreateTask"), 2);
    assert_eq!(world.count("UpdateTask") + world.count("DeleteTask"), 0);
    fs::remove_dir_all(journal(&world)).unwrap();
    check(&world, "a folder in the journal's place").await;
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_written_sends_nothing() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    fs::write(world.state_file().parent().unwrap().parent().unwrap(), "a file").unwrap();
    let error = world.session().await.unwrap_err();
    assert!(matches!(error, PassError::State(StateError::Io { .. })), "{error}");
    assert!(world.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_run_at_a_time_and_the_other_is_told_who_it_is() {
    let mut world = ready().await;
    let session = world.session().await.unwrap();
    let error = world.session().await.unwrap_err();
    let PassError::State(error) = error else { panic!("{error}") };
    assert!(error.way_out().starts_with("wait for process 1 on here (`test`, since 2026-01-01"));
    // The second one waits, and continues when the first has ended.
    world.settings.lock_timeout = Duration::from_secs(60);
    let first = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        drop(session);
    };
    let started = tokio::time::Instant::now();
    let ((), second) = tokio::join!(first, world.session());
    second.unwrap();
    assert!(started.elapsed() < Duration::from_secs(31));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_lock_ends() {
    let world = ready().await;
    let _held = world.session().await.unwrap();
    let started = tokio::time::Instant::now();
    let patience = Duration::from_secs(5);
    let clock = taskloom::support::SystemClock::new();
    let store: &dyn StateStore = &FileStore::new(&world.state_file());
    let result = store.lock_within(&holder(), patience, &clock).await;
    assert!(matches!(result, Err(StateError::Locked { .. })));
    assert_eq!(started.elapsed(), patience);
}

#[tokio::test(start_paused = true)]
async fn a_lock_file_that_was_removed_stops_the_run_that_held_it() {
    let world = ready().await;
    let mut session = world.session().await.unwrap();
    let desired = world.desired();
    let (plan, observed) = session.look(&desired).await.unwrap();
    fs::remove_file(beside(&world.state_file(), ".lock")).unwrap();
    let n_calls = world.calls().len();
    let error = carry_out(&mut session, &plan, &desired, &observed).await.unwrap_err();
    assert!(matches!(error, StateError::LockLost { .. }), "{error}");
    assert_eq!(world.calls().len(), n_calls);
}

/// With TASKLOOM_TEST_CREATES=10000 this is a measurement.
#[tokio::test(start_paused = true)]
async fn many_creates_write_each_spec_twice_and_the_state_only_at_its_ends() {
    let n = std::env::var("TASKLOOM_TEST_CREATES").ok().and_then(|text| text.parse().ok());
    let n: usize = n.unwrap_or(100);
    let world = World::new(Behaviour::default());
    let code = "x".repeat(2000);
    for place in 0..n {
        let needs = if place % 10 == 0 { String::new() } else { after(&format!("t{}", place - 1)) };
        world.write(&format!("t{place}.yaml"), &task(&format!("t{place}"), &code, &needs));
    }
    let whole = world.fork();
    let started = std::time::Instant::now();
    assert_eq!(whole.apply().await.tally.done, n);
    let took = started.elapsed();
    assert!(whole.state().header.serial <= 2, "{}", whole.state().header.serial);
    let state = fs::metadata(whole.state_file()).unwrap().len();
    // The last call is the Get after the last create: by then the journal is complete.
    world.wire.kill_at(whole.wire.n_calls(), FaultMoment::After);
    assert!(world.apply_or_die().await.is_none());
    let bytes = fs::metadata(journal(&world)).unwrap().len();
    let each = bytes as usize / n;
    println!("{n} creates: {took:?}, {bytes} bytes of journal, {state} of state");
    assert!(each < 3500, "{each} bytes of journal for a create of 2000 bytes of code");
}
