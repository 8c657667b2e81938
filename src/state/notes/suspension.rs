//! What the daemon must leave alone by a person's order, and until when.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::note::{NoteError, NoteKind, StoredNote};
use super::super::store::StateStore;
use super::json_note::{from_json, to_json};
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

impl Suspensions {
    /// Reads the suspensions of a state.
    ///
    /// # Errors
    /// When they exist and cannot be read: then it is not known what must be left alone.
    pub async fn read(store: &dyn StateStore) -> Result<Suspensions, NoteError> {
        let note = store.read_note(NoteKind::Suspensions).await?;
        note.as_ref().map_or(Ok(Suspensions::default()), Suspensions::parse)
    }

    /// Changes the suspensions of a state, and returns what they are now; None when `change` wants
    /// none. It is asked again when somebody else changed them meanwhile.
    ///
    /// # Errors
    /// When they cannot be read, understood or written; the old ones are then still there.
    pub async fn edit(
        store: &dyn StateStore,
        change: impl Fn(Suspensions) -> Option<Suspensions>,
    ) -> Result<Option<Suspensions>, NoteError> {
        loop {
            let note = store.read_note(NoteKind::Suspensions).await?;
            let now = note.as_ref().map_or(Ok(Suspensions::default()), Suspensions::parse)?;
            let Some(next) = change(now) else { return Ok(None) };
            let next = Suspensions { format_version: FORMAT_VERSION, ..next };
            // Without any there is no note.
            let text = (!next.list.is_empty()).then(|| to_json(&next));
            let seen = note.as_ref().map(|note| note.text.as_slice());
            if store.swap_note(NoteKind::Suspensions, seen, text.as_deref()).await? {
                return Ok(Some(next));
            }
        }
    }

    /// Removes all suspensions of a state, also those that cannot be understood.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub async fn clear(store: &dyn StateStore) -> Result<(), NoteError> {
        store.put_note(NoteKind::Suspensions, None).await
    }

    fn parse(note: &StoredNote) -> Result<Suspensions, NoteError> {
        let read: Suspensions = from_json(note)?;
        if read.format_version > FORMAT_VERSION {
            return Err(NoteError::Newer { place: note.place.clone() });
        }
        for one in &read.list {
            one.selection()
                .map_err(|source| NoteError::Pattern { place: note.place.clone(), source })?;
        }
        Ok(read)
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
