//! What every store of a state does, and what those who use one may rely on.
//!
//! Whoever holds the lock is the only one to change the state. What was announced in the journal
//! and what is known of its outcome is never lost, whatever is killed in between: the next one who
//! loads the state reads it.

use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;

use super::error::StateError;
use super::intent::{Intent, StateChange};
use super::lock_holder::LockHolder;
use super::note::{NoteError, NoteKind, StoredNote};
use super::open_state::{OpenState, RecordedChanges, StateOrigin};
use crate::model::{Address, RemoteId, RemoteVersion, SealKey};
use crate::support::BoxFuture;

/// The result of an operation of a store.
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, StateError>>;

/// Keeps the state of one target, with its journal, its locks and its notes.
pub trait StateStore: Debug + Send + Sync {
    /// Returns what people call the place, for instance the name of a file.
    fn describe(&self) -> String;

    /// Reads the state with what its journal adds; where none is yet, an empty one of a new
    /// lineage. It needs no lock.
    ///
    /// # Errors
    /// When it cannot be read, is newer than this program, or belongs to another origin.
    fn load<'a>(&'a self, origin: &'a StateOrigin) -> StoreFuture<'a, OpenState>;

    /// Takes the lock of the state: one run at a time changes it.
    ///
    /// # Errors
    /// [`StateError::Locked`] at once when another run has it.
    fn lock<'a>(&'a self, holder: &'a LockHolder) -> StoreFuture<'a, Box<dyn StateWriter>>;

    /// Takes the lock of the daemon. It is one of its own, so that between two passes everybody
    /// else can work on the state.
    ///
    /// # Errors
    /// [`StateError::Locked`] at once when another daemon has it.
    fn lock_daemon<'a>(&'a self, holder: &'a LockHolder) -> StoreFuture<'a, Box<dyn LockGuard>>;

    /// Returns who holds a lock right now, if anyone does.
    fn holder(&self, lock: LockName) -> BoxFuture<'_, Option<LockHolder>>;

    /// Reads a note; None when there is none. Notes need no lock.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn read_note(&self, kind: NoteKind) -> BoxFuture<'_, Result<Option<StoredNote>, NoteError>>;

    /// Replaces a note whatever it says, or removes it.
    ///
    /// # Errors
    /// When it cannot be written; the old one is then still whole.
    fn put_note<'a>(
        &'a self,
        kind: NoteKind,
        text: Option<&'a [u8]>,
    ) -> BoxFuture<'a, Result<(), NoteError>>;

    /// Replaces or removes a note that still says what was seen; returns whether it did. Of two who
    /// saw the same one succeeds.
    ///
    /// # Errors
    /// When it cannot be read or written; the old one is then still whole.
    fn swap_note<'a>(
        &'a self,
        kind: NoteKind,
        seen: Option<&'a [u8]>,
        text: Option<&'a [u8]>,
    ) -> BoxFuture<'a, Result<bool, NoteError>>;

    /// Returns the files that move when one of these notes does. Where there are none, a caller who
    /// waits for a note has to poll it.
    fn note_files(&self, kinds: &[NoteKind]) -> Vec<PathBuf>;
}

/// Which lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockName {
    /// That of a run or a pass: it changes the state.
    Run,
    /// That of a daemon: it is held over its passes.
    Daemon,
}

/// A lock that is held until this is dropped, or lost.
pub trait LockGuard: Debug + Send + Sync {
    /// Returns how long it is held for certain; None when it has no end of its own.
    fn remaining(&self) -> Option<Duration>;

    /// Returns why it is held no longer; None while it is. What was lost does not come back.
    fn lost(&self) -> Option<StateError>;
}

/// The right to change a state: its lock.
pub trait StateWriter: LockGuard {
    /// Writes a state as its next serial and returns it as it is read from now on. `state` is what
    /// was loaded or saved last: what its journal adds is written with it.
    ///
    /// # Errors
    /// [`StateError::Replaced`] when the stored state is no longer of that serial and content, a
    /// lost lock, and when it cannot be written; the old one is then still whole.
    fn save<'a>(
        &'a self,
        state: &'a OpenState,
        changes: &'a RecordedChanges,
    ) -> StoreFuture<'a, OpenState>;

    /// Begins a journal that continues a saved state, in place of the one that is there; the open
    /// doubts of the state are carried over.
    ///
    /// # Errors
    /// As those of [`StateWriter::save`].
    fn start_journal<'a>(&'a self, state: &'a OpenState) -> StoreFuture<'a, Box<dyn Journal>>;

    /// Removes the journal of a state that now holds all of it.
    ///
    /// # Errors
    /// When the lock is lost or it cannot be removed; it is then recognized as an old one by its
    /// serial.
    fn end_journal(&self) -> StoreFuture<'_, ()>;
}

/// What a run announces and what comes of it; lines may be added from several tasks at once.
///
/// Each is safe when the call returns. An intent needs the lock. The outcome of what was announced
/// is taken also when the lock was lost since: the next run has to know it.
pub trait Journal: Debug + Send + Sync {
    /// Returns the key under which the state keeps what is sensitive.
    fn seal_key(&self) -> &SealKey;

    /// Announces calls; only then may they be sent.
    ///
    /// # Errors
    /// When one of them may not be safe, or the lock is lost: none of the calls may be sent then.
    fn begin<'a>(&'a self, intents: &'a [Intent]) -> StoreFuture<'a, ()>;

    /// Tells the id of what a create made: its record is then as it was announced.
    ///
    /// # Errors
    /// When it may not be safe; the next run then looks for the outcome.
    fn made<'a>(&'a self, intent: &'a Intent, id: &'a RemoteId) -> StoreFuture<'a, ()>;

    /// Tells that what a create made was read and is as it was asked for.
    ///
    /// # Errors
    /// When it may not be safe; the next run then reads it again.
    fn seen<'a>(
        &'a self,
        address: &'a Address,
        id: &'a RemoteId,
        observed: &'a RemoteVersion,
    ) -> StoreFuture<'a, ()>;

    /// Tells what came of the operation with this number.
    ///
    /// # Errors
    /// When it may not be safe; the next run then looks for the outcome.
    fn done<'a>(
        &'a self,
        n: u64,
        address: &'a Address,
        change: &'a StateChange,
        moved_from: Option<&'a Address>,
    ) -> StoreFuture<'a, ()>;
}
