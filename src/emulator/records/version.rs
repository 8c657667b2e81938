//! The stored versions of a task: the saved ones and the submitted ones.

use serde::{Deserialize, Serialize};

use super::task::StoredTask;
use super::versioned_map::Visibility;

/// A submitted version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredVersion {
    /// VersionId: the task's id, `_`, the time in 17 digits.
    pub id: String,
    /// The task as it was submitted.
    pub task: StoredTask,
    /// VersionRemark.
    pub remark: String,
    /// CreateTime.
    pub created: String,
    /// CreateUserUin.
    pub creator: String,
    /// Whether it still waits for approval, and so is not in production.
    pub waits: bool,
}

impl Visibility for StoredVersion {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A saved version: who saved it and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveKind {
    /// The task's id, `_`, the number in 10 digits, so that saves sort by number.
    pub id: String,
    /// The number of the version, from 1.
    pub number: u64,
    /// CreateTime.
    pub created: String,
    /// CreateUserUin.
    pub creator: String,
}

impl Visibility for SaveKind {
    fn id(&self) -> &str {
        &self.id
    }
}

impl SaveKind {
    /// Returns the last save of a task.
    pub fn of(task: &StoredTask) -> SaveKind {
        SaveKind {
            id: format!("{}_{:010}", task.id, task.version),
            number: task.version,
            created: task.updated.clone(),
            creator: task.updater.clone(),
        }
    }

    /// Returns VersionId in the official form, unique for up to 1000 saves in a second.
    pub fn version_id(&self) -> String {
        let digits: String = self.created.chars().filter(char::is_ascii_digit).collect();
        let task = self.id.split('_').next().unwrap_or_default();
        format!("{task}_{digits}{:03}", self.number % 1000)
    }
}
