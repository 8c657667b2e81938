//! A stored workflow.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::versioned_map::Visibility;
use crate::model::Kind;

/// A workflow of either kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredWorkflow {
    /// WorkflowId.
    pub id: String,
    /// The kind of the tasks that it holds.
    pub kind: Kind,
    /// ProjectId.
    pub project: String,
    /// ParentFolderPath.
    pub folder: String,
    /// What callers may set, except the folder; no nulls.
    pub fields: Map<String, Json>,
    /// CreateTime.
    pub created: String,
    /// CreateUserUin.
    pub creator: String,
    /// ModifyTime.
    pub updated: String,
    /// UpdateUserUin.
    pub updater: String,
}

impl Visibility for StoredWorkflow {
    fn id(&self) -> &str {
        &self.id
    }
}

impl StoredWorkflow {
    /// Returns a text; empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        self.text("WorkflowName")
    }

    /// Returns the folder and the name: `Path`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.folder.trim_end_matches('/'), self.name())
    }
}
