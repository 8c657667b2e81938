//! What every store of a state does, whatever keeps it: each fact is a test of each store.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken promise fails the test"
)]

use serde_json::Value as Json;
use taskloom::model::{Address, RecordedResource, RemoteId, RemoteVersion, Value, Verb};
use taskloom::state::{
    Intent, Journal, LockHolder, OpenState, RecordedChanges, StateChange, StateOrigin, StateWriter,
};

use crate::support::StoreSite;

/// Makes each fact a test of each store: a store is one more module here.
macro_rules! facts {
    ($($fact:ident,)+) => {
        mod file_store {
            use crate::support::FileSite;

            $(
                #[tokio::test(start_paused = true)]
                async fn $fact() {
                    super::$fact(&FileSite::new()).await;
                }
            )+
        }
    };
}

mod journals;
mod locks;
mod notes;
mod states;

fn origin() -> StateOrigin {
    let (target, project_id) = ("test".to_owned(), "1000000000000000001".to_owned());
    StateOrigin { target, project_id, site: "cloud".to_owned() }
}

fn holder(command: &str) -> LockHolder {
    let (host, since) = ("here".to_owned(), "2026-01-01T00:00:00Z".to_owned());
    LockHolder { pid: 7, host, command: command.to_owned(), since }
}

fn address(name: &str) -> Address {
    format!("Task/{name}").parse().unwrap()
}

fn id(id: &str) -> RemoteId {
    RemoteId(id.to_owned())
}

fn marker(version: &str) -> RemoteVersion {
    RemoteVersion { version: Some(version.to_owned()), ..RemoteVersion::default() }
}

fn resource(text: &str) -> RecordedResource {
    let (mut spec, extra) = (Value::map(), Value::map());
    let name = Value::from(serde_json::json!({ "TaskName": text }));
    spec.as_map_mut().unwrap().insert("TaskBaseAttribute".to_owned(), name);
    RecordedResource { id: id(text), spec, extra, protect: false, observed: marker("V1") }
}

fn is_now(resource: RecordedResource) -> StateChange {
    StateChange::Recorded(Box::new(resource))
}

fn intent(n: u64, name: &str, verb: Verb) -> Intent {
    Intent {
        n,
        address: address(name),
        verb,
        id: None,
        digest: String::new(),
        nonce: format!("nonce-{n}"),
        time: "2026-01-01T00:00:00Z".to_owned(),
        tries: 1,
        spec: Json::Null,
        extra: Json::Null,
        protect: false,
        ignore: Vec::new(),
        moved_from: None,
    }
}

fn changes(of: &[(&str, Option<&str>)]) -> RecordedChanges {
    of.iter().map(|(name, text)| (address(name), text.map(resource))).collect()
}

/// What one more process reads.
async fn load(site: &dyn StoreSite) -> OpenState {
    site.store().load(&origin()).await.unwrap()
}

async fn lock(site: &dyn StoreSite) -> Box<dyn StateWriter> {
    site.store().lock(&holder("apply")).await.unwrap()
}

/// Saves a state that holds `a` and `b`.
async fn saved(site: &dyn StoreSite) -> OpenState {
    let both = changes(&[("a", Some("1")), ("b", Some("2"))]);
    lock(site).await.save(&load(site).await, &both).await.unwrap()
}

/// Saves that state, and begins its journal.
async fn begun(site: &dyn StoreSite) -> (Box<dyn StateWriter>, Box<dyn Journal>) {
    let state = saved(site).await;
    let writer = lock(site).await;
    let journal = writer.start_journal(&state).await.unwrap();
    (writer, journal)
}

/// The ids of what a state holds.
fn held(state: &OpenState) -> String {
    let entries = state.recorded.resources.iter();
    entries.map(|(address, it)| format!("{}={} ", address.name, it.id)).collect()
}

fn doubts(state: &OpenState) -> Vec<u64> {
    state.doubts.iter().map(|intent| intent.n).collect()
}
