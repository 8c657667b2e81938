//! Finds the table of a kind, and orders the kinds.

use std::collections::BTreeMap;

use super::super::table::Table;
use super::ALL;
use crate::model::Kind;

/// The kind that is meant by default.
pub const USUAL: Kind = Kind::Task;

// A kind without a table does not compile.
const _: () = assert!(ALL.len() == Kind::ALL.len());

/// Returns the table of a kind.
pub fn table(kind: Kind) -> &'static Table {
    let found = ALL.iter().find(|table| table.kind == kind);
    found.expect("every kind has its table: checked above, and by a test")
}

/// Returns the kinds in groups: kinds come after those whose ids they hold.
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
