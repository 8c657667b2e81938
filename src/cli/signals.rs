//! Ctrl-C and SIGTERM: the first one stops what has not begun, the second one exits immediately.
//! SIGHUP does the same, but asks a daemon for a pass.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::failure::{ExitStatus, Failure};

/// The signals that have come.
#[derive(Clone, Debug)]
pub struct Signals {
    /// True once the first signal has come.
    pub stop: watch::Receiver<bool>,
    /// How many have come, and the number of the last one.
    count: watch::Receiver<(usize, u8)>,
    /// Counts those that only wake.
    pub wakes: watch::Receiver<u64>,
}

/// What SIGHUP means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hangup {
    /// The terminal is gone: it ends a run like the other signals.
    Stops,
    /// A daemon has no terminal: it is asked for another pass.
    Wakes,
}

/// The number of SIGHUP.
const HANGUP: u8 = 1;

/// Tells a person what the first signal does, until it is dropped.
#[derive(Debug)]
pub struct Notice(JoinHandle<()>);

impl Signals {
    /// Starts listening; needs a runtime.
    pub fn listen(hangup: Hangup) -> Signals {
        let (stopper, stop) = watch::channel(false);
        let (counter, count) = watch::channel((0, 0));
        let (waker, wakes) = watch::channel(0);
        let mut ears = Ears::new();
        tokio::spawn(async move {
            loop {
                let number = ears.next().await;
                if number == HANGUP && hangup == Hangup::Wakes {
                    waker.send_modify(|n| *n += 1);
                    continue;
                }
                counter.send_modify(|(n, last)| (*n, *last) = (*n + 1, number));
                let _ = stopper.send(true);
            }
        });
        Signals { stop, count, wakes }
    }

    /// Returns the exit status of the signal that came; None before.
    pub fn status(&self) -> Option<ExitStatus> {
        let (n, number) = *self.count.borrow();
        (n > 0).then_some(ExitStatus::Stopped(number))
    }

    /// Waits for the `n`-th signal, counted from 1.
    pub async fn wait_for(&self, n: usize) -> ExitStatus {
        let mut count = self.count.clone();
        match count.wait_for(|(so_far, _)| *so_far >= n).await.map(|count| count.1) {
            Ok(number) => ExitStatus::Stopped(number),
            // The listener has ended, so no signal can come.
            Err(_) => std::future::pending().await,
        }
    }

    /// Returns the result of `work`, unless a signal comes first.
    ///
    /// # Errors
    /// When a signal comes first. The work is then dropped, so it must not change anything.
    pub async fn or_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            status = self.wait_for(1) => Err(Failure::stopped(status)),
            result = work => Ok(result),
        }
    }

    /// Makes the first signal print from now on that work in flight is allowed to end.
    pub fn notice(&self) -> Notice {
        let signals = self.clone();
        Notice(tokio::spawn(async move {
            signals.wait_for(1).await;
            tracing::warn!(
                "stopping: what is in flight ends and is recorded; once more to leave at once"
            );
        }))
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The signals that end a run. None is missed from the moment this is created.
#[cfg(unix)]
struct Ears([(u8, Option<tokio::signal::unix::Signal>); 3]);

#[cfg(unix)]
impl Ears {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored();
        let hear = |kind: SignalKind, number: u8| {
            let is_ignored = ignored & 1 << (number - 1) != 0;
            (number, if is_ignored { None } else { signal(kind).ok() })
        };
        Ears([
            hear(SignalKind::interrupt(), 2),
            hear(SignalKind::terminate(), 15),
            hear(SignalKind::hangup(), 1),
        ])
    }

    /// Returns the number of the next signal; never returns when signals cannot be received.
    async fn next(&mut self) -> u8 {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            number = one(interrupt) => number,
            number = one(terminate) => number,
            number = one(hangup) => number,
        }
    }
}

/// Returns the signals that this process was started to ignore, the lowest bit for number 1: a
/// process started by `nohup` continues when its terminal is gone.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the system reports it in a file")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(unix)]
async fn one((number, signal): &mut (u8, Option<tokio::signal::unix::Signal>)) -> u8 {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return *number;
    }
    std::future::pending().await
}

/// The signals that end a run.
#[cfg(not(unix))]
struct Ears;

#[cfg(not(unix))]
impl Ears {
    fn new() -> Self {
        Ears
    }

    /// Returns the number of the next signal; never returns when signals cannot be received.
    async fn next(&mut self) -> u8 {
        match tokio::signal::ctrl_c().await {
            Ok(()) => 2,
            Err(_) => std::future::pending().await,
        }
    }
}
