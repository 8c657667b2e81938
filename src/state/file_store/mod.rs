//! A state in files: `state.json`, its journal, its lock, and the notes beside it.
//!
//! The state file is replaced whole and atomically; each line of the journal is synced before the
//! call that it announces. Nothing outside this folder knows how these files are called.

mod state_file;
mod state_fingerprint;
mod journal_file;
mod lock_file;
mod state_cache;

pub use journal_file::{Journal, StateChange, path_of};
pub use lock_file::{LockHolder, StateLock, holder, refusal};
pub use state_cache::StateCache;
pub use state_file::{OpenState, StateHeader, StateOrigin, load, replace};
pub use state_fingerprint::StateFingerprint;
