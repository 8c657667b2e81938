//! What the service keeps: its records, their versions, and the data file.
//!
//! Requests and answers are not known here.

mod folder;
mod job;
mod log;
pub mod time_text;
mod record;
mod versioned_map;
mod store;
mod task;
mod version;
mod workflow;

pub use folder::{Folder, Owner, is_under, join, plain};
pub use job::{End, Job, Verb, Verdict};
pub use record::Change;
pub use store::Store;
pub use task::{EXT, PARAM_KEY, Task, derived_workflow_name, key_of};
pub use version::{Save, Version};
pub use versioned_map::View;
pub use workflow::Workflow;
