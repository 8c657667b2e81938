//! A plan above the guards that waits, and a person's word for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::note::{NoteError, NoteKind};
use super::super::store::StateStore;
use super::json_note::{from_json, to_json};

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

    /// Reads what waits; None when nothing does.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub async fn read(store: &dyn StateStore) -> Result<Option<WaitingPlan>, NoteError> {
        let note = store.read_note(NoteKind::WaitingPlan).await?;
        note.as_ref().map(from_json).transpose()
    }

    /// Leaves it for a person.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&self, store: &dyn StateStore) -> Result<(), NoteError> {
        store.put_note(NoteKind::WaitingPlan, Some(&to_json(self))).await
    }
}

impl PlanApproval {
    /// The version that is written.
    pub const FORMAT_VERSION: u64 = 1;

    /// Reads the word that was given; None when none was. What cannot be read is no word.
    pub async fn read(store: &dyn StateStore) -> Option<PlanApproval> {
        let note = store.read_note(NoteKind::PlanApproval).await.ok().flatten();
        note.as_ref().and_then(|note| from_json(note).ok())
    }

    /// Gives the word.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&self, store: &dyn StateStore) -> Result<(), NoteError> {
        store.put_note(NoteKind::PlanApproval, Some(&to_json(self))).await
    }
}

/// Removes what waits and what was approved: neither holds any longer.
pub async fn settle(store: &dyn StateStore) {
    for kind in [NoteKind::WaitingPlan, NoteKind::PlanApproval] {
        // It is bound to one plan, so that it stays behind does no harm.
        let _ = store.put_note(kind, None).await;
    }
}
