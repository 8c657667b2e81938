//! What earlier runs made, on disk: the state file, its journal and its lock.
//!
//! The state file is replaced whole and atomically; between two replacements the journal holds
//! what was begun and what came of it, each line synced before the call that it announces.
//! What a line means for a plan is not decided here, and no secret is written.

mod notes;
mod edit;
mod error;
mod file_store;
mod journal_line;
mod replay;
mod stored_resource;

pub use edit::StateEdit;
pub use error::StateError;
pub use file_store::{
    Journal, LockHolder, OpenState, StateCache, StateChange, StateFingerprint, StateHeader,
    StateLock, StateOrigin, holder, load, refusal,
};
pub use journal_line::Intent;
pub use notes::{PlanApproval, Suspension, SuspensionError, Suspensions, WaitingPlan, settle};
pub use stored_resource::LastApply;
