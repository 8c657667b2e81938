//! Which pass of a daemon the lines of the log belong to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The latest pass, for log lines that do not name one. Clones share the value: the process has one
/// log and passes never overlap, so what runs in the background during a pass belongs to it too.
#[derive(Clone, Debug, Default)]
pub struct LogPass(Arc<AtomicU64>);

impl LogPass {
    /// Sets the pass that lines belong to from now on.
    pub fn enter(&self, number: u64) {
        self.0.store(number, Ordering::Relaxed);
    }

    /// Returns the number of the pass, 0 before the first one.
    pub fn number(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
