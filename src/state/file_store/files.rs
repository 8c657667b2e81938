//! The file store: which file is asked for what.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::super::error::StateError;
use super::super::lock_holder::LockHolder;
use super::super::note::{NoteError, NoteKind, StoredNote};
use super::super::open_state::{OpenState, RecordedChanges, StateOrigin};
use super::super::store::{Journal, LockGuard, LockName, StateStore, StateWriter, StoreFuture};
use super::journal_file::{JournalFile, add_journal, journal_of, remove_journal};
use super::lock_file::{LockFile, holder_of};
use super::note_file::{note_of, put_note_file, read_note_file, swap_note_file};
use super::replace_file::{beside, place_of, sweep};
use super::state_cache::StateCache;
use super::state_file::check_unchanged;
use crate::support::BoxFuture;

/// A state in files, which remembers what it read last.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    cache: Arc<StateCache>,
}

impl FileStore {
    /// Returns the store whose state is this file; nothing is read or made yet.
    pub fn new(path: &Path) -> FileStore {
        FileStore { path: path.to_owned(), cache: Arc::default() }
    }

    fn open(&self, origin: &StateOrigin) -> Result<OpenState, StateError> {
        let mut state = self.cache.read(&self.path, origin)?;
        add_journal(&self.path, &mut state)?;
        Ok(state)
    }

    fn writer(&self, holder: &LockHolder) -> Result<FileWriter, StateError> {
        let lock = Arc::new(LockFile::take(&self.path, holder)?);
        sweep(&self.path);
        sweep(&journal_of(&self.path));
        let (path, cache) = (self.path.clone(), Arc::clone(&self.cache));
        Ok(FileWriter { path, cache, lock })
    }

    /// Returns the file whose lock makes a daemon the one of the state.
    fn daemon(&self) -> PathBuf {
        beside(&self.path, ".watch")
    }
}

impl StateStore for FileStore {
    fn describe(&self) -> String {
        place_of(&self.path)
    }

    fn load<'a>(&'a self, origin: &'a StateOrigin) -> StoreFuture<'a, OpenState> {
        Box::pin(async move { self.open(origin) })
    }

    fn lock<'a>(&'a self, holder: &'a LockHolder) -> StoreFuture<'a, Box<dyn StateWriter>> {
        Box::pin(async move {
            let writer: Box<dyn StateWriter> = Box::new(self.writer(holder)?);
            Ok(writer)
        })
    }

    fn lock_daemon<'a>(&'a self, holder: &'a LockHolder) -> StoreFuture<'a, Box<dyn LockGuard>> {
        Box::pin(async move {
            let lock: Box<dyn LockGuard> = Box::new(LockFile::take(&self.daemon(), holder)?);
            Ok(lock)
        })
    }

    fn holder(&self, lock: LockName) -> BoxFuture<'_, Option<LockHolder>> {
        Box::pin(async move {
            match lock {
                LockName::Run => holder_of(&self.path),
                LockName::Daemon => holder_of(&self.daemon()),
            }
        })
    }

    fn read_note(&self, kind: NoteKind) -> BoxFuture<'_, Result<Option<StoredNote>, NoteError>> {
        Box::pin(async move { read_note_file(&self.path, kind) })
    }

    fn put_note<'a>(
        &'a self,
        kind: NoteKind,
        text: Option<&'a [u8]>,
    ) -> BoxFuture<'a, Result<(), NoteError>> {
        Box::pin(async move { put_note_file(&self.path, kind, text) })
    }

    fn swap_note<'a>(
        &'a self,
        kind: NoteKind,
        seen: Option<&'a [u8]>,
        text: Option<&'a [u8]>,
    ) -> BoxFuture<'a, Result<bool, NoteError>> {
        Box::pin(async move { swap_note_file(&self.path, kind, seen, text) })
    }

    fn note_files(&self, kinds: &[NoteKind]) -> Vec<PathBuf> {
        kinds.iter().map(|kind| note_of(&self.path, *kind)).collect()
    }
}

/// The right to change the files of a state.
#[derive(Debug)]
struct FileWriter {
    path: PathBuf,
    cache: Arc<StateCache>,
    lock: Arc<LockFile>,
}

impl FileWriter {
    fn check(&self, state: &OpenState) -> Result<(), StateError> {
        self.lock.check()?;
        check_unchanged(&self.path, state)
    }
}

impl LockGuard for FileWriter {
    fn remaining(&self) -> Option<Duration> {
        self.lock.remaining()
    }

    fn lost(&self) -> Option<StateError> {
        self.lock.lost()
    }
}

impl StateWriter for FileWriter {
    fn save<'a>(
        &'a self,
        state: &'a OpenState,
        changes: &'a RecordedChanges,
    ) -> StoreFuture<'a, OpenState> {
        Box::pin(async move {
            self.check(state)?;
            self.cache.save(&self.path, state, changes)
        })
    }

    fn start_journal<'a>(&'a self, state: &'a OpenState) -> StoreFuture<'a, Box<dyn Journal>> {
        Box::pin(async move {
            self.check(state)?;
            let lock = Arc::downgrade(&self.lock);
            let journal: Box<dyn Journal> = Box::new(JournalFile::start(&self.path, state, lock)?);
            Ok(journal)
        })
    }

    fn end_journal(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.lock.check()?;
            remove_journal(&self.path)
        })
    }
}
