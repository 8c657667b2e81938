//! The actions on workflows and trigger workflows.
//!
//! Tasks are not changed here, except when the schedule of a workflow is applied to them or the
//! workflow is deleted with them.

mod schedule_propagation;
mod fields;
mod list;
mod response;
mod update;
mod life;
mod actions;

pub use actions::ACTIONS;
pub use life::WORKFLOW;
