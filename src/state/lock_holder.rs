//! Who is at work on a state.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Its process.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// What it runs.
    pub command: String,
    /// Since when, in RFC 3339.
    pub since: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LockHolder { pid, host, command, since } = self;
        write!(f, "process {pid} on {host} (`{command}`, since {since})")
    }
}
