//! A lock beside a file or folder: one process at a time, and who it is.
//!
//! An OS lock: whatever way its holder ends, nothing is left to clear.
#![expect(clippy::disallowed_methods, reason = "this file opens the lock file")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::error::StateError;
use super::super::lock_holder::LockHolder;
use super::super::lock_wait::until_free;
use super::super::store::LockGuard;
use super::replace_file::{beside, folder_of, place_of};
use crate::support::Clock;

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    file: File,
}

impl LockFile {
    /// Takes the lock beside a file or folder and writes who holds it.
    ///
    /// # Errors
    /// [`StateError::Locked`] when another run has it; [`StateError::Lockless`] on a file system
    /// without locks; [`StateError::Io`] when it cannot be had at all.
    pub fn take(of: &Path, holder: &LockHolder) -> Result<LockFile, StateError> {
        let path = path_of(of);
        let io = |verb| {
            let place = place_of(&path);
            move |source| StateError::Io { verb, place, source }
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
        let lock = LockFile { path, file };
        // Between opening and locking, the file may have been removed and created again by another.
        lock.check()?;
        Ok(lock)
    }

    /// Takes the lock, and asks for it again until `patience` is over.
    ///
    /// # Errors
    /// Those of [`LockFile::take`].
    pub async fn take_within(
        of: &Path,
        holder: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<LockFile, StateError> {
        until_free(patience, clock, async || LockFile::take(of, holder)).await
    }

    /// Tells whether the lock is still the file that others will ask for.
    ///
    /// # Errors
    /// [`StateError::LockLost`] when someone removed or replaced it.
    pub fn check(&self) -> Result<(), StateError> {
        if is_same(&self.file, &self.path) {
            return Ok(());
        }
        Err(StateError::LockLost { place: place_of(&self.path) })
    }
}

impl LockGuard for LockFile {
    fn remaining(&self) -> Option<Duration> {
        None
    }

    fn lost(&self) -> Option<StateError> {
        self.check().err()
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread is just starting has a copy
        // of it until it runs, and would keep the lock for as long.
        let _ = self.file.unlock();
    }
}

/// Returns why a lock cannot be had: somebody has it, or its file system has no locks.
pub fn refusal(path: &Path, error: TryLockError) -> StateError {
    let place = place_of(path);
    match error {
        TryLockError::WouldBlock => StateError::Locked { holder: read(path), place },
        TryLockError::Error(source) => StateError::Lockless { place, source },
    }
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

/// Returns who holds the lock beside a file or folder right now, if anyone does.
pub fn holder_of(of: &Path) -> Option<LockHolder> {
    let path = path_of(of);
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

/// Returns the lock of a file or folder.
pub fn path_of(of: &Path) -> PathBuf {
    beside(of, ".lock")
}
