//! The rate limit: a sliding window for each action.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// The times of the last admitted calls of each action.
#[derive(Debug, Default)]
pub struct Throttle {
    admitted: BTreeMap<String, VecDeque<Duration>>,
}

impl Throttle {
    /// Returns whether one more call of an action is within `rate` calls a second; 0: no limit.
    ///
    /// A refused call is not counted.
    pub fn admit(&mut self, action: &str, rate: f64, now: Duration) -> bool {
        if rate <= 0.0 {
            return true;
        }
        let n_max = rate.floor().max(1.0);
        let window = Duration::from_secs_f64(n_max / rate);
        let times = self.admitted.entry(action.to_owned()).or_default();
        while times.front().is_some_and(|first| now.saturating_sub(*first) >= window) {
            times.pop_front();
        }
        if times.len() as f64 >= n_max {
            return false;
        }
        times.push_back(now);
        true
    }
}
