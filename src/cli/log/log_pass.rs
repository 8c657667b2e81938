//! Which pass of a daemon the lines of the log belong to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The pass that began last, for lines of the log that do not name one. Copies are the same one:
/// the log is one for the process, and passes never overlap, so what runs beside a pass belongs to
/// it too.
#[derive(Clone, Debug, Default)]
pub struct LogPass(Arc<AtomicU64>);

impl LogPass {
    /// Makes a pass the one that lines belong to from now on.
    pub fn enter(&self, number: u64) {
        self.0.store(number, Ordering::Relaxed);
    }

    /// Returns the number of the pass, 0 before the first one.
    pub fn number(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
