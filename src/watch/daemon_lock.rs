//! The right to be the one daemon of a state: a lock of its own, so that between two passes
//! other processes can work on the state.

use std::sync::Arc;
use std::time::Duration;

use super::pass_outcome::PassOutcome;
use super::prepared_pass::PrepareError;
use super::status::{DaemonPhase, StatusStore};
use super::systemd::Systemd;
use crate::setup::this_process;
use crate::state::{LockGuard, LockHolder, StateError, StateStore};
use crate::support::{Clock, error_chain};

/// The lock of the daemon of a state; dropping it releases the lock.
#[derive(Debug)]
pub struct DaemonLock {
    store: Arc<dyn StateStore>,
    lock: Box<dyn LockGuard>,
}

/// What a daemon on standby needs.
#[derive(Debug)]
pub struct Standby<'a> {
    /// The service manager: a daemon on standby reports that it is ready.
    pub systemd: &'a Systemd,
    /// Where the state of the daemon is shown.
    pub board: &'a StatusStore,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl DaemonLock {
    /// Takes the lock; with `standby` it waits for another daemon to end, without a time limit.
    ///
    /// # Errors
    /// [`StateError::Locked`] when another daemon has it and `standby` is absent, and when the lock
    /// cannot be taken at all.
    pub async fn take(
        store: &Arc<dyn StateStore>,
        holder: &LockHolder,
        standby: Option<Standby<'_>>,
    ) -> Result<DaemonLock, StateError> {
        let lock = match (store.lock_daemon(holder).await, standby) {
            (Err(StateError::Locked { .. }), Some(Standby { systemd, board, clock })) => {
                // A standby is ready: waiting is its task.
                systemd.tell("READY=1\nSTATUS=standing by");
                board.phase(DaemonPhase::Standby);
                let taking = store.lock_daemon_within(holder, Duration::MAX, clock).await;
                board.phase(DaemonPhase::Starting);
                taking?
            }
            (taken, _) => taken?,
        };
        Ok(DaemonLock { store: Arc::clone(store), lock })
    }

    /// Takes the lock again if its file was removed: another daemon may be running by now.
    pub(super) async fn keep(&mut self, command: &str, now: &str) -> Result<(), PrepareError> {
        if self.lock.lost().is_none() {
            return Ok(());
        }
        let holder = this_process(command, now);
        self.lock = self.store.lock_daemon(&holder).await.map_err(|error| {
            PrepareError::new(PassOutcome::Blocked, error_chain(&error), Some(error.way_out()))
        })?;
        Ok(())
    }
}
