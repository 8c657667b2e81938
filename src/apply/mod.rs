//! Runs operations: a journal line before each call and after it, a Get after each write.
//!
//! As little as possible is decided here: decisions belong in plan. Nothing is planned again when a
//! call fails.

mod create;
mod evidence;
mod engine;
mod error;
mod outcome;
mod deactivate;
mod known_folders;
mod taken_names;
mod folders;
mod schedule_step;
mod names;
mod execute;
mod run_context;
mod recover;

pub use engine::{ApplySummary, EndReason, OperationEvent, OperationStatus, apply};
pub use error::OperationError;
pub use known_folders::KnownFolders;
pub use recover::{AmbiguousCreate, RecoverError, RecoverPatience, recover_creates};
pub use run_context::{IdClaims, RunContext, recorded_bundles};
pub use taken_names::TakenNames;
