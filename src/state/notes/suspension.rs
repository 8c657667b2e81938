//! `state.json.suspended`: what a person told the daemon to leave alone, and until when.
#![expect(clippy::disallowed_methods, reason = "this file reads and removes the file")]

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::file_store::replace;
use crate::model::Address;
use crate::plan::{Pattern, PatternError, Selection};

const FORMAT_VERSION: u64 = 1;

/// Everything that the daemon is to leave alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspensions {
    format_version: u64,
    /// All of them, the oldest first; also those that have ended.
    pub list: Vec<Suspension>,
}

/// A part of the resources that is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Patterns as on the command line; without any it is about everything.
    pub select: Vec<String>,
    /// When it ends by itself; none: when somebody resumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Who: user@host.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// Why suspensions cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SuspensionError {
    /// The file cannot be had.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is no file of suspensions.
    #[error("{} cannot be understood", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A newer taskloom wrote it.
    #[error("{} was written by a newer taskloom", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// A pattern in it is none.
    #[error("{} holds a pattern that is none", path.display())]
    Pattern {
        /// Which file.
        path: PathBuf,
        /// Which pattern.
        source: PatternError,
    },
}

impl Suspensions {
    /// Returns the file that goes with a state.
    pub fn file(state: &Path) -> PathBuf {
        let mut name = state.as_os_str().to_owned();
        name.push(".suspended");
        PathBuf::from(name)
    }

    /// Reads the suspensions of a state; none are there without a file.
    ///
    /// # Errors
    /// When the file is there and cannot be understood: then nobody knows what is to be left alone.
    pub fn read(state: &Path) -> Result<Suspensions, SuspensionError> {
        let path = Suspensions::file(state);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Suspensions::default()),
            Err(source) => return Err(SuspensionError::Io { verb: "read", path, source }),
        };
        let read: Suspensions = match serde_json::from_slice(&text) {
            Ok(read) => read,
            Err(source) => return Err(SuspensionError::Unreadable { path, source }),
        };
        if read.format_version > FORMAT_VERSION {
            return Err(SuspensionError::Newer { path });
        }
        for one in &read.list {
            one.selection()
                .map_err(|source| SuspensionError::Pattern { path: path.clone(), source })?;
        }
        Ok(read)
    }

    /// Replaces the suspensions of a state; without any the file goes.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is then still whole.
    pub fn write(&mut self, state: &Path) -> Result<(), SuspensionError> {
        let path = Suspensions::file(state);
        let result = if self.list.is_empty() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            }
        } else {
            self.format_version = FORMAT_VERSION;
            let text = serde_json::to_vec_pretty(self).unwrap_or_default();
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            replace(&path, folder, |file| file.write_all(&text))
        };
        result.map_err(|source| SuspensionError::Io { verb: "write", path, source })
    }

    /// Returns those that hold at a moment.
    pub fn at(&self, now: Timestamp) -> Suspensions {
        let holds = |one: &&Suspension| one.until.is_none_or(|until| until > now);
        let list = self.list.iter().filter(holds).cloned().collect();
        Suspensions { list, ..*self }
    }

    /// Returns the one that is about everything, if there is one.
    pub fn whole(&self) -> Option<&Suspension> {
        self.list.iter().find(|one| one.select.is_empty())
    }

    /// Tells whether a resource is to be left alone.
    pub fn hold(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        self.list.iter().any(|one| {
            // What cannot be understood was refused when it was read.
            one.selection().is_ok_and(|selection| selection.holds(address, labels))
        })
    }

    /// Returns when the next one ends by itself.
    pub fn next_end(&self) -> Option<Timestamp> {
        self.list.iter().filter_map(|one| one.until).min()
    }
}

impl Suspension {
    /// Returns which resources it is about.
    ///
    /// # Errors
    /// When one of its patterns is not a valid one.
    pub fn selection(&self) -> Result<Selection, PatternError> {
        let select: Result<Vec<Pattern>, _> = self.select.iter().map(|text| text.parse()).collect();
        Ok(Selection { select: select?, exclude: Vec::new() })
    }
}

impl fmt::Display for Suspension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Suspension { select, until, reason, by, since } = self;
        let what = if select.is_empty() { "everything".to_owned() } else { select.join(", ") };
        write!(f, "{what} since {since} by {by}")?;
        match until {
            Some(until) => write!(f, ", until {until}: {reason}"),
            None => write!(f, ": {reason}"),
        }
    }
}
