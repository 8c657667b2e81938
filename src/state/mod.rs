//! What earlier runs made, on disk: the state file, its journal and its lock.
//!
//! The state file is replaced whole and atomically; between two replacements the journal holds
//! what was begun and what came of it, each line synced before the call that it announces.
//! What a line means for a plan is not decided here, and no secret is written.

mod edit;
mod error;
mod file;
mod glance;
mod journal;
mod line;
mod lock;
mod memory;
mod replay;
mod stored;

pub use edit::StateEdit;
pub use error::StateError;
pub use file::{OpenState, StateHeader, StateOrigin, load, replace};
pub use glance::StateFingerprint;
pub use journal::{Journal, StateChange};
pub use line::Intent;
pub use lock::{LockHolder, StateLock, holder, refusal};
pub use memory::StateCache;
pub use stored::LastApply;
