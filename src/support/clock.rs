//! The only module that reads the time: everything else takes a [`Clock`].
#![expect(clippy::disallowed_methods, reason = "this module is the clock")]

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A future that can be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The time of day and the passing of time.
pub trait Clock: Debug + Send + Sync {
    /// Returns the time of day.
    fn now(&self) -> Timestamp;

    /// Returns the time since some fixed moment; never runs backwards.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The clock of the machine; waits follow tokio's paused time.
#[derive(Debug)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl SystemClock {
    /// Returns the clock of the machine.
    pub fn new() -> Self {
        SystemClock { start: tokio::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What ends a run early; everything that waits is woken.
#[derive(Clone, Debug)]
pub struct StopSignal {
    asked: watch::Receiver<bool>,
    until: Option<Duration>,
    clock: Arc<dyn Clock>,
}

/// Why a run ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopCause {
    /// Somebody asked for it: a signal.
    #[error("the run was stopped")]
    Asked,
    /// It had a time limit.
    #[error("the time limit of the run is over")]
    TimeOver,
}

impl StopSignal {
    /// Returns a signal that stops when `asked` becomes true, and at the moment `until` of the
    /// clock.
    pub fn new(
        asked: watch::Receiver<bool>,
        until: Option<Duration>,
        clock: Arc<dyn Clock>,
    ) -> StopSignal {
        StopSignal { asked, until, clock }
    }

    /// Returns a signal that stops at the moment `until` of the clock, if there is one.
    pub fn at(until: Option<Duration>, clock: Arc<dyn Clock>) -> StopSignal {
        StopSignal::new(watch::channel(false).1, until, clock)
    }

    /// Returns why the run has to end; None while it continues.
    pub fn cause(&self) -> Option<StopCause> {
        if *self.asked.borrow() {
            return Some(StopCause::Asked);
        }
        let is_over = self.until.is_some_and(|until| self.clock.elapsed() >= until);
        is_over.then_some(StopCause::TimeOver)
    }

    /// Waits until the run has to end.
    pub async fn comes(&self) -> StopCause {
        tokio::select! {
            biased;
            () = self.asked() => StopCause::Asked,
            () = self.over() => StopCause::TimeOver,
        }
    }

    /// Waits, unless the run has to end before that is over.
    ///
    /// # Errors
    /// When the run has to end; immediately when that is already so.
    pub async fn sleep(&self, duration: Duration) -> Result<(), StopCause> {
        tokio::select! {
            biased;
            cause = self.comes() => Err(cause),
            () = self.clock.sleep(duration) => Ok(()),
        }
    }

    async fn asked(&self) {
        if self.asked.clone().wait_for(|asked| *asked).await.is_err() {
            // The sender is gone, so no stop can be requested any more.
            std::future::pending::<()>().await;
        }
    }

    async fn over(&self) {
        match self.until {
            Some(until) => {
                let left = until.saturating_sub(self.clock.elapsed());
                // Even a sleep of zero waits, so a deadline that has passed does without.
                if !left.is_zero() {
                    self.clock.sleep(left).await;
                }
            }
            None => std::future::pending().await,
        }
    }
}

/// A text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a valid length of time: write for instance 30s, 5m or 1h30m")]
pub struct DurationError {
    /// The text.
    pub text: String,
}

/// Reads a duration as people write it: `30s`, `5m`, `1h30m`; more than zero.
///
/// # Errors
/// When the text is not a duration, or is zero.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let error = || DurationError { text: text.to_owned() };
    let read: SignedDuration = text.trim().parse().map_err(|_| error())?;
    Duration::try_from(read).ok().filter(|read| !read.is_zero()).ok_or_else(error)
}
