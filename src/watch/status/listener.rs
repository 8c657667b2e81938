//! A listener that puts what it hears on the board, and passes it on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::super::cause::WakeCause;
use super::super::daemon::{PreparedPass, WatchListener};
use super::super::pass_outcome::{PassOutcome, PassReport};
use super::daemon_info::ActiveSuspension;
use super::history::{PassEnding, PassResult};
use super::store::StatusStore;
use crate::apply::OperationEvent;
use crate::manifest::LoadedManifests;
use crate::model::Address;
use crate::plan::Plan;
use crate::state::{Suspension, Suspensions};

/// Puts what it hears on a board.
pub struct StatusListener<'a> {
    /// The board.
    pub board: &'a StatusStore,
    /// Who hears it too.
    pub listener: &'a mut dyn WatchListener,
    /// The state file, beside which suspensions lie.
    pub state: PathBuf,
}

impl std::fmt::Debug for StatusListener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posted").field("state", &self.state).finish_non_exhaustive()
    }
}

impl WatchListener for StatusListener<'_> {
    fn begins(&mut self, pass: u64, causes: &BTreeSet<WakeCause>) {
        let names: Vec<&str> = causes.iter().map(|cause| cause.name()).collect();
        self.board.began(pass, &names.join(", "));
        self.listener.begins(pass, causes);
    }

    fn planned(&mut self, plan: &Plan, loaded: &Arc<LoadedManifests>) {
        self.board.planned(plan, loaded);
        self.listener.planned(plan, loaded);
    }

    fn operation(&mut self, pass: u64, event: &OperationEvent<'_>) {
        self.board.operation(event);
        self.listener.operation(pass, event);
    }

    fn ends(&mut self, report: &PassReport, ready: Option<&PreparedPass>, next: Duration) {
        self.board.ended(ending(report, ready));
        self.board.suspended(self.holds());
        let wait = SignedDuration::try_from(next).unwrap_or(SignedDuration::MAX);
        self.board.next(self.board.clock.now().checked_add(wait).ok());
        self.listener.ends(report, ready, next);
    }
}

impl StatusListener<'_> {
    /// Returns what is suspended now. What cannot be read is told by the pass that it ends.
    fn holds(&self) -> Vec<ActiveSuspension> {
        let all = Suspensions::read(&self.state).unwrap_or_default();
        let now = self.board.clock.now();
        all.at(now).list.iter().map(|one| self.hold(one)).collect()
    }

    fn hold(&self, one: &Suspension) -> ActiveSuspension {
        let only = (!one.select.is_empty()).then(|| {
            let loaded = self.board.loaded();
            let resources = &loaded.desired.resources;
            let selection = one.selection().unwrap_or_default();
            let held =
                resources.iter().filter(|(address, it)| selection.holds(address, &it.labels));
            held.map(|(address, _)| address.clone()).collect::<BTreeSet<Address>>()
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
