//! What does not change with each pass: what is watched, and what is suspended.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::Address;

/// What a daemon watches.
#[derive(Clone, Debug)]
pub struct DaemonInfo {
    /// The target's name.
    pub target: String,
    /// The project's id.
    pub project_id: String,
    /// The endpoint, as people see it.
    pub endpoint: String,
    /// The time from one pass to the next when nothing else wakes one.
    pub interval: Duration,
}

/// What the daemon is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DaemonPhase {
    /// No pass has begun yet.
    #[default]
    Starting,
    /// Another daemon holds the state; this one takes over when that one ends.
    Standby,
    /// Between two passes.
    Waiting,
    /// In a pass.
    Working,
    /// Ending.
    Stopping,
}

/// Resources that are left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActiveSuspension {
    /// Why, in the words of the person who asked for it.
    pub reason: String,
    /// When it ends by itself; None means when a person resumes.
    pub until: Option<Timestamp>,
    /// Which resources; None means all of them.
    pub only: Option<BTreeSet<Address>>,
}

impl ActiveSuspension {
    /// Returns whether a resource is left alone.
    pub fn covers(&self, address: &Address) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(address))
    }
}
