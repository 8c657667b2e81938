//! What earlier runs made, wherever it is kept: the state, its journal, its locks and its notes.
//!
//! Between two saves of the state the journal holds what was begun and what came of it, each line
//! safe before the call that it announces. Other rooms use a [`StateStore`] and know no file of it.
//! What a line means for a plan is not decided here, and no secret is written.

mod lock_holder;
mod error;
mod intent;
mod open_state;
mod stored_resource;
mod journal_line;
mod replay;
mod note;
mod store;
mod lock_wait;
mod notes;
mod edit;
mod file_store;

pub use edit::StateEdit;
pub use error::StateError;
pub use file_store::{FileStore, LockFile, refusal};
pub use intent::{Intent, StateChange};
pub use lock_holder::LockHolder;
pub use note::{NoteError, NoteKind, StoredNote};
pub use notes::{PlanApproval, Suspension, Suspensions, WaitingPlan, settle};
pub use open_state::{
    LastApply, OpenState, RecordedChanges, StateHeader, StateOrigin, recorded_changes,
};
pub use store::{Journal, LockGuard, LockName, StateStore, StateWriter, StoreFuture};
