//! `state.json.journal`: what was begun and what came of it, one synced line each.
//!
//! An intent is on the disk before its call is sent, so whatever is killed, the next run knows
//! which creates it has to look for. Nothing here resolves a doubt: that takes the service. What a
//! create asks for is written once, with its intent: the later lines hold ids and markers only.
#![expect(clippy::disallowed_methods, reason = "this file writes the journal")]

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::super::error::StateError;
use super::super::journal_line::{
    CompletedLine, CreatedLine, Intent, JournalLine, OpenedLine, VerifiedLine,
};
use super::super::stored_resource::{FORMAT_VERSION, StoredResource};
use super::state_file::{OpenState, folder_of, replace};
use crate::model::{Address, RecordedResource, RemoteId, RemoteVersion, SealKey};

/// What an operation did to the state.
#[derive(Clone, Debug, PartialEq)]
pub enum StateChange {
    /// The resource is now so.
    Recorded(Box<RecordedResource>),
    /// The resource is no more, or no longer ours.
    Dropped,
    /// Nothing happened, for certain.
    Nothing,
}

/// An open journal; lines may be added from several tasks at once.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    key: SealKey,
    file: Mutex<Option<File>>,
}

impl Journal {
    /// Starts the journal of a state that is saved; its open doubts are carried over.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn start(state: &Path, loaded: &OpenState) -> Result<Journal, StateError> {
        let path = path_of(state);
        let open = OpenedLine {
            format_version: FORMAT_VERSION,
            lineage: loaded.header.lineage.clone(),
            serial: loaded.header.serial,
            digest: loaded.digest.clone(),
            last_apply: loaded.last_apply.clone(),
        };
        let doubts = loaded.doubts.iter().cloned().map(Box::new).map(JournalLine::Begun);
        let lines = std::iter::once(JournalLine::Open(open)).chain(doubts);
        let io = |source| StateError::Io { verb: "write", path: path.clone(), source };
        replace(&path, folder_of(&path), |file| {
            for line in lines {
                serde_json::to_writer(&mut *file, &line)?;
                file.write_all(b"\n")?;
            }
            Ok(())
        })
        .map_err(io)?;
        let file = OpenOptions::new().append(true).open(&path).map_err(io)?;
        Ok(Journal { path, key: loaded.seal_key(), file: Mutex::new(Some(file)) })
    }

    /// Returns the key under which the state keeps what is sensitive.
    pub fn seal_key(&self) -> &SealKey {
        &self.key
    }

    /// Writes and syncs an intent; only then may its call be sent.
    ///
    /// # Errors
    /// When the line is not safely on the disk; the call must not be sent then.
    pub fn begin(&self, begun: &Intent) -> Result<(), StateError> {
        self.append(&JournalLine::Begun(Box::new(begun.clone())))
    }

    /// Writes and syncs the id of what a create made: its record is then as announced.
    ///
    /// # Errors
    /// When the line is not safely on the disk; the next run then looks for the outcome.
    pub fn made(&self, begun: &Intent, id: &RemoteId) -> Result<(), StateError> {
        let (address, id) = (begun.address.clone(), id.clone());
        self.append(&JournalLine::Made(CreatedLine { n: begun.n, address, id }))
    }

    /// Writes and syncs that what a create made was read and is as it was asked for.
    ///
    /// # Errors
    /// When the line is not safely on the disk.
    pub fn seen(
        &self,
        address: &Address,
        id: &RemoteId,
        observed: &RemoteVersion,
    ) -> Result<(), StateError> {
        let (address, id, observed) = (address.clone(), id.clone(), observed.clone());
        self.append(&JournalLine::Seen(VerifiedLine { address, id, observed }))
    }

    /// Writes and syncs what came of an intent.
    ///
    /// # Errors
    /// When the line is not safely on the disk; the next run then looks for the outcome.
    pub fn end(
        &self,
        n: u64,
        address: &Address,
        effect: &StateChange,
        moved_from: Option<&Address>,
    ) -> Result<(), StateError> {
        let resource = match effect {
            StateChange::Recorded(resource) => {
                Some(StoredResource::new(address.kind, resource, &self.key))
            }
            StateChange::Dropped | StateChange::Nothing => None,
        };
        self.append(&JournalLine::Done(CompletedLine {
            n,
            address: address.clone(),
            resource,
            nothing: *effect == StateChange::Nothing,
            moved_from: moved_from.cloned(),
        }))
    }

    fn append(&self, line: &JournalLine) -> Result<(), StateError> {
        let io = |source| StateError::Journal { path: self.path.clone(), source };
        let mut text = serde_json::to_vec(line).map_err(|error| io(error.into()))?;
        text.push(b'\n');
        let mut guard = self.file.lock().expect("no holder of this lock panics");
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

    /// Removes the journal of a state that now holds all of it.
    ///
    /// # Errors
    /// When the file cannot be removed; it is then recognized as old by its serial.
    pub fn remove(state: &Path) -> Result<(), StateError> {
        let path = path_of(state);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(StateError::Io { verb: "remove", path, source }),
            Ok(()) => Ok(()),
        }
    }
}

/// Returns the journal of a state.
pub fn path_of(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}
