//! The credentials in use; temporary ones are read again from their source when they expire.
//!
//! The source is chosen at the start and stays the same: keys of two sources are never mixed.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::key_pair::Credentials;
use crate::support::Clock;

/// Keys that expire sooner than this are renewed before they are used. tccli and the metadata
/// service have new ones when 5 minutes are left.
const AHEAD: Duration = Duration::from_secs(300);

/// The source of keys that expire is not read more often than this.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The credentials in use.
#[derive(Debug)]
pub(crate) struct CredentialCache(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<Credentials>,
    /// When their source was last read, on the clock.
    looked: Option<Duration>,
    told: bool,
}

impl CredentialCache {
    /// Creates the cache with the keys that were found at the start.
    pub(crate) fn new(keys: Credentials) -> CredentialCache {
        CredentialCache(Mutex::new(Inner { keys: Arc::new(keys), looked: None, told: false }))
    }

    /// Returns the keys to sign with, renewed if those in use are about to expire.
    pub(crate) async fn current(&self, clock: &dyn Clock) -> Arc<Credentials> {
        let mut inner = self.0.lock().await;
        let now = clock.elapsed();
        let is_due = inner.looked.is_none_or(|looked| now >= looked.saturating_add(LOOK_AGAIN));
        if is_due && inner.keys.runs_out_within(AHEAD, clock.now()) {
            inner.take_fresh(clock).await;
        }
        Arc::clone(&inner.keys)
    }

    /// Replaces keys that the service refused; returns whether there are fresh ones. Calls that
    /// were refused together get the same fresh keys.
    pub(crate) async fn renew(&self, refused: &Arc<Credentials>, clock: &dyn Clock) -> bool {
        let mut inner = self.0.lock().await;
        !Arc::ptr_eq(&inner.keys, refused) || inner.take_fresh(clock).await
    }
}

impl Inner {
    async fn take_fresh(&mut self, clock: &dyn Clock) -> bool {
        let found = self.keys.found_again(clock).await;
        // Counted from the end, so that a source that does not answer delays few calls.
        self.looked = Some(clock.elapsed());
        let fresh = match found {
            Ok(Some(fresh)) if !fresh.is_same(&self.keys) => fresh,
            Ok(_) => return false,
            Err(error) => {
                let error: &dyn Error = &error;
                self.tell(|| tracing::warn!(error, "the keys expire, and there are no fresh ones"));
                return false;
            }
        };
        let origin = fresh.origin();
        // Keys that are issued for a few hours are renewed routinely: that is not worth a warning.
        if fresh.is_issued() {
            tracing::debug!(origin, "the temporary keys run out: continuing with fresh ones");
        } else {
            tracing::warn!(origin, "the temporary keys ran out: continuing with fresh ones");
        }
        self.keys = Arc::new(fresh);
        self.told = false;
        true
    }

    /// Logs something once, until the next success.
    fn tell(&mut self, tell: impl FnOnce()) {
        if !std::mem::replace(&mut self.told, true) {
            tell();
        }
    }
}
