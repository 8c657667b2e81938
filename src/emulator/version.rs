//! A submitted version as the service keeps it.

use serde::{Deserialize, Serialize};

use super::shelf::Kept;
use super::task::Task;

/// A submitted version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// VersionId: the task's id, `_`, the moment in 17 digits.
    pub id: String,
    /// The task as it was submitted.
    pub task: Task,
    /// VersionRemark.
    pub remark: String,
    /// CreateTime.
    pub created: String,
    /// CreateUserUin.
    pub creator: String,
    /// Whether it still waits for its approval, and so is not in production.
    pub waits: bool,
}

impl Kept for Version {
    fn id(&self) -> &str {
        &self.id
    }
}
