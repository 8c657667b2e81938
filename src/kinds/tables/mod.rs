//! The kinds, one file each, and the list of them.
//!
//! A file describes one kind, as data; nothing is computed here, and no other file of the program
//! may branch on the kind.

mod shared;
mod shared_workflow;
mod task;
mod trigger_task;
mod trigger_workflow;
mod workflow;
mod lookup;

pub use lookup::{USUAL, stages, table};

/// Every table, in the order of [`crate::model::Kind::ALL`].
pub const ALL: &[&super::table::Table] = &[
    &workflow::WORKFLOW,
    &trigger_workflow::TRIGGER_WORKFLOW,
    &task::TASK,
    &trigger_task::TRIGGER_TASK,
];
