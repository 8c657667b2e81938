//! Waits that are dropped where they would close a cycle.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Operation, OperationId, WaitGraph};

/// A wait that is useful but not required.
#[derive(Clone, Copy)]
pub(super) struct SoftDependency {
    pub(super) id: OperationId,
    pub(super) after: OperationId,
    pub(super) kind: SoftDependencyKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SoftDependencyKind {
    /// A removal waits for everything that holds the id.
    Users,
    /// A name is taken after it was given up.
    Name,
    /// A replace begins after the name that it takes was given up.
    Early,
}

/// Keeps every wish that closes no cycle: the required waits close none by themselves.
pub(super) fn untangle(
    mut operations: Vec<Operation>,
    wishes: Vec<SoftDependency>,
) -> Vec<Operation> {
    let mut wishes = wishes;
    loop {
        let stuck = stuck(&operations, &wishes);
        let in_a_circle =
            |wish: &SoftDependency| stuck.contains(&wish.id) && stuck.contains(&wish.after);
        let some = wishes.iter().filter(|wish| in_a_circle(wish));
        // All wishes of one kind and operation are dropped together: each round reads everything
        // again.
        let of = |kind: SoftDependencyKind| some.clone().find(|wish| wish.kind == kind);
        let gone = of(SoftDependencyKind::Early)
            .or_else(|| of(SoftDependencyKind::Users))
            .or_else(|| of(SoftDependencyKind::Name));
        let Some(gone) = gone else { break };
        let (id, kind) = (gone.id, gone.kind);
        wishes.retain(|wish| wish.id != id || wish.kind != kind || !in_a_circle(wish));
    }
    for wish in wishes {
        if let Some(operation) = operations.get_mut(wish.id.0) {
            operation.after.push(wish.after);
        }
    }
    for operation in &mut operations {
        operation.after.sort_unstable();
        operation.after.dedup();
    }
    operations
}

/// Returns the operations that would wait for each other forever, and those behind them.
fn stuck(operations: &[Operation], wishes: &[SoftDependency]) -> BTreeSet<OperationId> {
    let needs = operations.iter().enumerate();
    let needs = needs.map(|(place, one)| (OperationId(place), one.after.iter().copied().collect()));
    let mut needs: BTreeMap<OperationId, BTreeSet<OperationId>> = needs.collect();
    for wish in wishes {
        needs.entry(wish.id).or_default().insert(wish.after);
    }
    let mut graph = WaitGraph::new(needs);
    graph.run_out();
    graph.waiting().copied().collect()
}
