//! Which tasks wait for each other in a circle: the service lets them, manifests do not.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the members of circles, and what lies between two circles: between these, ids stay
/// ids. `needs` holds, for each member, the members that it needs.
pub fn knotted<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> BTreeSet<T> {
    let ahead = left(needs, needs.keys().cloned().collect());
    left(&reversed(needs), ahead)
}

fn reversed<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> BTreeMap<T, BTreeSet<T>> {
    let mut reversed: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    for (from, to) in needs {
        for to in to {
            reversed.entry(to.clone()).or_default().insert(from.clone());
        }
    }
    reversed
}

/// Takes away, again and again, whoever needs nobody that is still there.
fn left<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>, mut members: BTreeSet<T>) -> BTreeSet<T> {
    let needed_by = reversed(needs);
    let open = |member: &T| {
        let needs = needs.get(member).into_iter().flatten();
        needs.filter(|need| members.contains(need)).count()
    };
    let mut waits: BTreeMap<T, usize> = members.iter().map(|m| (m.clone(), open(m))).collect();
    let mut ready: Vec<T> =
        waits.iter().filter(|(_, open)| **open == 0).map(|(member, _)| member.clone()).collect();
    while let Some(member) = ready.pop() {
        members.remove(&member);
        for user in needed_by.get(&member).into_iter().flatten() {
            let Some(open) = waits.get_mut(user) else { continue };
            *open = open.saturating_sub(1);
            if *open == 0 && members.contains(user) {
                ready.push(user.clone());
            }
        }
    }
    members
}
