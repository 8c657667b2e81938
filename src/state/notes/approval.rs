//! `state.json.waiting`, a plan above the guards, and `state.json.approved`, a person's word for it.
#![expect(clippy::disallowed_methods, reason = "this file reads and removes both files")]

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::file_store::replace;

/// A plan that waits for a person's word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingPlan {
    /// The version of this form.
    pub format_version: u64,
    /// The digest of its changes.
    pub digest: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why it does not go without.
    pub refusals: Vec<String>,
    /// The plan as people see it, without what is sensitive.
    pub text: String,
    /// Its changes, without what is sensitive.
    pub changes: Json,
}

/// A person's word for one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanApproval {
    /// The version of this form.
    pub format_version: u64,
    /// The digest of the changes that are approved: these, or none.
    pub digest: String,
    /// Who: user@host.
    pub by: String,
    /// When.
    pub time: Timestamp,
}

impl WaitingPlan {
    /// The version that is written.
    pub const FORMAT_VERSION: u64 = 1;

    /// Returns the file that goes with a state.
    pub fn file(state: &Path) -> PathBuf {
        beside(state, ".waiting")
    }

    /// Reads what waits; None when nothing does.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(state: &Path) -> io::Result<Option<WaitingPlan>> {
        read(&WaitingPlan::file(state))
    }

    /// Leaves it for a person.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, state: &Path) -> io::Result<()> {
        write(&WaitingPlan::file(state), self)
    }
}

impl PlanApproval {
    /// The version that is written.
    pub const FORMAT_VERSION: u64 = 1;

    /// Returns the file that goes with a state.
    pub fn file(state: &Path) -> PathBuf {
        beside(state, ".approved")
    }

    /// Reads the word that was given; None when none was. What cannot be read is no word.
    pub fn read(state: &Path) -> Option<PlanApproval> {
        read(&PlanApproval::file(state)).ok().flatten()
    }

    /// Gives the word.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, state: &Path) -> io::Result<()> {
        write(&PlanApproval::file(state), self)
    }
}

/// Removes what waits and what was approved: neither holds any longer.
pub fn settle(state: &Path) {
    for file in [WaitingPlan::file(state), PlanApproval::file(state)] {
        // It is bound to one plan, so that it stays behind does no harm.
        let _ = fs::remove_file(file);
    }
}

fn beside(state: &Path, ending: &str) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write<T: Serialize>(path: &Path, what: &T) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(what)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    replace(path, folder.unwrap_or(Path::new(".")), |file| file.write_all(&text))
}
