//! The node types of tasks, which are also the types of their folders.
//!
//! Source: the values of TaskNodeTypeList.

use crate::kinds::folder_type;

/// The values of TaskNodeTypeList.
pub const NODE_TYPES: [&str; 10] = [
    "ETL",
    "EMR",
    "DLC",
    "SETATS",
    "TDSQL",
    "TCHOUSE",
    "GENERAL",
    "DATA_QUALITY",
    "INDICATOR",
    "TI_ONE",
];

/// Returns the node type of a task type, which is given as its number.
pub fn node_type(task_type: &str) -> Option<&'static str> {
    task_type.parse().ok().and_then(folder_type)
}
