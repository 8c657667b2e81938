//! Counts calls by their outcome, and how long they waited for the rate limit.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::CallError;

/// The most kinds of answers that are counted separately: error codes come from the service, and
/// their number is not bounded.
const N_KINDS_MAX: usize = 500;

/// Counts the requests of clients. Shared by all clients whose requests are counted together.
#[derive(Debug, Default)]
pub struct CallMetrics {
    counts: Mutex<CallCounts>,
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Requests that were sent, by action and outcome: `ok`, an error code of the service,
    /// `http_502`, `unreadable`, `no_answer`, `not_sent`; `other` when there are too many kinds.
    pub calls: BTreeMap<(&'static str, String), u64>,
    /// The total time that calls waited for the rate limit.
    pub waited: Duration,
}

impl CallMetrics {
    /// Returns the counts so far.
    pub fn counts(&self) -> CallCounts {
        self.lock().clone()
    }

    /// Adds the time that a call waited for the rate limit.
    pub(super) fn wait(&self, time: Duration) {
        self.lock().waited += time;
    }

    /// Counts an attempt.
    pub(super) fn call(&self, action: &'static str, error: Option<&CallError>) {
        let counts = &mut self.lock().calls;
        let kind = (action, error.map_or_else(|| "ok".to_owned(), CallError::kind));
        let is_new = !counts.contains_key(&kind);
        let kind =
            if is_new && counts.len() >= N_KINDS_MAX { (action, "other".into()) } else { kind };
        *counts.entry(kind).or_default() += 1;
    }

    fn lock(&self) -> MutexGuard<'_, CallCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
