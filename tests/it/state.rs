//! The state in files: what is read, what is refused, what is never lost.

use std::fs::{self, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use taskloom::git::Revision;
use taskloom::model::{
    Address, RecordedResource, RemoteId, RemoteVersion, TaskStatus, Value, Verb,
};
use taskloom::state::{
    FileStore, Intent, Journal, LastApply, LockFile, LockHolder, LockName, OpenState,
    RecordedChanges, StateChange, StateEdit, StateError, StateHeader, StateOrigin, StateStore,
    StateWriter, refusal,
};
use taskloom::support::SystemClock;
use tempfile::TempDir;

const V1: &str = include_str!("cases/state/v1.json");

fn origin() -> StateOrigin {
    StateOrigin {
        target: "test".to_owned(),
        project_id: "1000000000000000001".to_owned(),
        site: "china".to_owned(),
    }
}

fn folder(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    fs::write(&path, text).unwrap();
    (folder, path)
}

async fn read(path: &Path) -> Result<OpenState, StateError> {
    FileStore::new(path).load(&origin()).await
}

async fn lock(path: &Path) -> Box<dyn StateWriter> {
    FileStore::new(path).lock(&me()).await.unwrap()
}

/// Saves a state as the only one at work.
async fn save(path: &Path, state: &OpenState) -> Result<OpenState, StateError> {
    lock(path).await.save(state, &RecordedChanges::new()).await
}

/// Begins the journal of a state; it takes intents as long as the lock is held.
async fn start(path: &Path, state: &OpenState) -> (Box<dyn StateWriter>, Box<dyn Journal>) {
    let writer = lock(path).await;
    let journal = writer.start_journal(state).await.unwrap();
    (writer, journal)
}

/// Begins the journal of the state that is there.
async fn start_here(path: &Path) -> (Box<dyn StateWriter>, Box<dyn Journal>) {
    start(path, &read(path).await.unwrap()).await
}

fn journal_of(path: &Path) -> PathBuf {
    path.with_file_name("state.json.journal")
}

fn address(name: &str) -> Address {
    format!("Task/{name}").parse().unwrap()
}

fn resource(id: &str) -> RecordedResource {
    RecordedResource {
        id: RemoteId(id.to_owned()),
        spec: Value::map(),
        extra: Value::map(),
        protect: false,
        observed: RemoteVersion::default(),
    }
}

fn begun(n: u64, name: &str, verb: Verb) -> Intent {
    Intent {
        n,
        address: address(name),
        verb,
        id: None,
        digest: String::new(),
        nonce: format!("nonce-{n}"),
        time: String::new(),
        tries: 1,
        spec: Json::Null,
        extra: Json::Null,
        protect: false,
        ignore: Vec::new(),
        moved_from: None,
    }
}

#[tokio::test]
async fn version_1_loads_and_is_written_back_the_same() {
    let (_folder, path) = folder(V1);
    let state = read(&path).await.unwrap();
    assert_eq!(state.header.serial, 4);
    let daily = &state.recorded.resources[&address("orders-daily")];
    assert!(daily.protect);
    let code = daily.spec.at(&["TaskConfiguration", "CodeContent"]).unwrap();
    assert_eq!(code.to_code().unwrap().text(), Some("echo 你好\n"));
    assert_eq!(code.to_json(), "ZWNobyDkvaDlpb0K");
    save(&path, &state).await.unwrap();
    let next = V1.replace("\"serial\": 4", "\"serial\": 5");
    assert_eq!(fs::read_to_string(&path).unwrap(), next);
}

#[tokio::test]
async fn a_status_that_this_program_does_not_know_is_kept_letter_by_letter() {
    let statuses = ["N", "Y", "O", "T", "F", "INVALID", "Z9", "y"];
    for status in statuses {
        let text = V1.replace("\"status\": \"N\"", &format!("\"status\": \"{status}\""));
        let (_folder, path) = folder(&text);
        let state = read(&path).await.unwrap();
        let seen = state.recorded.resources[&address("orders-daily")].observed.status.clone();
        assert_eq!(seen.clone().unwrap().to_string(), status);
        let is_unknown = matches!(seen, Some(TaskStatus::Unknown(_)));
        assert_eq!(is_unknown, ["Z9", "y"].contains(&status), "{status}");
        save(&path, &state).await.unwrap();
        let next = text.replace("\"serial\": 4", "\"serial\": 5");
        assert_eq!(fs::read_to_string(&path).unwrap(), next);
    }
}

#[tokio::test]
async fn the_last_apply_is_kept_and_a_cut_off_run_is_one() {
    let (_folder, path) = folder(V1);
    let mut state = read(&path).await.unwrap();
    assert_eq!(state.last_apply, None);
    let revision = Revision { commit: "c0".to_owned(), subject: "s".to_owned(), dirty: false };
    let last = |by: &str| {
        let (time, revision) = ("2026-01-01T00:00:00Z".to_owned(), Some(revision.clone()));
        Some(LastApply { time, by: by.to_owned(), revision })
    };
    state.last_apply = last("ann@here");
    save(&path, &state).await.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"commit\": \"c0\"") && !text.contains("dirty"), "{text}");
    let saved = read(&path).await.unwrap();
    assert_eq!(saved.last_apply, last("ann@here"));
    // A journal without entries keeps the last writer; with entries it names its own writer.
    let (_lock, journal) =
        start(&path, &OpenState { last_apply: last("bob@there"), ..saved }).await;
    assert_eq!(read(&path).await.unwrap().last_apply, last("ann@here"));
    journal.done(1, &address("orders-daily"), &StateChange::Dropped, None).await.unwrap();
    assert_eq!(read(&path).await.unwrap().last_apply, last("bob@there"));
}

#[tokio::test]
async fn a_missing_file_is_an_empty_state_of_a_new_lineage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none/state.json");
    let (state, another) = (read(&path).await.unwrap(), read(&path).await.unwrap());
    assert_eq!((state.header.lineage.len(), state.header.serial), (36, 0));
    assert_ne!(state.header.lineage, another.header.lineage);
    assert!(state.recorded.resources.is_empty() && !state.exists);
    assert!(!path.parent().unwrap().exists());
}

#[tokio::test]
async fn a_truncated_newer_or_foreign_file_is_refused_and_left_alone() {
    let cases = [
        (V1[..V1.len() / 2].to_owned(), "cannot be read as a state"),
        (String::new(), "cannot be read as a state"),
        (V1.replace("\"format_version\": 1", "\"format_version\": 2"), "has format_version 2"),
        (V1.replace("1000000000000000001", "7"), "is the state of project \"7\""),
        (V1.replace("\"test\"", "\"prod\""), "is the state of target \"prod\""),
        (V1.replace("\"china\"", "\"embedded\""), "is the state of site \"embedded\""),
    ];
    for (text, message) in cases {
        let (_folder, path) = folder(&text);
        let error = read(&path).await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(!error.way_out().is_empty());
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_a_state() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = folder(V1);
    let state = save(&path, &read(&path).await.unwrap()).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    drop(start(&path, &state).await);
    assert_eq!(fs::metadata(journal_of(&path)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_was_replaced_in_between_is_not_overwritten() {
    let (_folder, path) = folder(V1);
    let state = read(&path).await.unwrap();
    let other = V1.replace("orders-daily", "somebody-elses");
    fs::write(&path, &other).unwrap();
    assert!(matches!(save(&path, &state).await, Err(StateError::Replaced { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), other);
}

#[tokio::test]
async fn a_journal_adds_to_its_state_until_it_is_merged() {
    let (_folder, path) = folder(V1);
    let (writer, journal) = start_here(&path).await;
    journal.begin(&[begun(1, "a", Verb::Create)]).await.unwrap();
    let effect = StateChange::Recorded(Box::new(resource("1")));
    journal.done(1, &address("a"), &effect, None).await.unwrap();
    journal.done(2, &address("orders-daily"), &StateChange::Dropped, None).await.unwrap();
    drop(writer);
    let state = read(&path).await.unwrap();
    assert!(state.has_unmerged() && state.doubts.is_empty());
    let names = |state: &OpenState| -> Vec<String> {
        state.recorded.resources.keys().map(|address| address.name.clone()).collect()
    };
    assert_eq!(names(&state), ["a"]);
    // Merged, but the journal could not be removed: it must not be merged again.
    save(&path, &state).await.unwrap();
    let state = read(&path).await.unwrap();
    assert!(!state.has_unmerged());
    assert_eq!(names(&state), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_merges_the_journal_that_it_finds_and_keeps_its_doubts() {
    let (_folder, path) = folder(V1);
    let (writer, journal) = start_here(&path).await;
    journal.begin(&[begun(1, "a", Verb::Create), begun(2, "b", Verb::Create)]).await.unwrap();
    let made = StateChange::Recorded(Box::new(resource("1")));
    journal.done(1, &address("a"), &made, None).await.unwrap();
    drop(writer);
    let (store, clock) = (FileStore::new(&path), SystemClock::new());
    let mut edit = StateEdit::open(&store, &origin(), &me(), Duration::ZERO, &clock).await.unwrap();
    let mut recorded = edit.recorded().clone();
    let moved = recorded.resources.remove(&address("a")).unwrap();
    recorded.resources.insert(address("z"), moved);
    assert_eq!(edit.save(&recorded).await.unwrap(), 6);
    let state = read(&path).await.unwrap();
    assert_eq!((&*state.recorded, state.doubts.len()), (&recorded, 1));
    assert_eq!(state.doubts[0].address, address("b"));
}

#[tokio::test]
async fn a_create_without_an_outcome_is_a_doubt_even_in_an_old_journal() {
    let (_folder, path) = folder(V1);
    let (writer, journal) = start_here(&path).await;
    for (n, name, verb) in [(1, "a", Verb::Create), (2, "b", Verb::Create), (3, "c", Verb::Delete)]
    {
        journal.begin(&[begun(n, name, verb)]).await.unwrap();
    }
    journal.done(2, &address("b"), &StateChange::Nothing, None).await.unwrap();
    drop(writer);
    assert_eq!(doubts(&path).await, [1]);
    save(&path, &read(&path).await.unwrap()).await.unwrap();
    assert_eq!(doubts(&path).await, [1]);
    drop(start_here(&path).await);
    assert_eq!(doubts(&path).await, [1]);
}

#[tokio::test]
async fn a_file_that_has_not_moved_is_not_parsed_again() {
    let (_folder, path) = folder(V1);
    let store = FileStore::new(&path);
    let load = async || store.load(&origin()).await.unwrap();
    let read = load().await;
    assert!(Arc::ptr_eq(&read.recorded, &load().await.recorded));
    // What was saved is remembered, whatever the journal adds meanwhile.
    let writer = store.lock(&me()).await.unwrap();
    let change = RecordedChanges::from([(address("a"), Some(resource("1")))]);
    let saved = writer.save(&read, &change).await.unwrap();
    assert!(Arc::ptr_eq(&saved.recorded, &load().await.recorded));
    let journal = writer.start_journal(&saved).await.unwrap();
    journal.done(1, &address("a"), &StateChange::Dropped, None).await.unwrap();
    assert_eq!(load().await.recorded.resources.len(), 1);
    writer.end_journal().await.unwrap();
    assert!(Arc::ptr_eq(&saved.recorded, &load().await.recorded));
    // One that somebody else wrote is read.
    fs::write(&path, V1).unwrap();
    assert_eq!(load().await, read);
}

async fn doubts(path: &Path) -> Vec<u64> {
    read(path).await.unwrap().doubts.iter().map(|begun| begun.n).collect()
}

#[tokio::test]
async fn a_line_that_was_cut_off_announces_nothing() {
    let (_folder, path) = folder(V1);
    let (_lock, journal) = start_here(&path).await;
    journal.begin(&[begun(1, "a", Verb::Create)]).await.unwrap();
    let whole = fs::read(journal_of(&path)).unwrap();
    let start = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in start..whole.len() {
        fs::write(journal_of(&path), &whole[..end]).unwrap();
        assert!(doubts(&path).await.is_empty(), "cut at {end}");
    }
    fs::write(journal_of(&path), &whole).unwrap();
    assert_eq!(doubts(&path).await, [1]);
}

#[tokio::test]
async fn a_stray_journal_is_refused() {
    let (_folder, path) = folder(V1);
    let state = read(&path).await.unwrap();
    let journal_with = async |header: StateHeader| {
        fs::remove_file(journal_of(&path)).ok();
        drop(start(&path, &OpenState { header, ..state.clone() }).await);
        read(&path).await
    };
    let other = StateHeader { lineage: "other".to_owned(), ..state.header.clone() };
    assert!(journal_with(other).await.unwrap_err().to_string().contains("it has another lineage"));
    let later = StateHeader { serial: 9, ..state.header.clone() };
    let text = journal_with(later).await.unwrap_err().to_string();
    assert!(text.contains("it continues serial 9, but the state is at 4"), "{text}");
    journal_with(state.header.clone()).await.unwrap();
    fs::remove_file(&path).unwrap();
    assert!(read(&path).await.unwrap_err().to_string().contains("is missing"));
}

#[test]
fn a_file_system_without_locks_is_an_error_and_not_another_run() {
    let (_folder, path) = folder(V1);
    let no_locks = std::io::Error::from(std::io::ErrorKind::Unsupported);
    let error = refusal(&path, TryLockError::Error(no_locks));
    assert!(error.to_string().ends_with("cannot be locked"), "{error}");
    assert!(error.way_out().starts_with("its file system has no locks"), "{}", error.way_out());
    let error = refusal(&path, TryLockError::WouldBlock);
    assert!(error.to_string().starts_with("another taskloom is at work on"), "{error}");
    assert_eq!(error.way_out(), "wait for it with --lock-timeout 5m, or stop it");
}

fn me() -> LockHolder {
    LockHolder {
        pid: 42,
        host: "box".to_owned(),
        command: "taskloom apply".to_owned(),
        since: "2026-01-01T00:00:00Z".to_owned(),
    }
}

#[tokio::test]
async fn a_second_run_is_told_who_holds_the_lock() {
    let (_folder, path) = folder(V1);
    let store = FileStore::new(&path);
    assert_eq!(store.holder(LockName::Run).await, None);
    let lock = store.lock(&me()).await.unwrap();
    assert_eq!(store.holder(LockName::Run).await, Some(me()));
    let error = store.lock(&me()).await.unwrap_err();
    assert!(error.way_out().contains("process 42 on box"), "{}", error.way_out());
    drop(lock);
    assert_eq!(store.holder(LockName::Run).await, None);
    store.lock(&me()).await.unwrap();
}

#[test]
fn a_lock_that_is_let_go_is_free_although_programs_are_being_started() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state.json");
    let me = me();
    std::thread::scope(|scope| {
        let starting = scope.spawn(|| {
            for _ in 0..100 {
                std::process::Command::new("true").status().unwrap();
            }
        });
        while !starting.is_finished() {
            LockFile::take(&path, &me).unwrap();
        }
    });
}
