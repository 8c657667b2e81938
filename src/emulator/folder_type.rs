//! The node types of tasks, which are also the types of their folders.
//!
//! Source: the values of TaskFolderType and TaskNodeTypeList. No document says which task types
//! belong to which: they are put together here by their names.

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

/// The values of TaskFolderType.
pub const FOLDER_TYPES: [&str; 9] =
    ["ETL", "EMR", "DLC", "SETATS", "TDSQL", "TCHOUSE", "GENERAL", "TI_ONE", "ACROSS_WORKFLOWS"];

/// Returns the node type of a task type, given by its number.
pub fn node_type(task_type: &str) -> Option<&'static str> {
    let node_type = match task_type.parse::<u32>().ok()? {
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
    Some(node_type)
}
