//! Which tasks wait for each other in a circle: the service lets them, manifests do not.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::WaitGraph;

/// Returns the members of circles, and what lies between two circles: between these, ids stay
/// ids. `needs` holds, for each member, the members that it needs.
pub fn knotted<T: Ord + Clone>(needs: BTreeMap<T, BTreeSet<T>>) -> BTreeSet<T> {
    let mut reversed: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    for (from, to) in &needs {
        for to in to {
            reversed.entry(to.clone()).or_default().insert(from.clone());
        }
    }
    // Whoever waits for a circle and is waited for by one.
    let ahead = stuck(needs);
    stuck(ahead.into_iter().map(|one| (one.clone(), reversed.remove(&one).unwrap_or_default())))
}

/// Returns those that would wait for ever.
fn stuck<T: Ord + Clone>(needs: impl IntoIterator<Item = (T, BTreeSet<T>)>) -> BTreeSet<T> {
    let mut graph = WaitGraph::new(needs.into_iter().collect());
    graph.run_out();
    graph.waiting().cloned().collect()
}
