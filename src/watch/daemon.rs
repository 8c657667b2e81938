//! The loop: waits for a reason, runs a pass, learns from it, tells it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::cause::Cause;
use super::pass::{Drift, Orders, Told, pass};
use super::pass_outcome::{Report, Verdict};
use super::policy::Policy;
use super::suspension::{SuspensionError, Suspensions};
use super::trigger::Waker;
use crate::apply::Event;
use crate::manifest::Loaded;
use crate::model::Desired;
use crate::plan::{Guards, Plan};
use crate::reconcile::{PassError, Scope};
use crate::state::Holder;
use crate::support::{Clock, Stop};

/// How the daemon works.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long after a pass the next one comes when nothing happens; moved a tenth by chance.
    pub interval: Duration,
    /// How long files must have come to rest.
    pub debounce: Duration,
    /// What happens when the service moves.
    pub drift: Drift,
    /// Deletes and replaces too.
    pub prune: bool,
    /// Nothing is changed.
    pub dry_run: bool,
    /// One pass, and no more.
    pub once: bool,
    /// How long what is in flight may take after a signal.
    pub grace: Duration,
}

/// What a pass works on.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The state and the service.
    pub scope: Scope,
    /// Who takes the lock.
    pub holder: Holder,
    /// How much a plan may destroy.
    pub guards: Guards,
    /// The manifests, without errors.
    pub loaded: Arc<Loaded>,
}

/// Why there is nothing to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of trouble.
    pub verdict: Verdict,
    /// What it is, for people.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
}

/// Work on the thread of the daemon.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Where passes get what they work on.
pub trait Source {
    /// Returns where the state lies, once that is known.
    fn state(&self) -> PathBuf;

    /// Sees to it that whatever moves from now on wakes a pass.
    fn arm(&mut self);

    /// Does what it can of [`Source::prepare`] before a pass begins: files have moved and come to
    /// rest. It may be dropped at any point.
    fn read_ahead(&mut self) -> Work<'_, ()>;

    /// Reads the project and the manifests as they are now, and connects.
    fn prepare(&mut self) -> Work<'_, Result<Ready, Trouble>>;

    /// Lets go of what only a pass needs.
    fn release(&mut self, report: &Report) -> Work<'_, ()>;

    /// Says what ended a pass early, and what a person can do.
    fn explain(&self, error: &PassError) -> (String, Option<String>);
}

/// Hears what passes do.
pub trait Listener {
    /// A pass begins.
    fn begins(&mut self, pass: u64, causes: &BTreeSet<Cause>);

    /// A pass has a plan, from which nothing is left out yet.
    fn planned(&mut self, plan: &Plan, loaded: &Arc<Loaded>);

    /// Something happened to an operation.
    fn operation(&mut self, pass: u64, event: &Event<'_>);

    /// A pass has ended, and what it worked on; the next one comes after `next`.
    fn ends(&mut self, report: &Report, ready: Option<&Ready>, next: Duration);
}

/// A daemon.
pub struct Daemon<'a> {
    /// How it works.
    pub rules: Rules,
    /// What it works on.
    pub source: &'a mut dyn Source,
    /// Who hears of it.
    pub listener: &'a mut dyn Listener,
    /// What wakes it.
    pub waker: Waker,
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
    pub async fn run(mut self) -> Verdict {
        let mut policy = Policy::new(self.rules.interval);
        let mut causes = BTreeSet::from([Cause::Start]);
        let stop = Stop::new(self.stop.clone(), None, Arc::clone(&self.clock));
        for n in 1.. {
            self.listener.begins(n, &causes);
            let began = self.clock.elapsed();
            let (mut report, ready) = self.one(n, &mut policy).await;
            report.pass = n;
            report.causes = std::mem::take(&mut causes);
            report.took = self.clock.elapsed().saturating_sub(began);
            let (next, is_retry) = self.next(&policy);
            self.listener.ends(&report, ready.as_ref(), next);
            self.source.release(&report).await;
            if self.rules.once || stop.cause().is_some() {
                return report.verdict;
            }
            drop(ready);
            let limit = (next, if is_retry { Cause::Retry } else { Cause::Interval });
            let Daemon { waker, clock, source, rules, .. } = &mut self;
            let ahead = async || source.read_ahead().await;
            let woken = waker.wait(limit, rules.debounce, clock.as_ref(), &stop, ahead).await;
            match woken {
                Some(woken) => causes = woken,
                None => return Verdict::Stopped,
            }
        }
        Verdict::Stopped
    }

    /// Returns when the next pass comes, and whether it is another try.
    fn next(&self, policy: &Policy) -> (Duration, bool) {
        let next = policy.next(self.clock.elapsed(), fastrand::f64());
        let now = self.clock.now();
        let suspended = Suspensions::read(&self.source.state()).unwrap_or_default();
        let Some(end) = suspended.at(now).next_end() else { return next };
        // A moment later: what ends must have ended.
        let left = until(now, end).saturating_add(Duration::from_millis(1));
        if left < next.0 { (left, true) } else { next }
    }

    async fn one(&mut self, n: u64, policy: &mut Policy) -> (Report, Option<Ready>) {
        // Also when everything is suspended: that it is so no longer must be heard.
        self.source.arm();
        let (report, ready) = match self.suspended() {
            Err(report) => (*report, None),
            Ok(suspended) => match self.source.prepare().await {
                Err(trouble) => (told(trouble), None),
                Ok(ready) => {
                    let orders = self.orders(policy, &ready.loaded.desired, suspended);
                    (self.pass(n, &ready, &orders).await, Some(ready))
                }
            },
        };
        let now = self.clock.elapsed();
        let is_planned = match report.verdict {
            Verdict::InSync | Verdict::Changed | Verdict::Pending | Verdict::Failed => true,
            Verdict::Invalid
            | Verdict::Unsettled
            | Verdict::Waiting
            | Verdict::Refused
            | Verdict::Suspended
            | Verdict::Unreachable
            | Verdict::Blocked
            | Verdict::Stopped => false,
        };
        match ready.as_ref().filter(|_| is_planned) {
            Some(ready) => policy.note(now, &ready.loaded.desired, &report),
            None => policy.note_idle(now, report.verdict),
        }
        (report, ready)
    }

    async fn pass(&mut self, n: u64, ready: &Ready, orders: &Orders) -> Report {
        let listener = &mut *self.listener;
        let result = pass(ready, orders, &mut |told| match told {
            Told::Planned(plan) => listener.planned(plan, &ready.loaded),
            Told::Operation(event) => listener.operation(n, &event),
        })
        .await;
        let mut report = result.unwrap_or_else(|error| {
            let verdict = match &error {
                PassError::State(_) => Verdict::Blocked,
                PassError::Observe(_) => Verdict::Unreachable,
            };
            let (message, help) = self.source.explain(&error);
            told(Trouble { verdict, message, help })
        });
        report.commit = ready.scope.revision.as_ref().map(|revision| revision.commit.clone());
        report
    }

    fn orders(&self, policy: &mut Policy, desired: &Desired, suspended: Suspensions) -> Orders {
        Orders {
            prune: self.rules.prune,
            dry_run: self.rules.dry_run,
            drift: self.rules.drift,
            resting: policy.resting(self.clock.elapsed(), desired),
            suspended,
            stop: self.stop.clone(),
            grace: self.rules.grace,
        }
    }

    /// Returns what a person told the daemon to leave alone, or the report when that is everything.
    fn suspended(&self) -> Result<Suspensions, Box<Report>> {
        let all = match Suspensions::read(&self.source.state()) {
            Ok(all) => all.at(self.clock.now()),
            Err(error) => {
                // Nobody knows what it says, so nothing is touched.
                let (verdict, help) = match &error {
                    SuspensionError::Io { source, .. } => {
                        (Verdict::Blocked, format!("see to it that it can be read: {source}"))
                    }
                    SuspensionError::Unreadable { .. }
                    | SuspensionError::Newer { .. }
                    | SuspensionError::Pattern { .. } => {
                        (Verdict::Suspended, "remove it with `taskloom resume`".to_owned())
                    }
                };
                let message = format!("{error}: everything is left alone until it can be read");
                return Err(Box::new(told(Trouble { verdict, message, help: Some(help) })));
            }
        };
        match all.whole() {
            None => Ok(all),
            Some(one) => {
                let (verdict, message) = (Verdict::Suspended, one.to_string());
                Err(Box::new(told(Trouble { verdict, message, help: None })))
            }
        }
    }
}

fn told(trouble: Trouble) -> Report {
    let Trouble { verdict, message, help } = trouble;
    Report { verdict, message: Some(message), help, ..Report::default() }
}

fn until(now: Timestamp, end: Timestamp) -> Duration {
    Duration::try_from(end.duration_since(now)).unwrap_or_default()
}
