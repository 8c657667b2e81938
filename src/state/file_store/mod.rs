//! A state in files: `state.json`, its journal, its locks, and the notes beside it.
//!
//! The state file is replaced whole and atomically; each line of the journal is synced before the
//! call that it announces. What the lines tell is not decided here, and nothing outside this folder
//! knows how the files are called.

mod replace_file;
mod stored_state;
mod state_fingerprint;
mod lock_file;
mod journal_file;
mod state_file;
mod state_cache;
mod note_file;
mod files;

pub use files::FileStore;
pub use lock_file::{LockFile, refusal};
