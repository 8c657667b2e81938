//! The kinds, a file each, and the list of them.
//!
//! A file says what is so of one kind, as data; nothing is computed here, and no other file of the
//! program may ask which kind it has before it.

mod shared;
mod shared_workflow;
mod task;
mod trigger_task;
mod trigger_workflow;
mod workflow;
mod list;

pub use list::{ALL, USUAL, stages, table};
