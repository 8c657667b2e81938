//! What the service stores: its records, their versions, and the data file.
//!
//! Nothing here knows requests or responses.

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

pub use folder::{FolderOwner, StoredFolder, is_under, join, plain};
pub use job::{JobEnd, JobVerb, JobVerdict, StoredJob};
pub use record::RecordChange;
pub use store::Store;
pub use task::{EXT, PARAM_KEY, StoredTask, derived_workflow_name, key_of};
pub use version::{SaveKind, StoredVersion};
pub use versioned_map::MapView;
pub use workflow::StoredWorkflow;
