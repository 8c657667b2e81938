//! Runs operations: a journal line before each call and after it, a Get after each write.
//!
//! As little as possible is decided here: decisions belong in plan.

mod create;
mod evidence;
mod engine;
mod error;
mod activate;
mod folders;
mod schedule_step;
mod names;
mod execute;
mod run_context;
mod recover;

pub use engine::{End, Event, Status, Tally, apply};
pub use error::OperationError;
pub use folders::Folders;
pub use names::Names;
pub use recover::{Patience, SettleError, Unclear, settle};
pub use run_context::{Claims, Run};
