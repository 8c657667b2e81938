//! `state.json.lock`: one run at a time, and who it is.
//!
//! An OS lock: whatever way its holder ends, nothing is left to clear.
#![expect(clippy::disallowed_methods, reason = "this file opens the lock file")]

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::error::StateError;
use super::journal_file::path_of as journal_of;
use super::state_file::{folder_of, sweep};
use crate::support::Clock;

/// How often a lock that another run holds is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Its process.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// What it runs.
    pub command: String,
    /// Since when, in RFC 3339.
    pub since: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LockHolder { pid, host, command, since } = self;
        write!(f, "process {pid} on {host} (`{command}`, since {since})")
    }
}

/// The right to change a state, until it is dropped.
#[derive(Debug)]
pub struct StateLock {
    path: PathBuf,
    file: File,
}

impl StateLock {
    /// Takes the lock of a state and writes who holds it.
    ///
    /// # Errors
    /// [`StateError::Locked`] when another run has it; [`StateError::Lockless`] on a file system
    /// without locks; [`StateError::Io`] when it cannot be had at all.
    pub fn take(state: &Path, holder: &LockHolder) -> Result<StateLock, StateError> {
        let path = path_of(state);
        let io = |verb| {
            let path = path.clone();
            move |source| StateError::Io { verb, path, source }
        };
        fs::create_dir_all(folder_of(&path)).map_err(io("make the folder of"))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(io("open"))?;
        file.try_lock().map_err(|error| refusal(&path, error))?;
        let text = serde_json::to_vec(holder).unwrap_or_default();
        // Over what is there, so that most times the file system has nothing to free and to find.
        let len = text.len() as u64;
        let fit = |file: &File| match file.metadata()?.len() == len {
            true => Ok(()),
            false => file.set_len(len),
        };
        file.write_all(&text).and_then(|()| fit(&file)).map_err(io("write"))?;
        let lock = StateLock { path, file };
        // Between opening and locking, the file may have been removed and made anew by another.
        lock.check()?;
        sweep(state);
        sweep(&journal_of(state));
        Ok(lock)
    }

    /// Takes the lock, and asks for it again until `patience` is over.
    ///
    /// # Errors
    /// Those of [`StateLock::take`].
    pub async fn take_within(
        state: &Path,
        holder: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<StateLock, StateError> {
        let end = clock.elapsed().saturating_add(patience);
        let mut told = false;
        loop {
            let error = match StateLock::take(state, holder) {
                Err(error @ (StateError::Locked { .. } | StateError::LockLost { .. })) => error,
                result => return result,
            };
            let left = end.saturating_sub(clock.elapsed());
            if left.is_zero() {
                return Err(error);
            }
            if !std::mem::replace(&mut told, true) {
                let seconds = (patience < Duration::MAX).then_some(left.as_secs());
                tracing::warn!(seconds, "{error}: waiting for {}", whom(&error));
            }
            clock.sleep(ASK_AGAIN.min(left)).await;
        }
    }

    /// Tells whether the lock is still the file that others will ask for.
    ///
    /// # Errors
    /// [`StateError::LockLost`] when someone removed or replaced it.
    pub fn check(&self) -> Result<(), StateError> {
        if is_same(&self.file, &self.path) {
            return Ok(());
        }
        Err(StateError::LockLost { path: self.path.clone() })
    }
}

impl Drop for StateLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread is just starting has a copy
        // of it until it runs, and would keep the lock for as long.
        let _ = self.file.unlock();
    }
}

/// Returns why a lock cannot be had: somebody has it, or its file system has no locks.
pub fn refusal(path: &Path, error: TryLockError) -> StateError {
    let path = path.to_owned();
    match error {
        TryLockError::WouldBlock => StateError::Locked { holder: read(&path), path },
        TryLockError::Error(source) => StateError::Lockless { path, source },
    }
}

/// Returns who holds the lock that could not be had.
fn whom(error: &StateError) -> String {
    let StateError::Locked { holder: Some(holder), .. } = error else { return "it".to_owned() };
    holder.to_string()
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(ours), Ok(there)) = (file.metadata(), fs::metadata(path)) else { return false };
    (ours.dev(), ours.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_same(_file: &File, path: &Path) -> bool {
    // An open file cannot be removed there.
    path.exists()
}

/// Returns who holds the lock of a state right now, if anyone does.
pub fn holder(state: &Path) -> Option<LockHolder> {
    let path = path_of(state);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read(&path),
        Ok(()) => {
            let _ = file.unlock();
            None
        }
        Err(TryLockError::Error(_)) => None,
    }
}

fn read(path: &Path) -> Option<LockHolder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn path_of(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
