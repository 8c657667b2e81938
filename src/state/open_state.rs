//! A state as it is read, whatever keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::intent::Intent;
use crate::git::Revision;
use crate::model::{Address, Recorded, RecordedResource, SealKey};

/// What a state must belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateOrigin {
    /// The target's name.
    pub target: String,
    /// The project.
    pub project_id: String,
    /// The site of the service: `embedded`, `loopback` or `cloud`. A site and not a URL, since one
    /// service answers on regional and internal hosts too.
    pub site: String,
}

/// Which version of which state it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateHeader {
    /// Made once; two states with one lineage are versions of one.
    pub lineage: String,
    /// Grows with every change of what is stored; 0 before the first.
    pub serial: u64,
    /// What it belongs to.
    pub origin: StateOrigin,
}

/// The last run that changed something: when, by whom, and at which commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastApply {
    /// When it began, in RFC 3339.
    pub time: String,
    /// Who: user@host.
    pub by: String,
    /// The commit of the project; none outside a work tree of git.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
}

/// A state as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenState {
    /// Its version.
    pub header: StateHeader,
    /// The last run that changed something.
    pub last_apply: Option<LastApply>,
    /// Its resources, with what a journal adds.
    pub recorded: Arc<Recorded>,
    /// Creates whose outcome no line records.
    pub doubts: Vec<Intent>,
    /// It was saved before.
    pub exists: bool,
    /// What distinguishes its content from another one of the same serial, which a backup or git
    /// may have put in its place; empty where nothing can.
    pub digest: String,
    /// A journal is there.
    pub has_journal: bool,
    /// The resources of which a journal records something else than what is stored.
    pub unmerged: BTreeSet<Address>,
}

impl OpenState {
    /// Returns the key under which the state keeps what is sensitive.
    pub fn seal_key(&self) -> SealKey {
        SealKey::of(&self.header.lineage)
    }

    /// Tells whether a journal adds something that is not stored yet.
    pub fn has_unmerged(&self) -> bool {
        !self.unmerged.is_empty()
    }
}

/// What a save changes: a resource as it is from now on, or None where it goes.
pub type RecordedChanges = BTreeMap<Address, Option<RecordedResource>>;

/// Returns what leads from one set of resources to another.
pub fn recorded_changes(before: &Recorded, after: &Recorded) -> RecordedChanges {
    let gone = before.resources.keys().filter(|address| !after.resources.contains_key(address));
    let gone = gone.map(|address| (address.clone(), None));
    let is_new = |(address, resource): &(&Address, &RecordedResource)| {
        before.resources.get(address) != Some(*resource)
    };
    let new = after.resources.iter().filter(is_new);
    gone.chain(new.map(|(address, resource)| (address.clone(), Some(resource.clone())))).collect()
}
