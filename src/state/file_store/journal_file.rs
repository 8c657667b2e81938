//! `state.json.journal`: what was begun and what came of it, one synced line each.
//!
//! An intent is on the disk before its call is sent, so whatever is killed, the next run knows
//! which creates it has to look for. Nothing here resolves a doubt: that takes the service.
#![expect(clippy::disallowed_methods, reason = "this file reads and writes the journal")]

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, Weak};

use super::super::error::StateError;
use super::super::intent::{Intent, StateChange};
use super::super::journal_line::{JOURNAL_FORMAT, JournalLine};
use super::super::open_state::OpenState;
use super::super::replay::{ReplayError, replay};
use super::super::store::{Journal, StoreFuture};
use super::lock_file::{LockFile, path_of};
use super::replace_file::{beside, place_of, replace_file};
use crate::model::{Address, RemoteId, RemoteVersion, SealKey};

/// An open journal.
#[derive(Debug)]
pub struct JournalFile {
    /// The state file.
    state: PathBuf,
    key: SealKey,
    /// None once a line could not be written.
    file: Mutex<Option<File>>,
    /// The lock of the state; gone when it was let go.
    lock: Weak<LockFile>,
}

impl JournalFile {
    /// Starts the journal of a state that is saved; its open doubts are carried over.
    pub fn start(
        path: &Path,
        state: &OpenState,
        lock: Weak<LockFile>,
    ) -> Result<JournalFile, StateError> {
        let journal = journal_of(path);
        let io = |source| StateError::Io { verb: "write", place: place_of(&journal), source };
        replace_file(&journal, |file| {
            for line in JournalLine::first(state) {
                serde_json::to_writer(&mut *file, &line)?;
                file.write_all(b"\n")?;
            }
            Ok(())
        })
        .map_err(io)?;
        let file = OpenOptions::new().append(true).open(&journal).map_err(io)?;
        let (state, key) = (path.to_owned(), state.seal_key());
        Ok(JournalFile { state, key, file: Mutex::new(Some(file)), lock })
    }

    /// An intent is one of the holder of the lock.
    fn check(&self) -> Result<(), StateError> {
        match self.lock.upgrade() {
            Some(lock) => lock.check(),
            None => Err(StateError::LockLost { place: place_of(&path_of(&self.state)) }),
        }
    }

    /// Writes and syncs a line.
    fn append(&self, line: &JournalLine) -> Result<(), StateError> {
        let place = || place_of(&journal_of(&self.state));
        let io = |source| StateError::Journal { place: place(), source };
        let mut text = serde_json::to_vec(line).map_err(|error| io(error.into()))?;
        text.push(b'\n');
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = guard.as_mut() else {
            return Err(io(std::io::Error::other("an earlier line could not be written")));
        };
        let written = file.write_all(&text).and_then(|()| file.sync_data());
        if written.is_err() {
            // Half a line may be there: another after it would hide both from the next run.
            *guard = None;
        }
        written.map_err(io)
    }
}

impl Journal for JournalFile {
    fn seal_key(&self) -> &SealKey {
        &self.key
    }

    fn begin<'a>(&'a self, intents: &'a [Intent]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.check()?;
            // Each line is synced before the next one begins, so that only the last can be torn.
            intents.iter().try_for_each(|intent| self.append(&JournalLine::begun(intent)))
        })
    }

    fn made<'a>(&'a self, intent: &'a Intent, id: &'a RemoteId) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.append(&JournalLine::made(intent, id)) })
    }

    fn seen<'a>(
        &'a self,
        address: &'a Address,
        id: &'a RemoteId,
        observed: &'a RemoteVersion,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.append(&JournalLine::seen(address, id, observed)) })
    }

    fn done<'a>(
        &'a self,
        n: u64,
        address: &'a Address,
        change: &'a StateChange,
        moved_from: Option<&'a Address>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.append(&JournalLine::done(n, address, change, moved_from, &self.key))
        })
    }
}

/// Adds what the journal of a state records to the state as its file has it.
pub fn add_journal(path: &Path, state: &mut OpenState) -> Result<(), StateError> {
    let journal = journal_of(path);
    let place = || place_of(&journal);
    let text = match fs::read(&journal) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StateError::Io { verb: "read", place: place(), source }),
    };
    if !state.exists {
        let because = format!("{} is missing", place_of(path));
        return Err(StateError::StrayJournal { place: place(), because });
    }
    replay(lines(&journal, &text)?, state).map_err(|error| match error {
        ReplayError::Stray(because) => StateError::StrayJournal { place: place(), because },
        ReplayError::Newer(found) => {
            StateError::Newer { place: place(), found, known: JOURNAL_FORMAT }
        }
    })
}

/// Returns the lines that were surely written. Each was synced before the next one began, so only
/// the last can be torn, and what it announces was never sent.
fn lines(path: &Path, text: &[u8]) -> Result<Vec<JournalLine>, StateError> {
    let whole: Vec<&[u8]> = text
        .split_inclusive(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_suffix(b"\n"))
        .collect();
    let mut lines = Vec::with_capacity(whole.len());
    for (place, line) in whole.iter().enumerate() {
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) if place > 0 && place + 1 == whole.len() => {}
            Err(source) => {
                return Err(StateError::Unreadable { place: place_of(path), source });
            }
        }
    }
    Ok(lines)
}

/// Removes the journal of a state that now holds all of it.
pub fn remove_journal(path: &Path) -> Result<(), StateError> {
    let journal = journal_of(path);
    match fs::remove_file(&journal) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(StateError::Io { verb: "remove", place: place_of(&journal), source }),
        Ok(()) => Ok(()),
    }
}

/// Returns the journal of a state file.
pub fn journal_of(path: &Path) -> PathBuf {
    beside(path, ".journal")
}
