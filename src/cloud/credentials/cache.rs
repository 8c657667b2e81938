//! The credentials in use; temporary ones are got again from their place when they run out.
//!
//! Their place was chosen at the start and stays: keys of two places are never mixed.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::key_pair::Credentials;
use crate::support::Clock;

/// Keys that run out sooner than this are looked after before they are used. tccli and the metadata
/// service have new ones when 5 minutes are left.
const AHEAD: Duration = Duration::from_secs(300);

/// The place of keys that run out is not looked at more often than this.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The credentials in use.
#[derive(Debug)]
pub(crate) struct CredentialCache(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<Credentials>,
    /// When their place was last looked at, on the clock.
    looked: Option<Duration>,
    told: bool,
}

impl CredentialCache {
    /// Begins with the keys that were found at the start.
    pub(crate) fn new(keys: Credentials) -> CredentialCache {
        CredentialCache(Mutex::new(Inner { keys: Arc::new(keys), looked: None, told: false }))
    }

    /// Returns the keys to sign with: fresh ones where those in use are about to run out.
    pub(crate) async fn current(&self, clock: &dyn Clock) -> Arc<Credentials> {
        let mut inner = self.0.lock().await;
        let now = clock.elapsed();
        let is_due = inner.looked.is_none_or(|looked| now >= looked.saturating_add(LOOK_AGAIN));
        if is_due && inner.keys.runs_out_within(AHEAD, clock.now()) {
            inner.take_fresh(clock).await;
        }
        Arc::clone(&inner.keys)
    }

    /// Takes fresh keys in place of those that the service refused; tells whether there are any.
    /// Calls that were refused together take the same ones.
    pub(crate) async fn renew(&self, refused: &Arc<Credentials>, clock: &dyn Clock) -> bool {
        let mut inner = self.0.lock().await;
        !Arc::ptr_eq(&inner.keys, refused) || inner.take_fresh(clock).await
    }
}

impl Inner {
    async fn take_fresh(&mut self, clock: &dyn Clock) -> bool {
        let found = self.keys.found_again(clock).await;
        // Counted from the end, so that a place that does not answer holds up few calls.
        self.looked = Some(clock.elapsed());
        let fresh = match found {
            Ok(Some(fresh)) if !fresh.is_same(&self.keys) => fresh,
            Ok(_) => return false,
            Err(error) => {
                let error: &dyn Error = &error;
                self.tell(|| {
                    tracing::warn!(error, "the keys run out, and there are no fresh ones")
                });
                return false;
            }
        };
        let origin = fresh.origin();
        // Who gives out keys for some hours is asked again and again: that is no news.
        if fresh.is_issued() {
            tracing::debug!(origin, "the temporary keys run out: going on with fresh ones");
        } else {
            tracing::warn!(origin, "the temporary keys ran out: going on with fresh ones");
        }
        self.keys = Arc::new(fresh);
        self.told = false;
        true
    }

    /// Tells something once, until there is other news.
    fn tell(&mut self, tell: impl FnOnce()) {
        if !std::mem::replace(&mut self.told, true) {
            tell();
        }
    }
}
