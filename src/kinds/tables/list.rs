//! Every kind, and the table of each: the list of kinds.

use std::collections::BTreeMap;

use super::super::table::Table;
use super::task::TASK;
use super::trigger_task::TRIGGER_TASK;
use super::trigger_workflow::TRIGGER_WORKFLOW;
use super::workflow::WORKFLOW;
use crate::model::Kind;

/// Every table.
pub const ALL: [&Table; 4] = [&WORKFLOW, &TRIGGER_WORKFLOW, &TASK, &TRIGGER_TASK];

/// The kind that is meant where nothing says which.
pub const USUAL: Kind = Kind::Task;

/// Returns the table of a kind.
pub fn table(kind: Kind) -> &'static Table {
    match kind {
        Kind::Workflow => &WORKFLOW,
        Kind::TriggerWorkflow => &TRIGGER_WORKFLOW,
        Kind::Task => &TASK,
        Kind::TriggerTask => &TRIGGER_TASK,
    }
}

/// Returns the kinds in groups: those whose ids others hold come before these.
pub fn stages() -> Vec<Vec<Kind>> {
    let mut stages: BTreeMap<usize, Vec<Kind>> = BTreeMap::new();
    for table in ALL {
        stages.entry(stage(table)).or_default().push(table.kind);
    }
    stages.into_values().collect()
}

fn stage(of: &Table) -> usize {
    let others = of.refers_to.iter().filter(|kind| **kind != of.kind);
    others.map(|kind| stage(table(*kind)) + 1).max().unwrap_or(0)
}
