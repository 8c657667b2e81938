//! The actions on the folders of workflows and of tasks.
//!
//! What lies in a folder is not changed here.

mod folder_type;
mod actions;

pub use folder_type::{NODE_TYPES, node_type};
