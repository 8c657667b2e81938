//! Folders: of workflows in a project, and of tasks in a workflow.

use serde_json::{Value as Json, json};

use crate::model::{Call, Repeat};

/// A tree of folders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderTree {
    /// The folders of workflows.
    Workflows,
    /// The folders of one type of task in a workflow.
    Tasks {
        /// WorkflowId.
        workflow: String,
        /// TaskFolderType.
        folder_type: String,
    },
}

/// The values of TaskFolderType.
///
/// Source: the text beside CreateTaskFolder's member.
pub const FOLDER_TYPES: [&str; 9] =
    ["ETL", "EMR", "DLC", "SETATS", "TDSQL", "TCHOUSE", "GENERAL", "TI_ONE", "ACROSS_WORKFLOWS"];

/// Returns a path of folders in its canonical form: `a//b/` is `/a/b`; an empty path stays empty.
pub fn canonical_folder(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// Returns the folder type of a task type, given by its number.
///
/// Source: no document says which task types go with which folder type; they are matched by their
/// names, so a manifest can override it (`lifecycle.folder_type`).
pub fn folder_type(task_type: u32) -> Option<&'static str> {
    let folder_type = match task_type {
        26 => "ETL",
        31 | 33 | 34 | 36 | 39 | 48 | 92 => "EMR",
        32 | 46 | 50 | 139 => "DLC",
        138 => "SETATS",
        23 => "TDSQL",
        40 | 42 | 43 => "TCHOUSE",
        47 => "TI_ONE",
        140 => "ACROSS_WORKFLOWS",
        21 | 30 | 35 | 38 | 41 | 130..=134 | 137 => "GENERAL",
        _ => return None,
    };
    Some(folder_type)
}

/// Returns the call that lists page `number` (from 1) of the folders directly below a path.
pub fn list_folders_call(forest: &FolderTree, project_id: &str, parent: &str, number: u64) -> Call {
    let page = json!({"ProjectId": project_id, "PageNumber": number, "PageSize": 200});
    let (action, place) = match forest {
        FolderTree::Workflows => ("ListWorkflowFolders", json!({"ParentFolderPath": parent})),
        FolderTree::Tasks { workflow, folder_type } => (
            "ListTaskFolders",
            json!({
                "WorkflowId": workflow,
                "TaskFolderType": folder_type,
                "ParentTaskFolderPath": parent,
            }),
        ),
    };
    Call::new(action, &with(page, place), Repeat::Read)
}

/// Returns the call that creates a folder; each call creates one level.
pub fn create_folder_call(forest: &FolderTree, project_id: &str, parent: &str, name: &str) -> Call {
    let project = json!({"ProjectId": project_id});
    let (action, folder) = match forest {
        FolderTree::Workflows => {
            ("CreateWorkflowFolder", json!({"ParentFolderPath": parent, "FolderName": name}))
        }
        FolderTree::Tasks { workflow, folder_type } => (
            "CreateTaskFolder",
            json!({
                "WorkflowId": workflow,
                "TaskFolderType": folder_type,
                "ParentTaskFolderPath": parent,
                "TaskFolderName": name,
            }),
        ),
    };
    Call::new(action, &with(project, folder), Repeat::No)
}

/// Returns whether an answer says that a folder was created: it contains the id.
pub fn is_folder_made(data: &Json) -> bool {
    let id = data.get("FolderId").or_else(|| data.get("TaskFolderId"));
    id.and_then(Json::as_str).is_some_and(|id| !id.is_empty())
}

/// Returns the paths of a page of folders, and how many there are over all pages.
pub fn decode_folders(data: &Json) -> Option<(Vec<String>, u64)> {
    let items = data.get("Items")?.as_array()?;
    let path = |item: &Json| {
        let path = item.get("FolderPath").or_else(|| item.get("TaskFolderPath"))?;
        path.as_str().map(str::to_owned)
    };
    let total = data.get("TotalCount").and_then(Json::as_u64).unwrap_or(items.len() as u64);
    Some((items.iter().filter_map(path).collect(), total))
}

fn with(mut body: Json, more: Json) -> Json {
    if let (Json::Object(body), Json::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}
