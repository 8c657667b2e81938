//! The actions on tasks in production: start, pause, stop, and the jobs that carry them out.
//!
//! No task ever runs here: only its status changes.

mod jobs;
mod ops;
mod actions;

pub use actions::ACTIONS;
