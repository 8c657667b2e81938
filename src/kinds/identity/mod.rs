//! Which remote resource a manifest stands for, and whose a resource is: by what tells resources
//! apart before an id does, and by the mark of ownership.
//!
//! Nothing here asks the service; who looks something up asks here what it has found.

mod ownership;
mod resource_identity;
mod manifest_index;

pub use manifest_index::ManifestIndex;
pub use ownership::{foreign_bundle, named_bundle};
pub use resource_identity::{ResourceHome, ResourceIdentity, home_of, task_name, task_type};
