//! When the next pass runs and which resources it leaves to their back-off: pure functions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::pass_outcome::{PassOutcome, PassReport};
use crate::model::{Address, Desired, DesiredResource};

/// How long after a failure the next try comes: the delay doubles with each further failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The delay after the first failure.
    pub first: Duration,
    /// The longest delay.
    pub ceiling: Duration,
}

impl Backoff {
    /// For one resource: from half a minute to half an hour.
    const RESOURCE: Backoff =
        Backoff { first: Duration::from_secs(30), ceiling: Duration::from_secs(1800) };

    /// For a pass without result: the service or the state is not available.
    const PASS: Backoff =
        Backoff { first: Duration::from_secs(5), ceiling: Duration::from_secs(300) };

    /// For files that change while they are read.
    const UNSETTLED: Backoff =
        Backoff { first: Duration::from_millis(500), ceiling: Duration::from_secs(30) };

    /// Returns how long to wait after the `n`-th failure in a row, counted from 1.
    pub fn delay(self, n: u32) -> Duration {
        let factor = 2_u32.checked_pow(n.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.ceiling)
    }
}

/// A resource that failed.
#[derive(Clone, Debug)]
struct Failing {
    n: u32,
    /// When it is tried again, on the clock.
    until: Duration,
    /// Its manifest when it failed; None for a delete.
    asked: Option<Arc<DesiredResource>>,
}

/// What earlier passes mean for the next one.
#[derive(Clone, Debug)]
pub struct Policy {
    interval: Duration,
    resources: BTreeMap<Address, Failing>,
    /// Passes in a row without result.
    idle: u32,
    /// When the next try after such a pass is due, on the clock.
    retry: Option<Duration>,
}

impl Policy {
    /// Returns a policy without a history.
    pub fn new(interval: Duration) -> Policy {
        Policy { interval, resources: BTreeMap::new(), idle: 0, retry: None }
    }

    /// Returns the resources whose back-off is not over; a resource whose manifest has changed
    /// since its failure is tried immediately.
    pub fn resting(&mut self, now: Duration, desired: &Desired) -> BTreeSet<Address> {
        self.resources.retain(|address, failing| {
            same(desired.resources.get(address), failing.asked.as_ref())
        });
        let rest = self.resources.iter().filter(|(_, failing)| failing.until > now);
        rest.map(|(address, _)| address.clone()).collect()
    }

    /// Records a pass that made a plan.
    pub fn note(&mut self, now: Duration, desired: &Desired, report: &PassReport) {
        (self.idle, self.retry) = (0, None);
        // What the plan no longer contains is as it should be, whatever the reason.
        self.resources.retain(|address, _| {
            report.failed.contains_key(address) || report.left_out.contains_key(address)
        });
        for address in report.failed.keys() {
            let n = self.resources.get(address).map_or(1, |failing| failing.n.saturating_add(1));
            let asked = desired.resources.get(address).cloned();
            let until = now.saturating_add(Backoff::RESOURCE.delay(n));
            self.resources.insert(address.clone(), Failing { n, until, asked });
        }
    }

    /// Records a pass without result.
    pub fn note_idle(&mut self, now: Duration, verdict: PassOutcome) {
        let backoff = match verdict {
            PassOutcome::Unsettled => Backoff::UNSETTLED,
            PassOutcome::Unreachable | PassOutcome::Blocked => Backoff::PASS,
            // These wait for a person, and what a person does wakes a pass.
            PassOutcome::InSync
            | PassOutcome::Changed
            | PassOutcome::Pending
            | PassOutcome::Failed
            | PassOutcome::Invalid
            | PassOutcome::Waiting
            | PassOutcome::Refused
            | PassOutcome::Suspended
            | PassOutcome::Stopped => {
                (self.idle, self.retry) = (0, None);
                return;
            }
        };
        self.idle = self.idle.saturating_add(1);
        self.retry = Some(now.saturating_add(backoff.delay(self.idle)));
    }

    /// Returns how long to wait for the next pass, and whether that pass retries something.
    /// `chance` from 0 to 1 moves the interval by a tenth up or down, so that many daemons do not
    /// send their requests at the same time.
    pub fn next(&self, now: Duration, chance: f64) -> (Duration, bool) {
        let interval = self.interval.mul_f64(0.9 + 0.2 * chance.clamp(0.0, 1.0));
        // What is due but was not tried, since the pass had no result or left it out, waits for
        // a later pass: retrying immediately would never end.
        let due = self.resources.values().map(|failing| failing.until);
        let due = due.filter(|until| *until > now).min();
        let retry = self.retry.or(due).map(|moment| moment.saturating_sub(now));
        match retry {
            Some(retry) if retry < interval => (retry, true),
            Some(_) | None => (interval, false),
        }
    }
}

/// Returns whether two manifests ask for the same; their place in the files does not matter.
fn same(now: Option<&Arc<DesiredResource>>, then: Option<&Arc<DesiredResource>>) -> bool {
    match (now, then) {
        (Some(now), Some(then)) => {
            now.spec == then.spec && now.extra == then.extra && now.lifecycle == then.lifecycle
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
