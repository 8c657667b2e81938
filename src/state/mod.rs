//! What earlier runs made, on disk: the state file, its journal and its lock.
//!
//! The state file is replaced whole and atomically; between two replacements the journal holds
//! what was begun and what came of it, each line synced before the call that it announces.

mod error;
mod file;
mod journal;
mod lock;
mod stored;

pub use error::StateError;
pub use file::{Header, Loaded, Origin, load, save};
pub use journal::{Begun, Effect, Journal};
pub use lock::{Holder, Lock, holder};
