//! Which remote resource a manifest stands for, and who owns a resource: by the identity of
//! resources without an id, and by the mark of ownership.
//!
//! Nothing here calls the service; callers pass in what they have found.

mod ownership;
mod resource_identity;
mod manifest_index;

pub use manifest_index::ManifestIndex;
pub use ownership::{foreign_bundle, named_bundle};
pub use resource_identity::{ResourceHome, ResourceIdentity, home_of, task_name, task_type};
