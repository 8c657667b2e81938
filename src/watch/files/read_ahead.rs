//! What was read for a pass that is still to come.

use std::time::Duration;

use super::super::trigger::Trigger;
use crate::support::Clock;

/// A pass that was read ahead for begins within this time, or what was read is forgotten.
const AHEAD_MAX: Duration = Duration::from_secs(2);

/// A value that was read, and what it was read from: it serves the pass that follows at once.
#[derive(Debug)]
pub struct ReadAhead<K, V> {
    from: K,
    value: V,
    /// The moment on the clock.
    since: Duration,
    /// How many events of files there had been before it was read.
    event_count: u64,
}

impl<K: PartialEq, V> ReadAhead<K, V> {
    /// Keeps a value that has just been read; `event_count` is how many events of files there had
    /// been when the reading began.
    pub fn new(from: K, value: V, event_count: u64, clock: &dyn Clock) -> ReadAhead<K, V> {
        ReadAhead { from, value, since: clock.elapsed(), event_count }
    }

    /// Returns the value where reading it again from the same would give the same: there was no
    /// event of a file meanwhile, and that was a short while.
    pub fn take(self, from: &K, trigger: &Trigger, clock: &dyn Clock) -> Option<V> {
        let age = clock.elapsed().saturating_sub(self.since);
        let serves =
            self.event_count == trigger.event_count() && age <= AHEAD_MAX && self.from == *from;
        serves.then_some(self.value)
    }
}
