//! `state.json.journal`: what was begun and what came of it, one synced line each.
//!
//! An intent is on the disk before its call is sent, so whatever is killed, the next run knows
//! which creates it has to look for. Nothing here resolves a doubt: that takes the service.
#![expect(clippy::disallowed_methods, reason = "this file reads and writes the journal")]

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::error::StateError;
use super::file::{Header, Loaded, folder_of, replace};
use super::stored::StoredResource;
use crate::model::{Address, RecordedResource, RemoteId, Verb};

/// An intent: what a call is about to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// The number of the operation in its run.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// What is done to it.
    pub verb: Verb,
    /// The id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RemoteId>,
    /// SHA-256 of the request body, in hex.
    pub digest: String,
    /// A mark that the created resource carries in BundleInfo, when the bundle has an id.
    pub nonce: String,
    /// When, in RFC 3339.
    pub time: String,
    /// What a create asks for, in the form of the state file, so that a later run can recognize
    /// and record it; null for the rest.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub spec: serde_json::Value,
}

/// What an operation did to the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
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
    file: Mutex<Option<File>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Open(Open),
    Begun(Begun),
    Done(Done),
}

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    format_version: u64,
    lineage: String,
    serial: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Done {
    n: u64,
    address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource: Option<StoredResource>,
    #[serde(default, skip_serializing_if = "is_default")]
    nothing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_from: Option<Address>,
}

fn is_default(flag: &bool) -> bool {
    !flag
}

impl Journal {
    /// Starts the journal of a saved state; doubts of an earlier run are carried over.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn start(state: &Path, header: &Header, doubts: &[Begun]) -> Result<Journal, StateError> {
        let path = path_of(state);
        let open = Open {
            format_version: super::stored::FORMAT_VERSION,
            lineage: header.lineage.clone(),
            serial: header.serial,
        };
        let lines =
            std::iter::once(Line::Open(open)).chain(doubts.iter().cloned().map(Line::Begun));
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
        Ok(Journal { path, file: Mutex::new(Some(file)) })
    }

    /// Writes and syncs an intent; only then may its call be sent.
    ///
    /// # Errors
    /// When the line is not safely on the disk; the call must not be sent then.
    pub fn begin(&self, begun: &Begun) -> Result<(), StateError> {
        self.append(&Line::Begun(begun.clone()))
    }

    /// Writes and syncs what came of an intent.
    ///
    /// # Errors
    /// When the line is not safely on the disk; the next run then looks for the outcome.
    pub fn end(
        &self,
        n: u64,
        address: &Address,
        effect: &Effect,
        moved_from: Option<&Address>,
    ) -> Result<(), StateError> {
        let resource = match effect {
            Effect::Recorded(resource) => Some(StoredResource::new(address.kind, resource)),
            Effect::Dropped | Effect::Nothing => None,
        };
        self.append(&Line::Done(Done {
            n,
            address: address.clone(),
            resource,
            nothing: *effect == Effect::Nothing,
            moved_from: moved_from.cloned(),
        }))
    }

    fn append(&self, line: &Line) -> Result<(), StateError> {
        let io = |source| StateError::Io { verb: "write", path: self.path.clone(), source };
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
    pub fn close(self) -> Result<(), StateError> {
        fs::remove_file(&self.path).map_err(|source| StateError::Io {
            verb: "remove",
            path: self.path.clone(),
            source,
        })
    }
}

/// Adds what a journal knows to a state that was just read.
pub fn replay(state: &Path, loaded: &mut Loaded) -> Result<(), StateError> {
    let path = path_of(state);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StateError::Io { verb: "read", path, source }),
    };
    let stray = |because: String| StateError::StrayJournal { path: path.clone(), because };
    if !loaded.exists {
        return Err(stray(format!("{} is missing", state.display())));
    }
    let mut lines = complete_lines(&text);
    let Some(Line::Open(open)) = lines.next().map(|line| parse(&path, line)).transpose()? else {
        return Err(stray("its first line does not open it".to_owned()));
    };
    if open.lineage != loaded.header.lineage {
        return Err(stray("it has another lineage".to_owned()));
    }
    if open.serial > loaded.header.serial {
        return Err(stray(format!(
            "it continues serial {}, but the state is at {}",
            open.serial, loaded.header.serial
        )));
    }
    // A journal of an older serial is in the state already, but for what is still in doubt.
    let folded = open.serial < loaded.header.serial;
    let mut doubts = BTreeMap::new();
    for line in lines {
        match parse(&path, line)? {
            Line::Open(_) => return Err(stray("it is opened twice".to_owned())),
            Line::Begun(begun) => {
                if begun.verb == Verb::Create {
                    doubts.insert(begun.n, begun);
                }
            }
            Line::Done(done) => {
                doubts.remove(&done.n);
                if !folded && !done.nothing {
                    fold(loaded, done);
                }
            }
        }
    }
    loaded.doubts = doubts.into_values().collect();
    Ok(())
}

fn fold(loaded: &mut Loaded, done: Done) {
    loaded.unfolded = true;
    let resources = &mut loaded.recorded.resources;
    if let Some(before) = done.moved_from {
        resources.remove(&before);
    }
    match done.resource {
        Some(stored) => resources.insert(done.address, stored.into_recorded()),
        None => resources.remove(&done.address),
    };
}

/// Returns the lines that end; the rest of a line that was cut off announces nothing, since its
/// call was never sent.
fn complete_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"))
}

fn parse(path: &Path, line: &[u8]) -> Result<Line, StateError> {
    serde_json::from_slice(line)
        .map_err(|source| StateError::Unreadable { path: path.to_owned(), source })
}

fn path_of(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}
