//! What the loop tells and everybody else reads: one board a daemon.
//!
//! Telling is cheap: nothing that grows with the number of resources is worked out before somebody
//! looks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::daemon_info::{ActiveSuspension, DaemonInfo, DaemonPhase};
use super::history::{PassEnding, PassHistory, PassRecord};
use super::resource_status::ResourceStatus;
use crate::apply::{OperationEvent, OperationStatus};
use crate::cloud::CallMetrics;
use crate::manifest::LoadedManifests;
use crate::model::{Address, Value, Verb};
use crate::plan::{Change, Plan, PlanAction};
use crate::support::Clock;

/// Where a daemon stands. Clones are the same board.
#[derive(Clone, Debug)]
pub struct StatusStore {
    pub(super) about: Arc<DaemonInfo>,
    pub(super) clock: Arc<dyn Clock>,
    meter: Arc<CallMetrics>,
    facts: Arc<Mutex<StatusInner>>,
    version: watch::Sender<u64>,
}

/// What has been told.
#[derive(Debug)]
pub(super) struct StatusInner {
    /// Counts what is told.
    pub(super) version: u64,
    /// The version at which the set of resources last changed.
    pub(super) layout: u64,
    pub(super) phase: DaemonPhase,
    pub(super) started: Timestamp,
    /// The last sign of life, on the clock that never runs backwards.
    pub(super) beat: Duration,
    pub(super) next: Option<Timestamp>,
    pub(super) holds: Vec<ActiveSuspension>,
    pub(super) passes: PassHistory,
    pub(super) loaded: Arc<LoadedManifests>,
    pub(super) observed: bool,
    /// Resources of which there is something to tell; all others are as wanted.
    pub(super) entries: BTreeMap<Address, ResourceStatus>,
}

impl StatusStore {
    /// Makes a board on which nothing stands yet.
    pub fn new(about: DaemonInfo, clock: Arc<dyn Clock>) -> StatusStore {
        let facts = StatusInner {
            version: 1,
            layout: 1,
            phase: DaemonPhase::Starting,
            started: clock.now(),
            beat: clock.elapsed(),
            next: None,
            holds: Vec::new(),
            passes: PassHistory::default(),
            loaded: Arc::default(),
            observed: false,
            entries: BTreeMap::new(),
        };
        let (about, facts) = (Arc::new(about), Arc::new(Mutex::new(facts)));
        StatusStore { about, clock, meter: Arc::default(), facts, version: watch::Sender::new(1) }
    }

    /// Returns the meter whose counts are shown: each client of the daemon is to be made
    /// [`crate::cloud::Client::metered`] by it.
    pub fn meter(&self) -> &Arc<CallMetrics> {
        &self.meter
    }

    /// Tells that a pass begins: its number from 1, and what woke it.
    pub fn began(&self, number: u64, trigger: &str) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        self.tell(|facts| {
            facts.phase = DaemonPhase::Working;
            facts.next = None;
            facts.passes.begin(PassRecord {
                number,
                trigger: trigger.to_owned(),
                revision: None,
                began: now,
                seconds: None,
                result: None,
                message: None,
                changes: None,
                done: 0,
                failed: 0,
                left: 0,
                since: elapsed,
            });
        });
    }

    /// Tells what the pass found: the whole plan, before anything is taken out of it for a
    /// suspension, a backoff or a setting. A resource without a change in it is as wanted.
    pub fn planned(&self, plan: &Plan, loaded: &Arc<LoadedManifests>) {
        let drifted: BTreeSet<Address> = plan.standing().drifted.into_iter().collect();
        self.tell(|facts| {
            facts.passes.plan(plan);
            facts.observed = plan.observed;
            if facts.loaded.digest != loaded.digest {
                facts.layout = facts.version;
            }
            facts.loaded = Arc::clone(loaded);
            facts.plan(plan, &drifted);
        });
    }

    /// Tells what happened to an operation: what [`crate::apply::apply`] reports, as it is.
    pub fn operation(&self, event: &OperationEvent<'_>) {
        let (verb, address) = (event.operation.verb, &event.operation.address);
        self.tell(|facts| {
            let number = facts.passes.newest().map_or(0, |pass| pass.number);
            facts.passes.count(verb, &event.status);
            let version = facts.version;
            let entry = facts.entries.entry(address.clone()).or_default();
            let goes = entry.change.as_ref().is_some_and(|change| is_end(change.action));
            if goes && is_end_done(verb, &event.status) {
                facts.entries.remove(address);
                facts.layout = version;
                return;
            }
            entry.operation(verb, &event.status, number);
            entry.version = version;
        });
    }

    /// Tells how the pass that began last ended.
    pub fn ended(&self, ending: PassEnding) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        self.tell(|facts| {
            facts.phase = DaemonPhase::Waiting;
            facts.passes.end(ending, now, elapsed);
        });
    }

    /// Tells what is suspended from now on; none when nothing is.
    pub fn suspended(&self, holds: Vec<ActiveSuspension>) {
        self.tell(|facts| {
            if facts.holds != holds {
                facts.holds = holds;
                facts.layout = facts.version;
            }
        });
    }

    /// Tells when the next pass begins unless something wakes it earlier.
    pub fn next(&self, at: Option<Timestamp>) {
        self.tell(|facts| facts.next = at);
    }

    /// Tells what the daemon does, where no pass does: that it stands by, waits or is to end.
    pub fn phase(&self, phase: DaemonPhase) {
        self.tell(|facts| facts.phase = phase);
    }

    /// Tells that the loop lives, when there is nothing else to tell. All that is told is a sign
    /// of life; one is due each interval at least.
    pub fn beat(&self) {
        self.lock().beat = self.clock.elapsed();
    }

    /// Returns where the version of the board can be followed: it grows with all that is told.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    pub(super) fn loaded(&self) -> Arc<LoadedManifests> {
        Arc::clone(&self.lock().loaded)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, StatusInner> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut StatusInner)) {
        let version = {
            let mut facts = self.lock();
            facts.version += 1;
            facts.beat = self.clock.elapsed();
            change(&mut facts);
            facts.version
        };
        // Two that tell at once may come here the other way round.
        self.version.send_if_modified(|known| {
            let is_newer = *known < version;
            *known = version.max(*known);
            is_newer
        });
    }
}

impl StatusInner {
    fn plan(&mut self, plan: &Plan, drifted: &BTreeSet<Address>) {
        let (version, n_before) = (self.version, self.entries.len());
        let mut changes: BTreeMap<&Address, &Change> =
            plan.changes.iter().map(|change| (&change.address, change)).collect();
        let loaded = Arc::clone(&self.loaded);
        let desired = &loaded.desired;
        self.entries.retain(|address, _| {
            desired.resources.contains_key(address)
                || changes.contains_key(address)
                || plan.errors.iter().any(|error| error.address == *address)
        });
        if self.entries.len() != n_before {
            self.layout = version;
        }
        for (address, entry) in &mut self.entries {
            let change = changes.remove(address).map(shown);
            if entry.plan(change, drifted.contains(address)) {
                entry.version = version;
            }
        }
        for (address, change) in changes {
            if !desired.resources.contains_key(address) {
                self.layout = version;
            }
            let drifted = drifted.contains(address);
            let entry = ResourceStatus {
                change: Some(shown(change)),
                drifted,
                version,
                ..ResourceStatus::default()
            };
            self.entries.insert(address.clone(), entry);
        }
        for error in &plan.errors {
            if !self.entries.contains_key(&error.address) {
                self.layout = version;
            }
            let entry = self.entries.entry(error.address.clone()).or_default();
            (entry.error, entry.version) = (Some(error.to_string()), version);
        }
    }
}

/// What is kept of a change: nothing shows the spec beside its fields.
fn shown(change: &Change) -> Arc<Change> {
    Arc::new(Change { spec: Value::map(), extra: Value::map(), ..change.clone() })
}

/// Tells whether a resource is no more when this is done to it.
fn is_end(action: PlanAction) -> bool {
    match action {
        PlanAction::Delete | PlanAction::Forget => true,
        PlanAction::Create
        | PlanAction::Update
        | PlanAction::Replace
        | PlanAction::Adopt
        | PlanAction::Record
        | PlanAction::Submit
        | PlanAction::Start
        | PlanAction::Pause => false,
    }
}

fn is_end_done(verb: Verb, status: &OperationStatus<'_>) -> bool {
    matches!(verb, Verb::Delete | Verb::Forget) && matches!(status, OperationStatus::Done)
}
