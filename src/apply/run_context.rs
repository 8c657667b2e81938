//! What the operations of a run share: the service, the journal, and which id belongs to what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::OperationError;
use super::known_folders::KnownFolders;
use super::taken_names::TakenNames;
use crate::cloud::{CallError, Client};
use crate::kinds::{ResourceIdentity, foreign_bundle, named_bundle};
use crate::model::{Address, Bundle, Call, ObservedResource, Operation, Recorded, RemoteId, Reply};
use crate::state::{Intent, Journal, StateError};
use crate::support::{Clock, StopCause, StopSignal};

/// What every operation of a run needs.
#[derive(Debug)]
pub struct RunContext {
    /// The client for calls that a stopped run no longer starts.
    pub client: Arc<Client>,
    /// The client for reads after a write that was sent, which a stopped run still makes.
    pub closing: Arc<Client>,
    /// The clock, for journal lines and waits.
    pub clock: Arc<dyn Clock>,
    /// The project.
    pub project_id: String,
    /// The mark put on what is created.
    pub bundle: Option<Bundle>,
    /// BundleIds that the state records for its resources, where they are not the bundle's.
    pub recorded_bundles: BTreeMap<RemoteId, String>,
    /// The journal, for intents and outcomes.
    pub journal: Box<dyn Journal>,
    /// Whether a delete spares the instances downstream of a task.
    pub spare_downstream: bool,
    /// VersionRemark of what is submitted.
    pub remark: String,
    /// How many operations run in parallel.
    pub parallelism: usize,
    /// What ends the run early.
    pub stop: StopSignal,
    /// Which ids are owned, and which creates are in doubt.
    pub claims: IdClaims,
    /// The folders that are known to exist.
    pub folders: KnownFolders,
    /// What the service has under the names that the run is about to use.
    pub names: TakenNames,
    /// Texts that no error may repeat.
    pub secrets: Vec<String>,
}

impl RunContext {
    /// Announces a call; only then may it be sent.
    pub(super) async fn announce(&self, intent: &Intent) -> Result<(), StateError> {
        self.journal.begin(std::slice::from_ref(intent)).await
    }

    /// Sends a write; what the service says of it repeats nothing sensitive.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, CallError> {
        self.client.call(call).await.map_err(|error| error.without(&self.secrets))
    }

    /// Refuses to change what carries the mark of another bundle.
    pub(super) fn refuse_foreign(
        &self,
        operation: &Operation,
        seen: &ObservedResource,
    ) -> Result<(), OperationError> {
        let kind = operation.address.kind;
        let named = [
            named_bundle(kind, &operation.spec),
            named_bundle(kind, &operation.extra),
            self.recorded_bundles.get(&seen.id).map(String::as_str),
        ];
        match foreign_bundle(seen, self.bundle.as_ref(), &named) {
            None => Ok(()),
            Some(bundle_id) => Err(OperationError::Foreign {
                address: operation.address.clone(),
                id: seen.id.clone(),
                bundle_id: bundle_id.to_owned(),
            }),
        }
    }

    /// Waits before another read; in a stopped run only the first read is allowed.
    pub(super) async fn pause(&self, millis: u64) -> Result<(), StopCause> {
        match millis {
            // The first read completes a call that was already sent.
            0 => Ok(()),
            _ => self.stop.sleep(Duration::from_millis(millis)).await,
        }
    }
}

/// Returns the BundleIds that a state records for its resources.
pub fn recorded_bundles(recorded: &Recorded) -> BTreeMap<RemoteId, String> {
    let named = recorded.resources.iter().filter_map(|(address, resource)| {
        let named = |spec| named_bundle(address.kind, spec);
        let bundle_id = named(&resource.spec).or_else(|| named(&resource.extra))?;
        Some((resource.id.clone(), bundle_id.to_owned()))
    });
    named.collect()
}

/// Which ids are owned, and which creates are in doubt.
#[derive(Debug, Default)]
pub struct IdClaims {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Every id that is or was managed during this run: a lost create made none of them.
    owners: BTreeMap<RemoteId, Address>,
    /// Creates without a journal line for what they made, by number.
    open: BTreeMap<u64, Intent>,
    /// What an earlier create of an address may have made, where a look-up left it unclear.
    unclear: BTreeMap<Address, BTreeSet<RemoteId>>,
    turns: BTreeMap<ResourceIdentity, Arc<tokio::sync::Mutex<()>>>,
}

impl IdClaims {
    /// Returns the claims of a state: its ids, and what is still in doubt.
    pub fn new(recorded: &Recorded, doubts: &[Intent]) -> IdClaims {
        let owners = recorded.resources.iter().map(|(a, r)| (r.id.clone(), a.clone())).collect();
        let open = doubts.iter().map(|begun| (begun.n, begun.clone())).collect();
        IdClaims { inner: Mutex::new(Inner { owners, open, ..Inner::default() }) }
    }

    /// Records what the lost create of an address may have made.
    pub fn note_unclear(&self, address: &Address, candidates: &[RemoteId]) {
        let mut inner = self.lock();
        inner.unclear.entry(address.clone()).or_default().extend(candidates.iter().cloned());
    }

    /// Waits until no other create of an identity is in flight, so that a look-up never finds what
    /// another create is just making.
    pub(super) async fn turn(
        &self,
        identity: &ResourceIdentity,
    ) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = Arc::clone(self.lock().turns.entry(identity.clone()).or_default());
        turn.lock_owned().await
    }

    /// Returns the address that owns an id.
    pub(super) fn owner(&self, id: &RemoteId) -> Option<Address> {
        self.lock().owners.get(id).cloned()
    }

    /// Returns whether an id may be what a lost create of an address made.
    pub(super) fn is_unclear(&self, address: &Address, id: &RemoteId) -> bool {
        self.lock().unclear.get(address).is_some_and(|ids| ids.contains(id))
    }

    /// Returns the open intents of an address.
    pub(super) fn open_of(&self, address: &Address) -> Vec<Intent> {
        let inner = self.lock();
        inner.open.values().filter(|begun| begun.address == *address).cloned().collect()
    }

    /// Records an intent.
    pub(super) fn open(&self, begun: &Intent) {
        self.lock().open.insert(begun.n, begun.clone());
    }

    /// Records that an intent certainly had no effect.
    pub(super) fn close(&self, n: u64) {
        self.lock().open.remove(&n);
    }

    /// Records what an intent made. One that was sent more than once stays open: the other attempt
    /// may have made something too.
    pub(super) fn made(&self, begun: &Intent, id: &RemoteId) {
        let mut inner = self.lock();
        inner.owners.insert(id.clone(), begun.address.clone());
        match inner.open.get_mut(&begun.n) {
            Some(open) if open.tries > 1 => open.tries -= 1,
            Some(_) | None => {
                inner.open.remove(&begun.n);
            }
        }
    }

    /// Returns how many resources equal to what an intent asks for the open intents may have made.
    pub(super) fn n_twins(&self, begun: &Intent) -> usize {
        let inner = self.lock();
        let equal = inner
            .open
            .values()
            .filter(|other| other.address.kind == begun.address.kind && other.spec == begun.spec);
        equal.map(|other| other.tries as usize).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
