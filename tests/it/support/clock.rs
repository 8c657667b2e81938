//! Clocks of tests: one follows tokio's paused time, one is moved by the test.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskloom::support::{BoxFuture, Clock, SystemClock};
use tokio::sync::watch;

/// A clock with a fixed start that follows tokio's time.
#[derive(Debug)]
pub struct TestClock {
    start: Timestamp,
    inner: SystemClock,
}

impl TestClock {
    /// Starts at the same time for every test.
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

/// A clock that the test moves: for real sockets, which paused time would outrun.
#[derive(Debug)]
pub struct HandClock(watch::Sender<Duration>);

impl HandClock {
    /// Starts at zero.
    pub fn new() -> HandClock {
        HandClock(watch::Sender::new(Duration::ZERO))
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.0.send_modify(|elapsed| *elapsed += time);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::try_from(self.elapsed()).unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let until = self.elapsed() + duration;
        let mut elapsed = self.0.subscribe();
        Box::pin(async move {
            elapsed.wait_for(|elapsed| *elapsed >= until).await.unwrap();
        })
    }
}
