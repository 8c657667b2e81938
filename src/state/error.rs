//! What can be wrong with a state, each with the file it is about.

use std::io;
use std::path::PathBuf;

use super::lock::Holder;

/// Why a state cannot be used; it is never overwritten because of it.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A system call failed.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no state, or not all of one.
    #[error("{} is no readable state", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
    /// A later taskloom wrote it.
    #[error("{} has format_version {found}, and this taskloom reads up to {known}", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version in it.
        found: u64,
        /// The version that this program writes.
        known: u64,
    },
    /// It belongs to something else.
    #[error("{} is the state of {what} {found:?}, not of {wanted:?}", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What differs: project, target or site.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// A journal without its state, or of another one.
    #[error("the journal {} does not belong to its state: {because}", path.display())]
    StrayJournal {
        /// Which file.
        path: PathBuf,
        /// What does not fit.
        because: String,
    },
    /// Another run holds the lock.
    #[error("another taskloom is at work on {}", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// Who holds it, where it could be read.
        holder: Option<Holder>,
    },
}

impl StateError {
    /// Returns what a person can do about it.
    pub fn way_out(&self) -> String {
        match self {
            StateError::Io { .. } => {
                "nothing was sent; check that the folder exists, is writable and has room, or choose another file with --state".to_owned()
            }
            StateError::Unreadable { .. } => {
                "put the last good copy back (from git or a backup); the file is left as it is".to_owned()
            }
            StateError::Newer { .. } => "upgrade taskloom; the file is left as it is".to_owned(),
            StateError::Foreign { .. } => {
                "choose the right target with -t, or another file with --state".to_owned()
            }
            StateError::StrayJournal { path, .. } => format!(
                "put the state file that belongs to it back; remove {} only when you know that no run was cut off",
                path.display()
            ),
            StateError::Locked { holder: Some(holder), .. } => format!(
                "wait for process {} on {} (`{}`, since {}) or stop it",
                holder.pid, holder.host, holder.command, holder.since
            ),
            StateError::Locked { holder: None, .. } => "wait for it or stop it".to_owned(),
        }
    }
}
