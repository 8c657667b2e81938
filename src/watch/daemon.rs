//! The loop: waits for a reason, runs a pass, learns from it, tells it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::Instrument as _;

use super::cause::WakeCause;
use super::pass::{DriftPolicy, PassEvent, PassOptions, pass};
use super::pass_outcome::{PassOutcome, PassReport};
use super::policy::Policy;
use super::prepared_pass::{PrepareError, PreparedPass};
use super::trigger::Trigger;
use crate::apply::OperationEvent;
use crate::manifest::LoadedManifests;
use crate::model::Desired;
use crate::plan::Plan;
use crate::reconcile::PassError;
use crate::state::{NoteError, Suspensions};
use crate::support::{Clock, StopSignal, error_chain};

/// How the daemon works.
#[derive(Clone, Debug)]
pub struct WatchConfig {
    /// How long after a pass the next one comes when nothing happens; moved a tenth by chance.
    pub interval: Duration,
    /// How long files must have come to rest.
    pub debounce: Duration,
    /// What happens when the service moves.
    pub drift: DriftPolicy,
    /// Deletes and replaces too.
    pub prune: bool,
    /// Nothing is changed.
    pub dry_run: bool,
    /// One pass, and no more.
    pub once: bool,
    /// How long what is in flight may take after a signal.
    pub grace: Duration,
}

/// Work on the thread of the daemon.
pub type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Where passes get what they work on.
pub trait PassSource {
    /// Reads what people told the daemon to leave alone; asked for once a pass.
    ///
    /// # Errors
    /// When that cannot be read or understood.
    fn suspensions(&mut self) -> LocalBoxFuture<'_, Result<Suspensions, NoteError>>;

    /// Sees to it that whatever moves from now on wakes a pass.
    fn arm(&mut self);

    /// Does what it can of [`PassSource::prepare`] before a pass begins: files have moved and come to
    /// rest. It may be dropped at any point.
    fn read_ahead(&mut self) -> LocalBoxFuture<'_, ()>;

    /// Reads the project and the manifests as they are now, and connects.
    fn prepare(&mut self) -> LocalBoxFuture<'_, Result<PreparedPass, PrepareError>>;

    /// Lets go of what only a pass needs.
    fn release(&mut self, report: &PassReport) -> LocalBoxFuture<'_, ()>;
}

/// Hears what passes do.
pub trait WatchListener {
    /// A pass begins.
    fn begins(&mut self, pass: u64, causes: &BTreeSet<WakeCause>);

    /// A pass has a plan, from which nothing is left out yet.
    fn planned(&mut self, plan: &Plan, loaded: &Arc<LoadedManifests>);

    /// Something happened to an operation.
    fn operation(&mut self, pass: u64, event: &OperationEvent<'_>);

    /// A pass has ended, and what it worked on; the next one comes after `next`.
    fn ends(&mut self, report: &PassReport, ready: Option<&PreparedPass>, next: Duration);

    /// Returns what people can do about what ended a pass early, in the words of the program that
    /// they have before them; none where it has none.
    fn way_out(&self, _error: &PassError) -> Option<String> {
        None
    }
}

/// A daemon.
pub struct Daemon<'a> {
    /// How it works.
    pub rules: WatchConfig,
    /// What it works on.
    pub source: &'a mut dyn PassSource,
    /// Who hears of it.
    pub listener: &'a mut dyn WatchListener,
    /// What wakes it.
    pub waker: Trigger,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Turns true when it is to end.
    pub stop: watch::Receiver<bool>,
}

impl std::fmt::Debug for Daemon<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daemon").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Daemon<'_> {
    /// Runs passes until it is asked to end; returns what the last one came to.
    pub async fn run(mut self) -> PassOutcome {
        let mut policy = Policy::new(self.rules.interval);
        let mut causes = BTreeSet::from([WakeCause::Start]);
        let stop = StopSignal::new(self.stop.clone(), None, Arc::clone(&self.clock));
        for n in 1.. {
            // What happens until the next pass begins belongs to this one.
            let span = tracing::error_span!("pass", pass = n);
            let woken = self.pass_and_wait(n, causes, &mut policy, &stop).instrument(span).await;
            match woken {
                ControlFlow::Continue(woken) => causes = woken,
                ControlFlow::Break(outcome) => return outcome,
            }
        }
        PassOutcome::Stopped
    }

    /// Runs one pass and waits for a reason for the next; returns what the daemon ends with where
    /// there is none.
    async fn pass_and_wait(
        &mut self,
        n: u64,
        causes: BTreeSet<WakeCause>,
        policy: &mut Policy,
        stop: &StopSignal,
    ) -> ControlFlow<PassOutcome, BTreeSet<WakeCause>> {
        self.listener.begins(n, &causes);
        let began = self.clock.elapsed();
        let (mut report, ready) = self.one(n, policy).await;
        report.pass = n;
        report.causes = causes;
        report.took = self.clock.elapsed().saturating_sub(began);
        let (next, is_retry) = self.next(policy, &report.suspensions);
        self.listener.ends(&report, ready.as_ref(), next);
        self.source.release(&report).await;
        if self.rules.once || stop.cause().is_some() {
            return ControlFlow::Break(report.verdict);
        }
        drop(ready);
        let limit = (next, if is_retry { WakeCause::Retry } else { WakeCause::Interval });
        let Daemon { waker, clock, source, rules, .. } = self;
        let ahead = async || source.read_ahead().await;
        let woken = waker.wait(limit, rules.debounce, clock.as_ref(), stop, ahead).await;
        match woken {
            Some(woken) => ControlFlow::Continue(woken),
            None => ControlFlow::Break(PassOutcome::Stopped),
        }
    }

    /// Returns when the next pass comes, and whether it is another try.
    fn next(&self, policy: &Policy, suspensions: &Suspensions) -> (Duration, bool) {
        let next = policy.next(self.clock.elapsed(), fastrand::f64());
        let now = self.clock.now();
        let Some(end) = suspensions.at(now).next_end() else { return next };
        // A moment later: what ends must have ended.
        let left = until(now, end).saturating_add(Duration::from_millis(1));
        if left < next.0 { (left, true) } else { next }
    }

    async fn one(&mut self, n: u64, policy: &mut Policy) -> (PassReport, Option<PreparedPass>) {
        // Also when everything is suspended: that it is so no longer must be heard.
        self.source.arm();
        let suspensions = self.source.suspensions().await;
        let (mut report, ready) = match left_alone(&suspensions, self.clock.now()) {
            Err(everything) => (everything.report(), None),
            Ok(suspended) => match self.source.prepare().await {
                Err(error) => (error.report(), None),
                Ok(ready) => {
                    let options = self.options(policy, &ready.loaded.desired, suspended);
                    (self.pass(n, &ready, &options).await, Some(ready))
                }
            },
        };
        report.suspensions = suspensions.unwrap_or_default();
        let now = self.clock.elapsed();
        let is_planned = match report.verdict {
            PassOutcome::InSync
            | PassOutcome::Changed
            | PassOutcome::Pending
            | PassOutcome::Failed => true,
            PassOutcome::Invalid
            | PassOutcome::Unsettled
            | PassOutcome::Waiting
            | PassOutcome::Refused
            | PassOutcome::Suspended
            | PassOutcome::Unreachable
            | PassOutcome::Blocked
            | PassOutcome::Stopped => false,
        };
        match ready.as_ref().filter(|_| is_planned) {
            Some(ready) => policy.note(now, &ready.loaded.desired, &report),
            None => policy.note_idle(now, report.verdict),
        }
        (report, ready)
    }

    async fn pass(&mut self, n: u64, ready: &PreparedPass, options: &PassOptions) -> PassReport {
        let listener = &mut *self.listener;
        let result = pass(ready, options, &mut |told| match told {
            PassEvent::Planned(plan) => listener.planned(plan, &ready.loaded),
            PassEvent::Operation(event) => listener.operation(n, &event),
        })
        .await;
        let mut report = result.unwrap_or_else(|error| {
            let verdict = match &error {
                PassError::State(_) => PassOutcome::Blocked,
                PassError::Observe(_) => PassOutcome::Unreachable,
            };
            let help = self.listener.way_out(&error);
            PrepareError::new(verdict, error_chain(&error), help).report()
        });
        report.commit = ready.scope.revision.as_ref().map(|revision| revision.commit.clone());
        report
    }

    fn options(
        &self,
        policy: &mut Policy,
        desired: &Desired,
        suspended: Suspensions,
    ) -> PassOptions {
        PassOptions {
            prune: self.rules.prune,
            dry_run: self.rules.dry_run,
            drift: self.rules.drift,
            resting: policy.resting(self.clock.elapsed(), desired),
            suspended,
            stop: self.stop.clone(),
            grace: self.rules.grace,
        }
    }
}

/// Returns what holds now of what people told the daemon to leave alone.
///
/// # Errors
/// When that is everything, or nobody knows what it is.
fn left_alone(
    read: &Result<Suspensions, NoteError>,
    now: Timestamp,
) -> Result<Suspensions, PrepareError> {
    let all = match read {
        Ok(all) => all.at(now),
        Err(error) => {
            let (verdict, help) = match error {
                NoteError::Io { source, .. } => {
                    (PassOutcome::Blocked, format!("see to it that it can be read: {source}"))
                }
                NoteError::Unreadable { .. }
                | NoteError::Newer { .. }
                | NoteError::Pattern { .. } => {
                    (PassOutcome::Suspended, "remove it with `taskloom resume`".to_owned())
                }
            };
            let message = format!("{error}: everything is left alone until it can be read");
            return Err(PrepareError::new(verdict, message, Some(help)));
        }
    };
    match all.whole() {
        None => Ok(all),
        Some(one) => Err(PrepareError::new(PassOutcome::Suspended, one.to_string(), None)),
    }
}

fn until(now: Timestamp, end: Timestamp) -> Duration {
    Duration::try_from(end.duration_since(now)).unwrap_or_default()
}
