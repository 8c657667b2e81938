//! A stored folder: of workflows in a project, or of tasks in a workflow.

use serde::{Deserialize, Serialize};

use super::versioned_map::Visibility;

/// A folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredFolder {
    /// FolderId or TaskFolderId.
    pub id: String,
    /// ProjectId.
    pub project: String,
    /// What it belongs to.
    pub owner: FolderOwner,
    /// The whole path, from `/`.
    pub path: String,
    /// CreateUserUin.
    pub creator: String,
}

/// What a folder belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderOwner {
    /// The project: it holds workflows.
    Project,
    /// A workflow: it holds tasks.
    Workflow {
        /// WorkflowId.
        id: String,
        /// TaskFolderType.
        sort: String,
    },
}

impl Visibility for StoredFolder {
    fn id(&self) -> &str {
        &self.id
    }
}

impl StoredFolder {
    /// Returns the path of its parent folder.
    pub fn parent(&self) -> &str {
        parent(&self.path)
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns whether it is a folder of tasks of this workflow.
    pub fn is_of_workflow(&self, workflow: &str) -> bool {
        matches!(&self.owner, FolderOwner::Workflow { id, .. } if id == workflow)
    }
}

/// Returns a path without slashes at its end; the root and an empty path become `/`.
pub fn plain(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/" } else { path }
}

/// Returns the path of a folder inside another.
pub fn join(parent: &str, name: &str) -> String {
    format!("{}/{name}", parent.trim_end_matches('/'))
}

/// Returns whether a path is `top` or below it.
pub fn is_under(path: &str, top: &str) -> bool {
    let top = top.trim_end_matches('/');
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn parent(path: &str) -> &str {
    plain(path.rsplit_once('/').map_or("/", |(parent, _)| parent))
}
