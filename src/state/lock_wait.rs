//! Waiting for a lock that another run holds.

use std::time::Duration;

use super::error::StateError;
use super::lock_holder::LockHolder;
use super::store::{LockGuard, StateStore, StateWriter};
use crate::support::Clock;

/// How often a lock that another run holds is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(250);

impl dyn StateStore + '_ {
    /// Takes the lock of the state, and asks for it again until `patience` is over.
    ///
    /// # Errors
    /// Those of [`StateStore::lock`].
    pub async fn lock_within(
        &self,
        holder: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<Box<dyn StateWriter>, StateError> {
        until_free(patience, clock, async || self.lock(holder).await).await
    }

    /// Takes the lock of the daemon, and asks for it again until `patience` is over.
    ///
    /// # Errors
    /// Those of [`StateStore::lock_daemon`].
    pub async fn lock_daemon_within(
        &self,
        holder: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<Box<dyn LockGuard>, StateError> {
        until_free(patience, clock, async || self.lock_daemon(holder).await).await
    }
}

/// Takes a lock, and asks for it again until `patience` is over.
pub async fn until_free<T>(
    patience: Duration,
    clock: &dyn Clock,
    take: impl AsyncFn() -> Result<T, StateError>,
) -> Result<T, StateError> {
    let end = clock.elapsed().saturating_add(patience);
    let mut told = false;
    loop {
        let error = match take().await {
            Err(error @ (StateError::Locked { .. } | StateError::LockLost { .. })) => error,
            result => return result,
        };
        let left = end.saturating_sub(clock.elapsed());
        if left.is_zero() {
            return Err(error);
        }
        if !std::mem::replace(&mut told, true) {
            let seconds = (patience < Duration::MAX).then_some(left.as_secs());
            tracing::warn!(seconds, "{error}: waiting for {}", whom(&error));
        }
        clock.sleep(ASK_AGAIN.min(left)).await;
    }
}

/// Returns who holds the lock that could not be had.
fn whom(error: &StateError) -> String {
    let StateError::Locked { holder: Some(holder), .. } = error else { return "it".to_owned() };
    holder.to_string()
}
