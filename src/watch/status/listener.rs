//! A listener that reports what happens to the store, and passes it on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::super::cause::WakeCause;
use super::super::daemon::WatchListener;
use super::super::pass_outcome::{PassOutcome, PassReport};
use super::super::prepared_pass::PreparedPass;
use super::daemon_info::ActiveSuspension;
use super::history::{PassEnding, PassResult};
use super::store::StatusStore;
use crate::apply::OperationEvent;
use crate::manifest::LoadedManifests;
use crate::model::Address;
use crate::plan::Plan;
use crate::reconcile::PassError;
use crate::state::{Suspension, Suspensions};

/// Reports to a store what happens.
pub struct StatusListener<'a> {
    /// The store.
    pub store: &'a StatusStore,
    /// The listener that is called after it.
    pub listener: &'a mut dyn WatchListener,
}

impl std::fmt::Debug for StatusListener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatusListener").finish_non_exhaustive()
    }
}

impl WatchListener for StatusListener<'_> {
    fn begins(&mut self, pass: u64, causes: &BTreeSet<WakeCause>) {
        let names: Vec<&str> = causes.iter().map(|cause| cause.name()).collect();
        self.store.began(pass, &names.join(", "));
        self.listener.begins(pass, causes);
    }

    fn planned(&mut self, plan: &Plan, loaded: &Arc<LoadedManifests>) {
        self.store.planned(plan, loaded);
        self.listener.planned(plan, loaded);
    }

    fn operation(&mut self, pass: u64, event: &OperationEvent<'_>) {
        self.store.operation(event);
        self.listener.operation(pass, event);
    }

    fn ends(&mut self, report: &PassReport, ready: Option<&PreparedPass>, next: Duration) {
        self.store.ended(ending(report, ready));
        self.store.suspended(self.suspensions(&report.suspensions));
        let wait = SignedDuration::try_from(next).unwrap_or(SignedDuration::MAX);
        self.store.next(self.store.clock.now().checked_add(wait).ok());
        self.listener.ends(report, ready, next);
    }

    fn way_out(&self, error: &PassError) -> Option<String> {
        self.listener.way_out(error)
    }
}

impl StatusListener<'_> {
    /// Returns what is suspended now.
    fn suspensions(&self, all: &Suspensions) -> Vec<ActiveSuspension> {
        let now = self.store.clock.now();
        all.at(now).list.iter().map(|one| self.active(one)).collect()
    }

    fn active(&self, one: &Suspension) -> ActiveSuspension {
        let only = (!one.select.is_empty()).then(|| {
            let loaded = self.store.loaded();
            let resources = &loaded.desired.resources;
            let selection = one.selection().unwrap_or_default();
            let covered =
                resources.iter().filter(|(address, it)| selection.holds(address, &it.labels));
            covered.map(|(address, _)| address.clone()).collect::<BTreeSet<Address>>()
        });
        ActiveSuspension { reason: one.reason.clone(), until: one.until, only }
    }
}

fn ending(report: &PassReport, ready: Option<&PreparedPass>) -> PassEnding {
    let result = match report.verdict {
        PassOutcome::InSync | PassOutcome::Changed | PassOutcome::Pending => PassResult::Done,
        PassOutcome::Failed => PassResult::Failed,
        PassOutcome::Invalid | PassOutcome::Unsettled => PassResult::Problems,
        PassOutcome::Waiting | PassOutcome::Refused => PassResult::Refused,
        PassOutcome::Suspended => PassResult::Suspended,
        PassOutcome::Unreachable | PassOutcome::Blocked => PassResult::Error,
        PassOutcome::Stopped => PassResult::Stopped,
    };
    let refusals: Vec<String> = report.refusals.iter().map(ToString::to_string).collect();
    let words = report.message.iter().chain(&refusals).chain(&report.help).cloned();
    let message = words.collect::<Vec<_>>().join("; ");
    PassEnding {
        result,
        tally: report.tally,
        message: Some(message).filter(|message| !message.is_empty()),
        revision: ready.and_then(|ready| ready.scope.revision.clone()),
    }
}
