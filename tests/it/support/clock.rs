//! A clock whose time of day passes with tokio's paused time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskloom::clock::{BoxFuture, Clock, SystemClock};

/// The time of day of the tests, and tokio's time.
#[derive(Debug)]
pub struct TestClock {
    start: Timestamp,
    inner: SystemClock,
}

impl TestClock {
    /// Starts at one moment for every test.
    pub fn new() -> TestClock {
        let start = "2026-02-03T04:05:06Z".parse().unwrap();
        TestClock { start, inner: SystemClock::new() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.start + SignedDuration::try_from(self.inner.elapsed()).unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.inner.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.inner.sleep(duration)
    }
}
