//! When a call may start: evenly spaced for each action, and slower while the service refuses some.
//!
//! A turn is reserved immediately and then waited for. No lock is held during the wait, so a caller
//! that stops waiting, or is not polled for a while, does not block others.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::support::Clock;

/// Timers are not exact: with gaps of just 1/20 s a second sometimes holds 21 starts.
const MARGIN: Duration = Duration::from_millis(2);
const GAP_MAX: Duration = Duration::from_secs(2);
const RATES: RangeInclusive<f64> = 0.01..=1000.0;
/// The factor by which a success shrinks the gap.
const RECOVERY: f64 = 0.9;
/// Turns come sooner when the rate recovers, so a waiting call checks at least this often.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Requests a second that one action may make: from 0.01 to 1000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

/// A rate that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a valid rate: it is a number of requests a second, from 0.01 to 1000")]
pub struct RateError {
    /// What was given.
    pub text: String,
}

/// Decides at which moments calls start.
#[derive(Debug)]
pub(super) struct RateLimit {
    clock: Arc<dyn Clock>,
    gap_least: Duration,
    lanes: Mutex<BTreeMap<&'static str, Lane>>,
}

/// The moment at which a call started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permit {
    started: Duration,
}

/// The turns of one action. All moments are durations since the clock's start.
#[derive(Debug)]
struct Lane {
    gap: Duration,
    /// How many turns were reserved.
    given: u64,
    /// The highest turn that started, and the latest moment at which one did.
    last: Option<(u64, Duration)>,
    /// When the lane last became slower.
    slowed: Option<Duration>,
}

impl RateLimit {
    /// Creates a rate limit whose lanes all begin at the full rate.
    pub(super) fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        let gap_least = Duration::from_secs_f64(1.0 / rate.0) + MARGIN;
        RateLimit { clock, gap_least, lanes: Mutex::new(BTreeMap::new()) }
    }

    /// Waits until the action may start.
    pub(super) async fn turn(&self, action: &'static str) -> Permit {
        let number = self.with_lane(action, |lane, _| lane.reserve());
        loop {
            match self.with_lane(action, |lane, now| lane.start(number, now)) {
                Ok(turn) => return turn,
                Err(wait) => self.clock.sleep(wait.min(ASK_AGAIN)).await,
            }
        }
    }

    /// Records that the service refused a call for its rate limit.
    pub(super) fn slow_down(&self, action: &'static str, turn: Permit) {
        self.with_lane(action, |lane, now| lane.slow_down(turn, now));
    }

    /// Records that the service accepted a call.
    pub(super) fn recover(&self, action: &'static str) {
        let least = self.gap_least;
        self.with_lane(action, |lane, _| lane.gap = lane.gap.mul_f64(RECOVERY).max(least));
    }

    fn with_lane<T>(
        &self,
        action: &'static str,
        change: impl FnOnce(&mut Lane, Duration) -> T,
    ) -> T {
        let now = self.clock.elapsed();
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        change(lanes.entry(action).or_insert_with(|| Lane::new(self.gap_least)), now)
    }
}

impl Lane {
    fn new(gap: Duration) -> Self {
        Lane { gap, given: 0, last: None, slowed: None }
    }

    fn reserve(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// Starts a call whose turn has come, or returns the wait at the present rate.
    ///
    /// Turns are counted from the latest start, so a late one delays all that follow. A start that
    /// is late by no more than the margin counts as on time, otherwise the lane would slow down.
    fn start(&mut self, number: u64, now: Duration) -> Result<Permit, Duration> {
        let (highest, due) = match self.last {
            None => (number, now),
            Some((last, at)) => {
                let gaps = u32::try_from(number.saturating_sub(last).max(1)).unwrap_or(u32::MAX);
                (last.max(number), at.saturating_add(self.gap.saturating_mul(gaps)))
            }
        };
        if now < due {
            return Err(due - now);
        }
        self.last = Some((highest, due.max(now.saturating_sub(MARGIN))));
        Ok(Permit { started: now })
    }

    /// Doubles the gap, only once for all calls that were in flight when it was found too small.
    fn slow_down(&mut self, turn: Permit, now: Duration) {
        if self.slowed.is_none_or(|slowed| turn.started > slowed) {
            self.gap = (self.gap * 2).min(GAP_MAX.max(self.gap));
            self.slowed = Some(now);
        }
    }
}

/// It is never NaN, so it equals itself.
impl Eq for Rate {}

impl Hash for Rate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Default for Rate {
    /// Returns the service's limit for each action: 20 requests a second.
    fn default() -> Self {
        Rate(20.0)
    }
}

impl TryFrom<f64> for Rate {
    type Error = RateError;

    fn try_from(rate: f64) -> Result<Self, Self::Error> {
        if RATES.contains(&rate) {
            Ok(Rate(rate))
        } else {
            Err(RateError { text: rate.to_string() })
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rate: f64 = text.parse().map_err(|_| RateError { text: text.to_owned() })?;
        Rate::try_from(rate)
    }
}
