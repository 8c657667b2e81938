//! Which resources hold the id of a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Plan;
use crate::kinds::table;
use crate::model::{Address, Recorded, Value};

/// For each resource of the state, those that hold its id.
pub(super) type IdUsers<'a> = BTreeMap<&'a Address, BTreeSet<&'a Address>>;

/// Returns which resources hold the id of which, under the addresses that a plan gives them.
pub(super) fn users<'a>(recorded: &'a Recorded, plan: &'a Plan) -> IdUsers<'a> {
    let moved: BTreeMap<&Address, &Address> = plan
        .changes
        .iter()
        .filter_map(|change| Some((change.moved_from.as_ref()?, &change.address)))
        .collect();
    users_under(recorded, &moved)
}

/// Returns which resources hold the id of which; `moved` maps addresses of the state to current
/// ones.
pub(super) fn users_under<'a>(
    recorded: &'a Recorded,
    moved: &BTreeMap<&'a Address, &'a Address>,
) -> IdUsers<'a> {
    let now = |address: &'a Address| moved.get(address).copied().unwrap_or(address);
    let mut by_id: BTreeMap<&str, BTreeSet<&Address>> = BTreeMap::new();
    for (address, resource) in &recorded.resources {
        by_id.entry(resource.id.0.as_str()).or_default().insert(now(address));
    }
    let mut users: IdUsers<'_> = BTreeMap::new();
    for (address, resource) in &recorded.resources {
        let mut held = Vec::new();
        held_ids(&resource.spec, &by_id, &mut held);
        held.retain(|used| table(address.kind).refers_to.contains(&used.kind));
        for used in held.into_iter().filter(|used| *used != now(address)) {
            users.entry(used).or_default().insert(now(address));
        }
    }
    users
}

fn held_ids<'a>(
    value: &Value,
    by_id: &BTreeMap<&str, BTreeSet<&'a Address>>,
    held: &mut Vec<&'a Address>,
) {
    match value {
        Value::Text(text) => held.extend(by_id.get(text.as_str()).into_iter().flatten()),
        Value::List(items) => items.iter().for_each(|item| held_ids(item, by_id, held)),
        Value::Map(map) => map.values().for_each(|value| held_ids(value, by_id, held)),
        Value::Secret(secret) => held_ids(secret.reveal(), by_id, held),
        // A digest contains no id.
        Value::Sealed(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Code(_)
        | Value::Template(_) => {}
    }
}
