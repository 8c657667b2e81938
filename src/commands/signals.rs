//! Ctrl-C and SIGTERM: the first one stops what has not begun, the second one leaves.

use tokio::sync::watch;

use super::failure::ExitStatus;

/// What came in.
#[derive(Debug)]
pub struct Signals {
    /// True once the first signal has come.
    pub stop: watch::Receiver<bool>,
    /// The number of the first signal; 0 before.
    pub number: watch::Receiver<u8>,
    /// Resolves with the exit status when the second signal comes.
    pub leave: tokio::task::JoinHandle<ExitStatus>,
}

impl Signals {
    /// Starts to listen; needs a runtime.
    pub fn listen() -> Signals {
        let (stopper, stop) = watch::channel(false);
        let (teller, number) = watch::channel(0);
        let leave = tokio::spawn(async move {
            let first = next().await;
            let _ = teller.send(first);
            let _ = stopper.send(true);
            tracing::warn!(
                "stopping: what is in flight ends and is recorded; once more to leave at once"
            );
            ExitStatus::Stopped(next().await)
        });
        Signals { stop, number, leave }
    }
}

/// Returns the number of the next signal; never when signals cannot be heard.
#[cfg(unix)]
async fn next() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => 2,
        _ = terminate.recv() => 15,
        _ = hangup.recv() => 1,
    }
}

/// Returns the number of the next signal; never when signals cannot be heard.
#[cfg(not(unix))]
async fn next() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 2,
        Err(_) => std::future::pending().await,
    }
}
