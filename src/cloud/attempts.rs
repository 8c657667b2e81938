//! The attempts of one call: whether there is another one, and after what pause.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use super::settings::ClientSettings;

const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// The remaining attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    left: u32,
    /// The latest time on the clock at which a pause may end.
    until: Duration,
    pauses: ExponentialBackoff,
}

impl Attempts {
    /// Starts counting, at the start of the first attempt.
    pub(crate) fn new(settings: &ClientSettings, now: Duration) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(PAUSE_FIRST)
            .with_max_delay(PAUSE_MAX)
            .without_max_times()
            .build();
        let until = now.saturating_add(settings.retry_for);
        Attempts { left: settings.attempts.max(1), until, pauses }
    }

    /// Uses up one attempt.
    pub(crate) fn spend(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// Returns the pause before the next attempt, or None when there is none left. The pause is
    /// random, up to a bound that doubles, so that calls that failed together are not repeated
    /// together.
    pub(crate) fn pause(&mut self, now: Duration) -> Option<Duration> {
        let bound = self.pauses.next().unwrap_or(PAUSE_MAX);
        let pause = bound.mul_f64(fastrand::f64());
        (self.left > 0 && now + pause <= self.until).then_some(pause)
    }
}
