//! What the loop reports and everything else reads: one store per daemon.
//!
//! Reporting is cheap: nothing that grows with the number of resources is computed before it is
//! read.

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

/// The status of a daemon. Clones are the same store.
#[derive(Clone, Debug)]
pub struct StatusStore {
    pub(super) info: Arc<DaemonInfo>,
    pub(super) clock: Arc<dyn Clock>,
    call_metrics: Arc<CallMetrics>,
    inner: Arc<Mutex<StatusInner>>,
    version: watch::Sender<u64>,
}

/// What has been reported.
#[derive(Debug)]
pub(super) struct StatusInner {
    /// Grows with each report.
    pub(super) version: u64,
    /// The version at which the set of resources last changed.
    pub(super) layout: u64,
    pub(super) phase: DaemonPhase,
    pub(super) started: Timestamp,
    /// The last sign of life, on the monotonic clock.
    pub(super) touched: Duration,
    pub(super) next: Option<Timestamp>,
    pub(super) suspensions: Vec<ActiveSuspension>,
    pub(super) passes: PassHistory,
    pub(super) loaded: Arc<LoadedManifests>,
    pub(super) observed: bool,
    /// Resources with something to show; all others are as wanted.
    pub(super) statuses: BTreeMap<Address, ResourceStatus>,
}

impl StatusStore {
    /// Creates an empty store.
    pub fn new(info: DaemonInfo, clock: Arc<dyn Clock>) -> StatusStore {
        let inner = StatusInner {
            version: 1,
            layout: 1,
            phase: DaemonPhase::Starting,
            started: clock.now(),
            touched: clock.elapsed(),
            next: None,
            suspensions: Vec::new(),
            passes: PassHistory::default(),
            loaded: Arc::default(),
            observed: false,
            statuses: BTreeMap::new(),
        };
        let (info, inner) = (Arc::new(info), Arc::new(Mutex::new(inner)));
        StatusStore {
            info,
            clock,
            call_metrics: Arc::default(),
            inner,
            version: watch::Sender::new(1),
        }
    }

    /// Returns the metrics that are shown: each client of the daemon must be made
    /// [`crate::cloud::Client::metered`] with it.
    pub fn call_metrics(&self) -> &Arc<CallMetrics> {
        &self.call_metrics
    }

    /// Reports that a pass begins: its number from 1, and what woke it.
    pub fn began(&self, number: u64, trigger: &str) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        self.update(|inner| {
            inner.phase = DaemonPhase::Working;
            inner.next = None;
            inner.passes.begin(PassRecord {
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

    /// Reports what the pass found: the whole plan, before anything is taken out of it for a
    /// suspension, a backoff or a setting. A resource without a change in it is as wanted.
    pub fn planned(&self, plan: &Plan, loaded: &Arc<LoadedManifests>) {
        let drifted: BTreeSet<Address> = plan.standing().drifted.into_iter().collect();
        self.update(|inner| {
            inner.passes.plan(plan);
            inner.observed = plan.observed;
            if inner.loaded.digest != loaded.digest {
                inner.layout = inner.version;
            }
            inner.loaded = Arc::clone(loaded);
            inner.plan(plan, &drifted);
        });
    }

    /// Reports what happened to an operation: what [`crate::apply::apply`] reports, as it is.
    pub fn operation(&self, event: &OperationEvent<'_>) {
        let (verb, address) = (event.operation.verb, &event.operation.address);
        self.update(|inner| {
            let number = inner.passes.newest().map_or(0, |pass| pass.number);
            inner.passes.count(verb, &event.status);
            let version = inner.version;
            let resource = inner.statuses.entry(address.clone()).or_default();
            let goes = resource.change.as_ref().is_some_and(|change| is_end(change.action));
            if goes && is_end_done(verb, &event.status) {
                inner.statuses.remove(address);
                inner.layout = version;
                return;
            }
            resource.operation(verb, &event.status, number);
            resource.version = version;
        });
    }

    /// Reports how the pass that began last ended.
    pub fn ended(&self, ending: PassEnding) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        self.update(|inner| {
            inner.phase = DaemonPhase::Waiting;
            inner.passes.end(ending, now, elapsed);
        });
    }

    /// Reports what is suspended from now on; None when nothing is.
    pub fn suspended(&self, suspensions: Vec<ActiveSuspension>) {
        self.update(|inner| {
            if inner.suspensions != suspensions {
                inner.suspensions = suspensions;
                inner.layout = inner.version;
            }
        });
    }

    /// Reports when the next pass begins unless something wakes it earlier.
    pub fn next(&self, at: Option<Timestamp>) {
        self.update(|inner| inner.next = at);
    }

    /// Reports what the daemon does outside passes: that it stands by, waits or ends.
    pub fn phase(&self, phase: DaemonPhase) {
        self.update(|inner| inner.phase = phase);
    }

    /// Reports that the loop lives, when there is nothing else to report. Each report is a sign of
    /// life; one is due each interval at least.
    pub fn touch(&self) {
        self.lock().touched = self.clock.elapsed();
    }

    /// Returns a receiver for the version of the store, which grows with each report.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    pub(super) fn loaded(&self) -> Arc<LoadedManifests> {
        Arc::clone(&self.lock().loaded)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, StatusInner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut StatusInner)) {
        let version = {
            let mut inner = self.lock();
            inner.version += 1;
            inner.touched = self.clock.elapsed();
            change(&mut inner);
            inner.version
        };
        // Two concurrent reports may arrive here in the other order.
        self.version.send_if_modified(|known| {
            let is_newer = *known < version;
            *known = version.max(*known);
            is_newer
        });
    }
}

impl StatusInner {
    fn plan(&mut self, plan: &Plan, drifted: &BTreeSet<Address>) {
        let (version, n_before) = (self.version, self.statuses.len());
        let mut changes: BTreeMap<&Address, &Change> =
            plan.changes.iter().map(|change| (&change.address, change)).collect();
        let loaded = Arc::clone(&self.loaded);
        let desired = &loaded.desired;
        self.statuses.retain(|address, _| {
            desired.resources.contains_key(address)
                || changes.contains_key(address)
                || plan.errors.iter().any(|error| error.address == *address)
        });
        if self.statuses.len() != n_before {
            self.layout = version;
        }
        for (address, resource) in &mut self.statuses {
            let change = changes.remove(address).map(shown);
            if resource.plan(change, drifted.contains(address)) {
                resource.version = version;
            }
        }
        for (address, change) in changes {
            if !desired.resources.contains_key(address) {
                self.layout = version;
            }
            let drifted = drifted.contains(address);
            let resource = ResourceStatus {
                change: Some(shown(change)),
                drifted,
                version,
                ..ResourceStatus::default()
            };
            self.statuses.insert(address.clone(), resource);
        }
        for error in &plan.errors {
            if !self.statuses.contains_key(&error.address) {
                self.layout = version;
            }
            let resource = self.statuses.entry(error.address.clone()).or_default();
            (resource.error, resource.version) = (Some(error.to_string()), version);
        }
    }
}

/// Returns what is kept of a change: the spec beside its fields is never shown.
fn shown(change: &Change) -> Arc<Change> {
    Arc::new(Change { spec: Value::map(), extra: Value::map(), ..change.clone() })
}

/// Returns whether a resource no longer exists after this is done to it.
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
