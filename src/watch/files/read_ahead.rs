//! What was read for a pass that is still to come.

use std::time::Duration;

use super::super::trigger::Trigger;
use crate::support::Clock;

/// The pass must begin within this time, or what was read ahead for it is dropped.
const AHEAD_MAX: Duration = Duration::from_secs(2);

/// A value that was read ahead, and what it was read from, for the pass that follows immediately.
#[derive(Debug)]
pub struct ReadAhead<K, V> {
    from: K,
    value: V,
    /// When it was read, on the clock.
    since: Duration,
    /// How many file events there had been before it was read.
    event_count: u64,
}

impl<K: PartialEq, V> ReadAhead<K, V> {
    /// Keeps a value that has just been read; `event_count` is how many file events there had been
    /// when the reading began.
    pub fn new(from: K, value: V, event_count: u64, clock: &dyn Clock) -> ReadAhead<K, V> {
        ReadAhead { from, value, since: clock.elapsed(), event_count }
    }

    /// Returns the value if reading it again would give the same: it has the same source, there was
    /// no file event meanwhile, and it was read only a short time ago.
    pub fn take(self, from: &K, trigger: &Trigger, clock: &dyn Clock) -> Option<V> {
        let age = clock.elapsed().saturating_sub(self.since);
        let serves =
            self.event_count == trigger.event_count() && age <= AHEAD_MAX && self.from == *from;
        serves.then_some(self.value)
    }
}
