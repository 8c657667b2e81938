//! What can be wrong with a state, each with what people call its place.

use std::io;

use super::lock_holder::LockHolder;

/// Why a state cannot be used; it is never overwritten because of it.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A system call failed.
    #[error("cannot {verb} {place}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// Where.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// A line of the journal could not be made safe.
    #[error("cannot write the journal {place}")]
    Journal {
        /// Where.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is no state, or not all of one.
    #[error("{place} cannot be read as a state")]
    Unreadable {
        /// Where.
        place: String,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
    /// A later taskloom wrote it.
    #[error("{place} has format_version {found}, and this taskloom reads up to {known}")]
    Newer {
        /// Where.
        place: String,
        /// The version in it.
        found: u64,
        /// The version that this program writes.
        known: u64,
    },
    /// It belongs to something else.
    #[error("{place} is the state of {what} {found:?}, not of {wanted:?}")]
    Foreign {
        /// Where.
        place: String,
        /// What differs: project, target or site.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// A journal without its state, or of another one.
    #[error("the journal {place} does not belong to its state: {because}")]
    StrayJournal {
        /// Where.
        place: String,
        /// What does not fit.
        because: String,
    },
    /// The file changed under the lock.
    #[error("{place} is no longer the file that this run read (serial {serial})")]
    Replaced {
        /// Where.
        place: String,
        /// Where its journal is.
        journal: String,
        /// The serial that was read.
        serial: u64,
    },
    /// The system gives no locks.
    #[error("{place} cannot be locked")]
    Lockless {
        /// Which lock.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The lock was removed or replaced while it was held.
    #[error("the lock {place} was taken away from this run")]
    LockLost {
        /// Which lock.
        place: String,
    },
    /// Another run holds the lock.
    #[error("another taskloom is at work on {place}")]
    Locked {
        /// Which lock.
        place: String,
        /// Who holds it, where it could be read.
        holder: Option<LockHolder>,
    },
}

impl StateError {
    /// Returns what a person can do about it.
    pub fn way_out(&self) -> String {
        match self {
            StateError::Io { .. } => {
                "check that the folder exists, is writable and has room, or choose another file with --state; what was done so far is safe in the state and its journal".to_owned()
            }
            StateError::Journal { .. } => {
                "nothing more was sent; make room or mend the disk, then apply again: it looks for what was in flight before it creates anything".to_owned()
            }
            StateError::Replaced { journal, .. } => format!(
                "something other than taskloom wrote it (git, a restored backup); put the file of that serial back if you have it, and apply again: what this run did is in {journal}"
            ),
            StateError::Lockless { .. } => {
                "its file system has no locks (some network shares): keep the state on a local disk with --state, since two runs at once would not see each other".to_owned()
            }
            StateError::LockLost { .. } => {
                "leave the lock file alone: it needs no clearing, a run that ended has let go of it; make sure that no other run is at work, then apply again".to_owned()
            }
            StateError::Unreadable { .. } => {
                "put the last good copy back (from git or a backup); the file is left as it is".to_owned()
            }
            StateError::Newer { .. } => "upgrade taskloom; the file is left as it is".to_owned(),
            StateError::Foreign { .. } => {
                "choose the right target with -t, or another file with --state".to_owned()
            }
            StateError::StrayJournal { place, .. } => format!(
                "put the state file that belongs to it back; remove {place} only when everything that it names is in the state"
            ),
            StateError::Locked { holder: Some(holder), .. } => {
                format!("wait for {holder} with --lock-timeout 5m, or stop it")
            }
            StateError::Locked { holder: None, .. } => {
                "wait for it with --lock-timeout 5m, or stop it".to_owned()
            }
        }
    }
}
