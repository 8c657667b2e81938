//! The bell: whoever sees a reason for a pass rings it, and however often it is rung before
//! somebody looks, one pass follows.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::cause::WakeCause;
use super::files::ChangedPaths;
use crate::support::{Clock, StopSignal};

/// So many times the debounce may pass in an unbroken stream of file events before a pass runs
/// all the same.
const STREAM_MAX: u32 = 10;

/// Wakes passes; its copies ring the same bell.
#[derive(Clone, Debug, Default)]
pub struct Trigger(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    causes: Mutex<BTreeSet<WakeCause>>,
    bell: Notify,
    /// How often files were heard to move.
    moves: AtomicU64,
    /// Which ones, since somebody asked.
    heard: Mutex<ChangedPaths>,
}

impl Trigger {
    /// Asks for a pass. Also while one runs: another follows it.
    pub fn wake(&self, cause: WakeCause) {
        if cause == WakeCause::Files {
            self.lose_track();
            self.0.moves.fetch_add(1, Ordering::AcqRel);
        }
        self.ring(cause);
    }

    /// Asks for a pass because these files moved, and no folder.
    pub fn moved(&self, files: impl IntoIterator<Item = PathBuf>) {
        self.heard().add(files);
        self.0.moves.fetch_add(1, Ordering::AcqRel);
        self.ring(WakeCause::Files);
    }

    /// Says that files may have moved of which nothing was heard.
    pub fn lose_track(&self) {
        *self.heard() = ChangedPaths::Anything;
    }

    /// Returns which files were heard to move, once: who asks has to look at them.
    pub fn take_heard(&self) -> ChangedPaths {
        std::mem::take(&mut *self.heard())
    }

    /// Returns how often files were heard to move so far: what was read is old when it grows.
    pub fn moves(&self) -> u64 {
        self.0.moves.load(Ordering::Acquire)
    }

    /// Waits for a reason and returns all there are; file events are let come to rest first, and
    /// what `ahead` does for the pass is done meanwhile: it is dropped and done again when
    /// something moves. After `limit` there is the cause that goes with it. None when the run is to
    /// end.
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
                () = self.0.bell.notified() => {}
                () = &mut over => self.wake(cause),
            }
        }
        self.settle(debounce, clock, stop, ahead).await?;
        Some(std::mem::take(&mut *self.causes()))
    }

    /// Waits until no file has moved for the debounce. What a person asks for does not wait.
    async fn settle(
        &self,
        debounce: Duration,
        clock: &dyn Clock,
        stop: &StopSignal,
        mut ahead: impl AsyncFnMut(),
    ) -> Option<()> {
        let end = clock.elapsed().saturating_add(debounce.saturating_mul(STREAM_MAX));
        while self.is_files_only() && clock.elapsed() < end {
            // One who writes many files pauses between two of them for less than this.
            let breath = debounce / 20;
            let rest = async {
                clock.sleep(breath).await;
                tokio::join!(ahead(), clock.sleep(debounce.saturating_sub(breath)));
            };
            tokio::select! {
                biased;
                _ = stop.comes() => return None,
                () = self.0.bell.notified() => {}
                () = rest => break,
            }
        }
        Some(())
    }

    fn ring(&self, cause: WakeCause) {
        self.causes().insert(cause);
        self.0.bell.notify_one();
    }

    fn heard(&self) -> MutexGuard<'_, ChangedPaths> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_files_only(&self) -> bool {
        self.causes().iter().all(|cause| *cause == WakeCause::Files)
    }

    fn causes(&self) -> MutexGuard<'_, BTreeSet<WakeCause>> {
        self.0.causes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
