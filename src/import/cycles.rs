//! Finds tasks that wait for each other in a cycle: the service allows that, manifests do not.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::WaitGraph;

/// Returns the members of cycles, and what lies between two cycles: among these, ids are not
/// replaced by references. `needs` holds, for each member, the members that it needs.
pub fn knotted<T: Ord + Clone>(needs: BTreeMap<T, BTreeSet<T>>) -> BTreeSet<T> {
    let mut reversed: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    for (from, to) in &needs {
        for to in to {
            reversed.entry(to.clone()).or_default().insert(from.clone());
        }
    }
    // What waits for a cycle and is waited for by one.
    let ahead = stuck(needs);
    stuck(ahead.into_iter().map(|one| (one.clone(), reversed.remove(&one).unwrap_or_default())))
}

/// Returns the members that would wait forever.
fn stuck<T: Ord + Clone>(needs: impl IntoIterator<Item = (T, BTreeSet<T>)>) -> BTreeSet<T> {
    let mut graph = WaitGraph::new(needs.into_iter().collect());
    graph.run_out();
    graph.waiting().cloned().collect()
}
