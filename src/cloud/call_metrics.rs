//! How many calls were answered which way, and how long they waited for their turn.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::CallError;

/// Kinds of answers that are told apart; codes are the service's words, and there is no end of them.
const N_KINDS_MAX: usize = 500;

/// Counts what clients send. Shared by all that count together.
#[derive(Debug, Default)]
pub struct CallMetrics {
    counts: Mutex<CallCounts>,
}

/// What a meter shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Requests that were sent, by action and by what came of them: `ok`, an error code of the
    /// service, `http_502`, `unreadable`, `no_answer`, `not_sent`; `other` when there are too many.
    pub calls: BTreeMap<(&'static str, String), u64>,
    /// How long calls waited for their turn, all together.
    pub waited: Duration,
}

impl CallMetrics {
    /// Returns what was counted so far.
    pub fn counts(&self) -> CallCounts {
        self.lock().clone()
    }

    /// Takes note of a call that waited for its turn.
    pub(super) fn wait(&self, time: Duration) {
        self.lock().waited += time;
    }

    /// Takes note of an attempt.
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
