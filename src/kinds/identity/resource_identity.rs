//! What tells resources apart before they have an id.
//!
//! Source: no document states a rule of unique names; the error code DuplicateName exists. So names
//! are compared exactly, inside one workflow or folder, and what has one identity is told apart by
//! nothing but its content.

use std::fmt;

use super::super::capability::Home;
use super::super::tables::table;
use crate::model::{Kind, Value};

/// What a resource lies in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceHome {
    /// A workflow, by its id.
    Workflow(String),
    /// A folder of workflows, by its path.
    Folder(String),
    /// The project alone.
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

/// Returns TaskTypeId of a spec; none for workflows.
pub fn task_type(kind: Kind, spec: &Value) -> Option<&str> {
    spec.at(&[table(kind).base, "TaskTypeId"]).and_then(Value::as_text)
}

/// Returns what a resource lies in; none where its spec does not tell: the id of its workflow is
/// not known yet, or an answer leaves the folder out.
pub fn home_of(kind: Kind, spec: &Value) -> Option<ResourceHome> {
    let text = |field: &[&str]| spec.at(field).and_then(Value::as_text).map(str::to_owned);
    match table(kind).home {
        Home::Project => Some(ResourceHome::Project),
        Home::Folder(field) => text(field).map(ResourceHome::Folder),
        Home::Workflow { field, .. } => text(field).map(ResourceHome::Workflow),
    }
}

/// What tells resources apart before they have an id. Two of one identity may exist where names
/// are free, but a lost create cannot tell them apart by looking.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceIdentity {
    /// The kind.
    pub kind: Kind,
    /// The name that people see; empty where there is none.
    pub name: String,
    /// What it lies in; none where nothing tells.
    pub home: Option<ResourceHome>,
    /// TaskTypeId; none where nothing tells, and for workflows.
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

    /// Returns the name in its home alone, which a create needs and an update takes.
    pub fn without_type(self) -> ResourceIdentity {
        ResourceIdentity { task_type: None, ..self }
    }

    /// Tells whether one that is there is what this one asks for, as far as anything but its id,
    /// its mark and its content tells: name and home, and the type, which no update changes.
    pub fn is(&self, there: &ResourceIdentity) -> bool {
        self.has_name_of(there) && (there.task_type.is_none() || self.task_type == there.task_type)
    }

    /// Tells whether one that is there has the name that this one asks for, in the same home.
    pub fn has_name_of(&self, there: &ResourceIdentity) -> bool {
        self.kind == there.kind && self.name == there.name && self.is_in_home_of(there)
    }

    /// Tells whether both lie in the same. What an answer leaves out says nothing: lists of
    /// workflows tell no folder.
    pub fn is_in_home_of(&self, there: &ResourceIdentity) -> bool {
        there.home.is_none() || self.home == there.home
    }
}
