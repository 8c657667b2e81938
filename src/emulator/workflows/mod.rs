//! The actions on workflows and trigger workflows.
//!
//! Tasks are not touched, but where a workflow's schedule is given to them.

mod schedule_propagation;
mod fields;
mod list;
mod response;
mod update;
mod life;
mod actions;

pub use actions::ACTIONS;
pub use life::WORKFLOW;
