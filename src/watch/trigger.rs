//! What wakes passes: however many causes come before a pass begins, one pass follows.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::cause::WakeCause;
use super::files::ChangedPaths;
use crate::support::{Clock, StopSignal};

/// How many times the debounce may pass in an unbroken stream of file events before a pass runs
/// anyway.
const STREAM_MAX: u32 = 10;

/// Wakes passes; its clones wake the same ones.
#[derive(Clone, Debug, Default)]
pub struct Trigger(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    causes: Mutex<BTreeSet<WakeCause>>,
    wake_signal: Notify,
    /// How many file events there were.
    event_count: AtomicU64,
    /// Which files they were about, since these were last taken.
    changed: Mutex<ChangedPaths>,
}

impl Trigger {
    /// Asks for a pass. If one is running, another follows it.
    pub fn wake(&self, cause: WakeCause) {
        if cause == WakeCause::Files {
            self.lose_track();
            self.0.event_count.fetch_add(1, Ordering::AcqRel);
        }
        self.signal(cause);
    }

    /// Asks for a pass because these files changed; none of them is a folder.
    pub fn files_changed(&self, files: impl IntoIterator<Item = PathBuf>) {
        self.changed().add(files);
        self.0.event_count.fetch_add(1, Ordering::AcqRel);
        self.signal(WakeCause::Files);
    }

    /// Records that files may have changed without an event.
    pub fn lose_track(&self) {
        *self.changed() = ChangedPaths::Anything;
    }

    /// Returns which files had events and resets them: the caller must read these files.
    pub fn take_changed(&self) -> ChangedPaths {
        std::mem::take(&mut *self.changed())
    }

    /// Returns how many file events there were so far: what was read is outdated when it grows.
    pub fn event_count(&self) -> u64 {
        self.0.event_count.load(Ordering::Acquire)
    }

    /// Waits for a cause and returns all there are. File events are debounced first; meanwhile
    /// `ahead` prepares the pass, and it is dropped and run again when something changes. After
    /// `limit` the cause that belongs to it is returned. None when the run is to end.
    pub async fn wait(
        &self,
        limit: (Duration, WakeCause),
        debounce: Duration,
        clock: &dyn Clock,
        stop: &StopSignal,
        ahead: impl AsyncFnMut(),
    ) -> Option<BTreeSet<WakeCause>> {
        let (limit, cause) = limit;
        let over = clock.sleep(limit);
        tokio::pin!(over);
        while self.causes().is_empty() {
            tokio::select! {
                biased;
                _ = stop.comes() => return None,
                () = self.0.wake_signal.notified() => {}
                () = &mut over => self.wake(cause),
            }
        }
        self.settle(debounce, clock, stop, ahead).await?;
        Some(std::mem::take(&mut *self.causes()))
    }

    /// Waits until no file has changed for the debounce. A request of a person does not wait.
    async fn settle(
        &self,
        debounce: Duration,
        clock: &dyn Clock,
        stop: &StopSignal,
        mut ahead: impl AsyncFnMut(),
    ) -> Option<()> {
        let end = clock.elapsed().saturating_add(debounce.saturating_mul(STREAM_MAX));
        while self.is_files_only() && clock.elapsed() < end {
            // A program that writes many files pauses for less than this between two of them.
            let gap = debounce / 20;
            let rest = async {
                clock.sleep(gap).await;
                tokio::join!(ahead(), clock.sleep(debounce.saturating_sub(gap)));
            };
            tokio::select! {
                biased;
                _ = stop.comes() => return None,
                () = self.0.wake_signal.notified() => {}
                () = rest => break,
            }
        }
        Some(())
    }

    fn signal(&self, cause: WakeCause) {
        self.causes().insert(cause);
        self.0.wake_signal.notify_one();
    }

    fn changed(&self) -> MutexGuard<'_, ChangedPaths> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_files_only(&self) -> bool {
        self.causes().iter().all(|cause| *cause == WakeCause::Files)
    }

    fn causes(&self) -> MutexGuard<'_, BTreeSet<WakeCause>> {
        self.0.causes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
