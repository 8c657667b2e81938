//! What callers sent, kept for tests.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::Value as Json;

/// How many calls, and how many bytes of them, are kept: the last ones.
const N_CALLS_MAX: usize = 10_000;
const N_BYTES_MAX: usize = 64 << 20;

/// One call and its outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenCall {
    /// X-TC-Action as sent; empty when there was none.
    pub action: String,
    /// The body; null when it is not JSON.
    pub body: Json,
    /// The error code of the action; None when it succeeded or did not run.
    pub code: Option<&'static str>,
    /// The fault that hit the call, as [`crate::emulator::Fault`] prints it.
    pub fault: Option<String>,
}

/// The last calls.
#[derive(Debug, Default)]
pub struct SeenCalls {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: VecDeque<(SeenCall, usize)>,
    n_bytes: usize,
}

impl SeenCalls {
    /// Keeps a call whose body had this many bytes.
    pub fn push(&self, call: SeenCall, n_bytes: usize) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.n_bytes += n_bytes;
        inner.calls.push_back((call, n_bytes));
        while inner.calls.len() > N_CALLS_MAX || inner.n_bytes > N_BYTES_MAX {
            let Some((_, n_bytes)) = inner.calls.pop_front() else { break };
            inner.n_bytes -= n_bytes;
        }
    }

    /// Returns the last calls, oldest first.
    pub fn all(&self) -> Vec<SeenCall> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.calls.iter().map(|(call, _)| call.clone()).collect()
    }
}
