//! What identifies resources before they have an id.
//!
//! Source: no document states a rule of unique names; the error code DuplicateName exists. So names
//! are compared exactly, inside one workflow or folder, and resources with the same identity differ
//! only in their content.

use std::fmt;

use super::super::capability::Home;
use super::super::tables::table;
use crate::model::{Kind, Value};

/// What contains a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceHome {
    /// A workflow, by its id.
    Workflow(String),
    /// A folder of workflows, by its path.
    Folder(String),
    /// Only the project.
    Project,
}

impl ResourceHome {
    /// Returns the id of the workflow, if it is one.
    pub fn workflow(&self) -> Option<&str> {
        match self {
            ResourceHome::Workflow(id) => Some(id),
            ResourceHome::Folder(_) | ResourceHome::Project => None,
        }
    }
}

impl fmt::Display for ResourceHome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResourceHome::Workflow(id) => write!(f, "workflow {id}"),
            ResourceHome::Folder(path) => write!(f, "folder {path}"),
            ResourceHome::Project => f.write_str("the project"),
        }
    }
}

/// Returns TaskName or WorkflowName of a spec.
pub fn task_name(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(table(kind).name).and_then(Value::as_text)
}

/// Returns TaskTypeId of a spec; None for workflows.
pub fn task_type(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(&[table(kind).base, "TaskTypeId"]).and_then(Value::as_text)
}

/// Returns the home of a resource; None where its spec does not show it: the id of its workflow is
/// not known yet, or an answer leaves the folder out.
pub fn home_of(kind: Kind, spec: &Value) -> Option<ResourceHome> {
    let text = |field: &[&str]| spec.at(field).and_then(Value::as_text).map(str::to_owned);
    match table(kind).home {
        Home::Project => Some(ResourceHome::Project),
        Home::Folder(field) => text(field).map(ResourceHome::Folder),
        Home::Workflow { field, .. } => text(field).map(ResourceHome::Workflow),
    }
}

/// What identifies resources before they have an id. Two with the same identity may exist where
/// names need not be unique; after a create whose answer was lost they cannot be distinguished.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceIdentity {
    /// The kind.
    pub kind: Kind,
    /// The name that people see; empty where there is none.
    pub name: String,
    /// Its home; `None` where it is not known.
    pub home: Option<ResourceHome>,
    /// TaskTypeId; `None` where it is not known, and for workflows.
    pub task_type: Option<String>,
}

impl ResourceIdentity {
    /// Returns the identity of a spec.
    pub fn of(kind: Kind, spec: &Value) -> ResourceIdentity {
        ResourceIdentity {
            kind,
            name: task_name(kind, spec).unwrap_or_default().to_owned(),
            home: home_of(kind, spec),
            task_type: task_type(kind, spec).map(str::to_owned),
        }
    }

    /// Returns only the name in its home, which a create needs and an update takes.
    pub fn without_type(self) -> ResourceIdentity {
        ResourceIdentity { task_type: None, ..self }
    }

    /// Returns whether an existing resource matches this identity: name and home, and the type,
    /// which no update changes.
    pub fn is(&self, there: &ResourceIdentity) -> bool {
        self.has_name_of(there) && (there.task_type.is_none() || self.task_type == there.task_type)
    }

    /// Returns whether an existing resource has the same name in the same home.
    pub fn has_name_of(&self, there: &ResourceIdentity) -> bool {
        self.kind == there.kind && self.name == there.name && self.is_in_home_of(there)
    }

    /// Returns whether both have the same home. A home that is left out proves nothing: lists of
    /// workflows contain no folder.
    pub fn is_in_home_of(&self, there: &ResourceIdentity) -> bool {
        there.home.is_none() || self.home == there.home
    }
}
