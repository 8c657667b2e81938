//! A plan as operations that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Change, Plan, Reason};
use crate::model::{Address, Desired, Kind, Operation, OperationId, Recorded, Value, Verb};

/// Returns the operations of a plan: dependencies first, deletes in reverse.
///
/// An operation waits only for those that it needs, so independent ones can run side by side.
pub fn schedule(plan: &Plan, desired: &Desired, recorded: &Recorded) -> Vec<Operation> {
    let mut steps = Steps::default();
    for change in &plan.changes {
        steps.add(change);
    }
    for change in &plan.changes {
        steps.wait_for_needed(change, desired);
    }
    let users = users(recorded, plan);
    for change in &plan.changes {
        steps.wait_for_users(change, &users);
    }
    steps.operations
}

#[derive(Default)]
struct Steps {
    operations: Vec<Operation>,
    /// The operation after which a resource is as wanted.
    ready: BTreeMap<Address, OperationId>,
    /// The operation that removes a resource.
    removal: BTreeMap<Address, OperationId>,
    /// The operations that need the ids which a resource holds.
    holding: BTreeMap<Address, Vec<OperationId>>,
}

impl Steps {
    fn add(&mut self, change: &Change) {
        let verbs: &[Verb] = match change.action {
            Action::Create => &[Verb::Create],
            Action::Update => &[Verb::Update],
            Action::Replace => &[Verb::Delete, Verb::Create],
            Action::Delete => &[Verb::Delete],
            Action::Adopt if change.fields.is_empty() => &[Verb::Adopt],
            Action::Adopt => &[Verb::Adopt, Verb::Update],
            Action::Forget => &[Verb::Forget],
            Action::Record => &[Verb::Record],
        };
        let mut previous = None;
        for verb in verbs {
            let id = OperationId(self.operations.len());
            let mut operation = operation(change, *verb);
            operation.after.extend(previous);
            self.operations.push(operation);
            match verb {
                Verb::Delete | Verb::Forget => self.removal.insert(change.address.clone(), id),
                Verb::Create | Verb::Update | Verb::Adopt | Verb::Record => {
                    self.holding.entry(change.address.clone()).or_default().push(id);
                    self.ready.insert(change.address.clone(), id)
                }
            };
            previous = Some(id);
        }
    }

    /// A resource is made or changed after everything whose id it holds.
    fn wait_for_needed(&mut self, change: &Change, desired: &Desired) {
        let Some(holding) = self.holding.get(&change.address).cloned() else { return };
        let Some(resource) = desired.resources.get(&change.address) else { return };
        let needed = resource.spec.references().into_iter().chain(resource.extra.references());
        let after: Vec<OperationId> =
            needed.filter_map(|address| self.ready.get(address)).copied().collect();
        for id in holding {
            self.wait(id, &after);
        }
    }

    /// A resource is removed after everything that held its id is removed or lets go of it.
    fn wait_for_users(&mut self, change: &Change, users: &Users<'_>) {
        let Some(&id) = self.removal.get(&change.address) else { return };
        let mut after = Vec::new();
        for user in users.get(&change.address).into_iter().flatten() {
            match self.removal.get(user) {
                Some(removal) => after.push(*removal),
                // What is replaced cannot wait for those that will hold its new id.
                None if change.action == Action::Replace => {}
                None => after.extend(self.ready.get(user)),
            }
        }
        // A user may itself wait for this removal, by way of a resource that is made anew: then it
        // cannot let go first.
        after.retain(|other| !self.waits_for(*other, id));
        self.wait(id, &after);
    }

    fn wait(&mut self, id: OperationId, after: &[OperationId]) {
        if let Some(operation) = self.operations.get_mut(id.0) {
            operation.after.extend(after.iter().filter(|other| **other != id));
            operation.after.sort_unstable();
            operation.after.dedup();
        }
    }

    /// Tells whether an operation waits for another, directly or not.
    fn waits_for(&self, id: OperationId, other: OperationId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if next == other {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.operations.get(next.0).into_iter().flat_map(|o| &o.after));
            }
        }
        false
    }
}

fn operation(change: &Change, verb: Verb) -> Operation {
    let removed = change
        .fields
        .iter()
        .filter(|field| field.reason == Reason::Removed)
        .map(|field| field.path.clone());
    // What is removed holds nothing that could have to be known first.
    let is_removal = matches!(verb, Verb::Delete | Verb::Forget);
    let wanted = |value: &Value| if is_removal { Value::map() } else { value.clone() };
    Operation {
        verb,
        address: change.address.clone(),
        id: change.id.clone().filter(|_| verb != Verb::Create),
        spec: wanted(&change.spec),
        extra: wanted(&change.extra),
        removed: removed.collect(),
        ignore: change.ignore.clone(),
        protect: change.protect,
        place: change.place.clone(),
        moved_from: change.moved_from.clone(),
        after: Vec::new(),
    }
}

/// For each resource of the state, those that hold its id.
pub(super) type Users<'a> = BTreeMap<&'a Address, BTreeSet<&'a Address>>;

/// Returns who holds whose id, under the addresses that a plan gives them.
pub(super) fn users<'a>(recorded: &'a Recorded, plan: &'a Plan) -> Users<'a> {
    let moved: BTreeMap<&Address, &Address> = plan
        .changes
        .iter()
        .filter_map(|change| Some((change.moved_from.as_ref()?, &change.address)))
        .collect();
    let now = |address: &'a Address| moved.get(address).copied().unwrap_or(address);
    let by_id: BTreeMap<(Kind, &str), &Address> = recorded
        .resources
        .iter()
        .map(|(address, resource)| ((address.kind, resource.id.0.as_str()), now(address)))
        .collect();
    let mut users: Users<'_> = BTreeMap::new();
    for (address, resource) in &recorded.resources {
        let mut held = Vec::new();
        held_ids(address.kind, &resource.spec, &by_id, &mut held);
        for used in held.into_iter().filter(|used| *used != now(address)) {
            users.entry(used).or_default().insert(now(address));
        }
    }
    users
}

fn held_ids<'a>(
    kind: Kind,
    value: &Value,
    by_id: &BTreeMap<(Kind, &str), &'a Address>,
    held: &mut Vec<&'a Address>,
) {
    match value {
        Value::Text(text) => held.extend(by_id.get(&(kind, text.as_str()))),
        Value::List(items) => items.iter().for_each(|item| held_ids(kind, item, by_id, held)),
        Value::Map(map) => map.values().for_each(|value| held_ids(kind, value, by_id, held)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Template(_) => {}
    }
}
