//! The actions on the folders of workflows and of tasks.
//!
//! What lies in a folder is not changed here.

mod folder_type;
mod folder_step;
mod actions;

pub use actions::ACTIONS;
pub use folder_type::{NODE_TYPES, node_type};
