//! The right to be the one daemon of a state: a lock of its own, so that between two passes
//! everybody else can work on the state.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pass_outcome::PassOutcome;
use super::prepared_pass::PrepareError;
use super::status::{DaemonPhase, StatusStore};
use super::systemd::Systemd;
use crate::setup::this_process;
use crate::state::{LockHolder, StateError, StateLock, holder};
use crate::support::{Clock, error_chain};

/// The lock of the daemon of a state, as long as it lives.
#[derive(Debug)]
pub struct DaemonLock {
    file: PathBuf,
    lock: StateLock,
}

/// What a daemon does that stands by.
#[derive(Debug)]
pub struct Standby<'a> {
    /// The service manager: whoever stands by is ready.
    pub systemd: &'a Systemd,
    /// Where the daemon is seen.
    pub board: &'a StatusStore,
    /// Time.
    pub clock: &'a dyn Clock,
}

impl DaemonLock {
    /// Returns the daemon that works on a state right now, if one does.
    pub fn holder(state: &Path) -> Option<LockHolder> {
        holder(&daemon_file(state))
    }

    /// Takes the lock; with `standby` that of another daemon is waited for, without an end.
    ///
    /// # Errors
    /// [`StateError::Locked`] when another daemon has it and nobody stands by, and when it cannot be
    /// had at all.
    pub async fn take(
        state: &Path,
        holder: &LockHolder,
        standby: Option<Standby<'_>>,
    ) -> Result<DaemonLock, StateError> {
        let file = daemon_file(state);
        let lock = match (StateLock::take(&file, holder), standby) {
            (Err(StateError::Locked { .. }), Some(Standby { systemd, board, clock })) => {
                // A standby is ready: it does what it is there for.
                systemd.tell("READY=1\nSTATUS=standing by");
                board.phase(DaemonPhase::Standby);
                let taking = StateLock::take_within(&file, holder, Duration::MAX, clock).await;
                board.phase(DaemonPhase::Starting);
                taking?
            }
            (taken, _) => taken?,
        };
        Ok(DaemonLock { file, lock })
    }

    /// Takes it again where somebody removed it: then another daemon may be at work by now.
    pub(super) fn keep(&mut self, command: &str, now: &str) -> Result<(), PrepareError> {
        if self.lock.check().is_ok() {
            return Ok(());
        }
        self.lock = StateLock::take(&self.file, &this_process(command, now)).map_err(|error| {
            PrepareError::new(PassOutcome::Blocked, error_chain(&error), Some(error.way_out()))
        })?;
        Ok(())
    }
}

/// Returns the file whose lock makes a daemon the one of a state.
fn daemon_file(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".watch");
    PathBuf::from(name)
}
