//! The actions on the folders of workflows and of tasks.
//!
//! Nothing in a folder is changed here except its path, when the folder is renamed.

mod folder_type;
mod folder_step;
mod actions;

pub use actions::ACTIONS;
pub use folder_type::{NODE_TYPES, node_type};
