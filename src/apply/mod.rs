//! Runs operations: a journal line before each call and after it, a Get after each write.
//!
//! As little as possible is decided here: decisions belong in plan. Nothing is planned anew when a
//! call fails.

mod create;
mod evidence;
mod engine;
mod error;
mod outcome;
mod deactivate;
mod folders;
mod schedule_step;
mod names;
mod execute;
mod run_context;
mod recover;

pub use engine::{ApplySummary, EndReason, OperationEvent, OperationStatus, apply};
pub use error::OperationError;
pub use folders::KnownFolders;
pub use names::TakenNames;
pub use recover::{AmbiguousCreate, RecoverError, RecoverPatience, recover_creates};
pub use run_context::{IdClaims, RunContext, recorded_bundles};
