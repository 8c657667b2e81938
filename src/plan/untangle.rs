//! Waits that are given up where they would close a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Operation, OperationId};

/// A wait that makes things go more smoothly, and without which they go too.
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

/// Grants every wish that closes no circle: what is needed closes none by itself.
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
        // All wishes of one kind and operation go at once: each round reads everything again.
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

/// Returns the operations that would wait for each other for ever, and those behind them.
fn stuck(operations: &[Operation], wishes: &[SoftDependency]) -> BTreeSet<OperationId> {
    let mut waiting = vec![0_usize; operations.len()];
    let mut behind: BTreeMap<OperationId, Vec<OperationId>> = BTreeMap::new();
    let needs = operations.iter().enumerate().flat_map(|(place, operation)| {
        operation.after.iter().map(move |after| (OperationId(place), *after))
    });
    for (id, after) in needs.chain(wishes.iter().map(|wish| (wish.id, wish.after))) {
        behind.entry(after).or_default().push(id);
        if let Some(n) = waiting.get_mut(id.0) {
            *n += 1;
        }
    }
    let mut left: BTreeSet<OperationId> = (0..operations.len()).map(OperationId).collect();
    let mut free: Vec<OperationId> =
        left.iter().copied().filter(|id| waiting.get(id.0) == Some(&0)).collect();
    while let Some(id) = free.pop() {
        left.remove(&id);
        for next in behind.get(&id).into_iter().flatten() {
            if let Some(n) = waiting.get_mut(next.0) {
                *n -= 1;
                if *n == 0 {
                    free.push(*next);
                }
            }
        }
    }
    left
}
