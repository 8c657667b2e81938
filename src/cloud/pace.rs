//! When a call may start: evenly, a lane for each action, slower while the service says so.
//!
//! A turn is reserved at once and then waited for, so nothing is locked during the wait.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// Timers are not exact: with gaps of just 1/20 s a second sometimes holds 21 starts.
const MARGIN: Duration = Duration::from_millis(2);
const GAP_MAX: Duration = Duration::from_secs(2);
const RATES: RangeInclusive<f64> = 0.01..=1000.0;
/// The share of the gap that a success leaves.
const RECOVERY: f64 = 0.9;

/// Requests a second that one action may make: from 0.01 to 1000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

/// A rate that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no rate: it is a number of requests a second, from 0.01 to 1000")]
pub struct RateError {
    /// What was given.
    pub text: String,
}

/// Hands out the moments at which calls start.
#[derive(Debug)]
pub(super) struct Pacer {
    clock: Arc<dyn Clock>,
    gap_least: Duration,
    lanes: Mutex<BTreeMap<&'static str, Lane>>,
}

/// The moment at which a call started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    started: Duration,
}

/// The turns of one action; all moments are times since the clock's start.
#[derive(Debug)]
struct Lane {
    gap: Duration,
    /// The next turn to be given away.
    next: Duration,
    /// The latest start.
    last: Option<Duration>,
    /// By how much all turns that were given away have been put off so far.
    put_off: Duration,
    /// When the lane last became slower.
    slowed: Option<Duration>,
}

/// A turn that was given away; it is due at `at`, and later by what the lane is put off since.
#[derive(Clone, Copy)]
struct Ticket {
    at: Duration,
    put_off: Duration,
}

impl Pacer {
    /// Makes a pacer whose lanes all begin at the full rate.
    pub(super) fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        let gap_least = Duration::from_secs_f64(1.0 / rate.0) + MARGIN;
        Pacer { clock, gap_least, lanes: Mutex::new(BTreeMap::new()) }
    }

    /// Waits until the action may start.
    pub(super) async fn turn(&self, action: &'static str) -> Turn {
        let ticket = self.with_lane(action, |lane, now| lane.reserve(now));
        loop {
            match self.with_lane(action, |lane, now| lane.start(ticket, now)) {
                Ok(turn) => return turn,
                Err(wait) => self.clock.sleep(wait).await,
            }
        }
    }

    /// Takes note that the service refused a call for being one too many.
    pub(super) fn slow_down(&self, action: &'static str, turn: Turn) {
        self.with_lane(action, |lane, now| lane.slow_down(turn, now));
    }

    /// Takes note that the service took a call.
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
        Lane { gap, next: Duration::ZERO, last: None, put_off: Duration::ZERO, slowed: None }
    }

    fn reserve(&mut self, now: Duration) -> Ticket {
        let at = self.next.max(now);
        self.next = at + self.gap;
        Ticket { at, put_off: self.put_off }
    }

    /// Starts a call whose turn has come, or says how long to wait before asking again.
    ///
    /// A start that comes late puts off all that follow, else they would bunch up behind it; a gap
    /// that has grown since holds for the turns that were given away before, too.
    fn start(&mut self, ticket: Ticket, now: Duration) -> Result<Turn, Duration> {
        let due = ticket.at + (self.put_off - ticket.put_off);
        let free = self.last.map_or(Duration::ZERO, |last| last + self.gap.saturating_sub(MARGIN));
        let earliest = due.max(free);
        if now < earliest {
            return Err(earliest - now);
        }
        let late = now - due;
        if late > MARGIN {
            self.delay(late);
        }
        self.last = Some(now);
        Ok(Turn { started: now })
    }

    /// Doubles the gap, once for all the calls that were under way when it was found too small.
    fn slow_down(&mut self, turn: Turn, now: Duration) {
        if self.slowed.is_some_and(|slowed| turn.started <= slowed) {
            return;
        }
        self.gap = (self.gap * 2).min(GAP_MAX.max(self.gap));
        self.slowed = Some(now);
        self.delay(self.gap);
    }

    fn delay(&mut self, by: Duration) {
        self.put_off += by;
        self.next += by;
    }
}

impl Default for Rate {
    /// Returns what the service grants each action: 20 requests a second.
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
