//! The actions on tasks in production: start, pause, stop, and the jobs that do it.
//!
//! No task ever runs here: only its state moves.

mod jobs;
mod ops;
mod actions;

pub use actions::ACTIONS;
