//! What the service has under the names that the run is about to use: read once.

use std::collections::BTreeMap;

use tokio::sync::OnceCell;

use crate::kinds::Listed;
use crate::model::{Kind, Operation, Verb};

/// The names of everything of each kind, read once before the first create.
#[derive(Debug, Default)]
pub struct TakenNames {
    /// How many creates the run has of each kind: more list calls than that are not worth it.
    pub(super) creates: BTreeMap<Kind, u64>,
    /// None where one list for each create costs fewer calls.
    pub(super) known: [OnceCell<Option<NamesOfKind>>; Kind::ALL.len()],
}

/// What a list shows of a kind, by name.
pub(super) type NamesOfKind = BTreeMap<String, Vec<Listed>>;

impl TakenNames {
    /// Returns the names of a run, not read yet.
    pub fn new(operations: &[Operation]) -> TakenNames {
        let mut creates = BTreeMap::new();
        for operation in operations.iter().filter(|operation| operation.verb == Verb::Create) {
            *creates.entry(operation.address.kind).or_default() += 1;
        }
        TakenNames { creates, ..TakenNames::default() }
    }
}
