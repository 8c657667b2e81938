//! Runs operations: a journal line before each call and after it, a Get after each write.
//!
//! As little as possible is decided here: decisions belong in plan.

mod create;
mod doubt;
mod engine;
mod error;
mod perform;

pub use doubt::{Resolution, ResolveError, resolve};
pub use engine::{Event, Status, Tally, apply};
pub use error::OperationError;
pub use perform::Run;
