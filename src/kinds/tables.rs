//! Every kind, and the table of each.

use super::table::Table;
use super::task::TASK;
use super::trigger_task::TRIGGER_TASK;
use super::trigger_workflow::TRIGGER_WORKFLOW;
use super::workflow::WORKFLOW;
use crate::model::Kind;

/// Every table.
pub const ALL: [&Table; 4] = [&WORKFLOW, &TRIGGER_WORKFLOW, &TASK, &TRIGGER_TASK];

/// Returns the table of a kind.
pub fn table(kind: Kind) -> &'static Table {
    match kind {
        Kind::Workflow => &WORKFLOW,
        Kind::TriggerWorkflow => &TRIGGER_WORKFLOW,
        Kind::Task => &TASK,
        Kind::TriggerTask => &TRIGGER_TASK,
    }
}
