//! Runs operations: a journal line before each call and after it, a Get after each write.
//!
//! As little as possible is decided here: decisions belong in plan.

mod create;
mod doubt;
mod engine;
mod error;
mod firing;
mod folders;
mod life;
mod names;
mod perform;
mod run;
mod settle;

pub use engine::{End, Event, Status, Tally, apply};
pub use error::OperationError;
pub use folders::Folders;
pub use names::Names;
pub use run::{Claims, Run};
pub use settle::{Patience, SettleError, Unclear, settle};
