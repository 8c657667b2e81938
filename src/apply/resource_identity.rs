//! What a resource is known by before the service gives it an id.

use crate::kinds::{task_name, task_type, workflow_id};
use crate::model::{Kind, Value};

/// What tells resources apart before they have an id. Two of one identity may exist where names
/// are free, but a lost create cannot tell them apart by looking.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceIdentity {
    /// The kind.
    pub kind: Kind,
    /// WorkflowId.
    pub workflow: String,
    /// TaskName.
    pub name: String,
    /// TaskTypeId.
    pub task_type: String,
}

impl ResourceIdentity {
    /// Returns the identity of a spec.
    pub fn of(kind: Kind, spec: &Value) -> ResourceIdentity {
        let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
        ResourceIdentity {
            kind,
            workflow: own(workflow_id(kind, spec)),
            name: own(task_name(kind, spec)),
            task_type: own(task_type(kind, spec)),
        }
    }
}
