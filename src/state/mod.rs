//! What earlier runs made, on disk: the state file, its journal and its lock.
//!
//! The state file is replaced whole and atomically; between two replacements the journal holds
//! what was begun and what came of it, each line synced before the call that it announces.

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

pub use edit::Edit;
pub use error::StateError;
pub use file::{Header, Loaded, Origin, load, replace};
pub use glance::Glance;
pub use journal::{Effect, Journal};
pub use line::Begun;
pub use lock::{Holder, Lock, holder, refusal};
pub use memory::Memory;
pub use stored::LastApply;
