//! A plan as operations that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, ChangeReason, Plan, PlanAction};
use super::select::closure;
use super::untangle::{SoftDependency, SoftDependencyKind, untangle};
use super::users::{IdUsers, users};
use crate::kinds::{ResourceIdentity, STATUS, home_of, is_covered, table};
use crate::model::{Address, Desired, Operation, OperationId, Recorded, Step, Value, Verb};

/// Returns the operations of a plan: dependencies first, deletes in reverse order.
///
/// An operation waits only for those that it needs, so independent ones can run in parallel.
pub fn schedule(plan: &Plan, desired: &Desired, recorded: &Recorded) -> Vec<Operation> {
    let mut steps = Steps::default();
    for change in &plan.changes {
        steps.add(change);
    }
    for change in &plan.changes {
        steps.wait_for_needed(change, desired);
    }
    steps.wait_for_inside(plan, desired);
    let users = users(recorded, plan);
    let emptied = Emptied::of(plan, desired);
    for change in &plan.changes {
        steps.wait_with_replacing(change, desired, &users, &emptied);
    }
    for change in &plan.changes {
        steps.wait_for_users(change, &users);
        steps.wait_for_pause(change, &users);
    }
    steps.wait_for_names(plan, recorded);
    let Steps { operations, wishes, .. } = steps;
    untangle(operations, wishes)
}

#[derive(Default)]
struct Steps {
    operations: Vec<Operation>,
    /// The operation after which a resource has its id and its fields are as wanted.
    ready: BTreeMap<Address, OperationId>,
    /// The operation after which its schedule is as wanted too.
    live: BTreeMap<Address, OperationId>,
    /// The operations on schedules: each needs the schedules of what its task depends on.
    living: BTreeMap<Address, Vec<OperationId>>,
    /// The operation after which a resource is removed.
    removal: BTreeMap<Address, OperationId>,
    /// The operation with which its removal begins, where that is another one.
    stopping: BTreeMap<Address, OperationId>,
    /// The operations that need the ids which a resource holds.
    holding: BTreeMap<Address, Vec<OperationId>>,
    /// Waits that are dropped where they would close a cycle.
    wishes: Vec<SoftDependency>,
}

impl Steps {
    fn add(&mut self, change: &Change) {
        let mut previous = None;
        for verb in verbs(change) {
            let id = OperationId(self.operations.len());
            let mut operation = operation(change, verb);
            operation.after.extend(previous);
            self.operations.push(operation);
            let address = change.address.clone();
            match verb {
                Verb::Step(Step::Stop) => {
                    self.stopping.insert(address, id);
                }
                Verb::Delete | Verb::Forget => {
                    self.removal.insert(address, id);
                }
                Verb::Create | Verb::Update | Verb::Adopt | Verb::Record => {
                    self.holding.entry(address.clone()).or_default().push(id);
                    self.ready.insert(address.clone(), id);
                    self.live.insert(address, id);
                }
                Verb::Step(Step::Submit | Step::Start | Step::Pause) => {
                    self.living.entry(address.clone()).or_default().push(id);
                    // Nothing waits until a workflow fires: that comes last.
                    if !table(address.kind).has_status_field() {
                        self.live.insert(address, id);
                    }
                }
            }
            previous = Some(id);
        }
    }

    /// A resource is created or changed after everything whose id it holds, and is scheduled after
    /// them too.
    fn wait_for_needed(&mut self, change: &Change, desired: &Desired) {
        let needed: Vec<&Address> = needed(&change.address, desired).collect();
        let of = |done: &BTreeMap<Address, OperationId>| -> Vec<OperationId> {
            needed.iter().filter_map(|address| done.get(*address)).copied().collect()
        };
        let (ready, live) = (of(&self.ready), of(&self.live));
        for id in self.holding.get(&change.address).cloned().unwrap_or_default() {
            self.wait(id, &ready);
        }
        for id in self.living.get(&change.address).cloned().unwrap_or_default() {
            self.wait(id, &live);
        }
    }

    /// A replaced resource stays until everything that its new half needs exists: if that failed
    /// afterwards, nothing of the resource would be left.
    fn wait_with_replacing(
        &mut self,
        change: &Change,
        desired: &Desired,
        users: &IdUsers<'_>,
        emptied: &Emptied<'_>,
    ) {
        let address = &change.address;
        let Some(first) =
            self.begins_to_go(address).filter(|_| change.action == PlanAction::Replace)
        else {
            return;
        };
        let holds = |home: &&Address| users.get(*home).is_some_and(|users| users.contains(address));
        let is_inside = emptied.homes.iter().any(holds);
        let mut after = Vec::new();
        let mut met = BTreeSet::from([address]);
        let mut open = vec![address];
        while let Some(one) = open.pop() {
            for needed in needed(one, desired).filter(|needed| met.insert(needed)) {
                if is_inside && emptied.behind.contains(needed) {
                    open.push(needed);
                } else {
                    after.extend(self.ready.get(needed).into_iter().chain(self.live.get(needed)));
                }
            }
        }
        self.wait(first, &after);
    }

    /// Returns the operation with which the removal of a resource begins.
    fn begins_to_go(&self, address: &Address) -> Option<OperationId> {
        self.stopping.get(address).or_else(|| self.removal.get(address)).copied()
    }

    /// A trigger workflow starts to fire when everything in it is as wanted.
    fn wait_for_inside(&mut self, plan: &Plan, desired: &Desired) {
        let held: Vec<&Change> = plan.changes.iter().filter(|one| one.is_held_back()).collect();
        let by_id =
            |change: &&Change| Some((change.id.as_ref()?.0.clone(), change.address.clone()));
        let by_id: BTreeMap<String, Address> = held.iter().filter_map(by_id).collect();
        let held: BTreeSet<&Address> = held.into_iter().map(|change| &change.address).collect();
        for change in plan.changes.iter().filter(|_| !held.is_empty()) {
            let Some(resource) = desired.resources.get(&change.address) else { continue };
            let Some(&live) = self.live.get(&change.address) else { continue };
            let mut homes = resource.spec.references();
            let named = home_of(change.address.kind, &change.spec);
            homes.extend(named.as_ref().and_then(|home| by_id.get(home.workflow()?)));
            homes.retain(|home| Some(home.kind) == table(change.address.kind).home_kind());
            for home in homes.into_iter().filter(|home| held.contains(home)) {
                for start in self.living.get(home).cloned().unwrap_or_default() {
                    self.wait(start, &[live]);
                }
            }
        }
    }

    /// A resource in a trigger workflow is removed after the workflow was paused.
    fn wait_for_pause(&mut self, change: &Change, users: &IdUsers<'_>) {
        let address = &change.address;
        let is_paused = table(address.kind).has_status_field();
        let Some(&stop) = self.stopping.get(address).filter(|_| is_paused) else {
            return;
        };
        let inside = users.get(address).into_iter().flatten();
        let removals: Vec<_> = inside.filter_map(|user| self.removal.get(*user)).copied().collect();
        for removal in removals {
            self.wait(removal, &[stop]);
        }
    }

    /// A resource is removed after everything that held its id is removed or lets go of it.
    fn wait_for_users(&mut self, change: &Change, users: &IdUsers<'_>) {
        let address = &change.address;
        let is_paused = table(address.kind).has_status_field();
        let stop = self.stopping.get(address).filter(|_| !is_paused);
        let first = stop.or_else(|| self.removal.get(address));
        let Some(&id) = first else { return };
        let mut after = Vec::new();
        for user in users.get(&change.address).into_iter().flatten() {
            match self.removal.get(user) {
                // It stays until the new one exists.
                Some(_) if self.stays_for(user, address) => {}
                Some(removal) => after.push(*removal),
                // What is replaced cannot wait for those that will hold its new id.
                None if change.action == PlanAction::Replace => {}
                None => after.extend(self.live.get(user)),
            }
        }
        let wish = |other| SoftDependency { id, after: other, kind: SoftDependencyKind::Users };
        self.wishes.extend(after.into_iter().filter(|other| *other != id).map(wish));
    }

    /// Returns whether a resource that is replaced stays until another one has its new half.
    fn stays_for(&self, address: &Address, needed: &Address) -> bool {
        let first = self.begins_to_go(address).and_then(|id| self.operations.get(id.0));
        let new_half = self.ready.get(needed);
        first.is_some_and(|first| new_half.is_some_and(|id| first.after.contains(id)))
    }

    /// A name is taken after it was given up, because names may have to be unique.
    fn wait_for_names(&mut self, plan: &Plan, recorded: &Recorded) {
        let mut given_up = BTreeMap::new();
        for change in &plan.changes {
            let before = change.moved_from.as_ref().unwrap_or(&change.address);
            let Some(was) = recorded.resources.get(before) else { continue };
            let (old, new) = (name(change, &was.spec), name(change, &change.spec));
            let freed = self.removal.get(&change.address);
            let freed = freed.or_else(|| self.ready.get(&change.address).filter(|_| old != new));
            if let Some(freed) = freed {
                given_up.insert(old, *freed);
            }
        }
        for change in &plan.changes {
            let Some(&id) = self.ready.get(&change.address) else { continue };
            let Some(&after) = given_up.get(&name(change, &change.spec)) else { continue };
            if after != id {
                self.wishes.push(SoftDependency { id, after, kind: SoftDependencyKind::Name });
            }
            // A replace that takes the name of another resource keeps its old half until the name
            // is free.
            let first = self
                .begins_to_go(&change.address)
                .filter(|_| self.removal.get(&change.address) != Some(&after));
            self.wishes.extend(first.map(|id| SoftDependency {
                id,
                after,
                kind: SoftDependencyKind::Early,
            }));
        }
    }

    fn wait(&mut self, id: OperationId, after: &[OperationId]) {
        if let Some(operation) = self.operations.get_mut(id.0) {
            operation.after.extend(after.iter().filter(|other| **other != id));
            operation.after.sort_unstable();
            operation.after.dedup();
        }
    }
}

/// Workflows that are replaced, and therefore emptied first: resources in them cannot stay until
/// the new workflows, or what needs those, exist; only until what those need in turn exists.
struct Emptied<'a> {
    homes: Vec<&'a Address>,
    /// The workflows and everything that needs one, however far.
    behind: BTreeSet<&'a Address>,
}

impl<'a> Emptied<'a> {
    fn of(plan: &'a Plan, desired: &'a Desired) -> Self {
        let is_emptied = |one: &&Change| {
            one.action == PlanAction::Replace && table(one.address.kind).holds.is_some()
        };
        let homes: Vec<&Address> =
            plan.changes.iter().filter(is_emptied).map(|change| &change.address).collect();
        let mut users: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
        for address in desired.resources.keys().filter(|_| !homes.is_empty()) {
            needed(address, desired).for_each(|one| users.entry(one).or_default().push(address));
        }
        let behind = closure(&homes, |one| users.get(one).into_iter().flatten().copied());
        Emptied { homes, behind }
    }
}

/// Returns what a manifest names by its id.
fn needed<'a>(address: &Address, desired: &'a Desired) -> impl Iterator<Item = &'a Address> {
    let resource = desired.resources.get(address).into_iter();
    resource.flat_map(|one| one.spec.references().into_iter().chain(one.extra.references()))
}

/// Returns the operations of a change, in their order.
fn verbs(change: &Change) -> Vec<Verb> {
    let main: &[Verb] = match change.action {
        PlanAction::Create => &[Verb::Create],
        PlanAction::Update => &[Verb::Update],
        PlanAction::Replace => &[Verb::Delete, Verb::Create],
        PlanAction::Delete => &[Verb::Delete],
        PlanAction::Adopt if change.fields.is_empty() => &[Verb::Adopt],
        PlanAction::Adopt => &[Verb::Adopt, Verb::Update],
        PlanAction::Forget => &[Verb::Forget],
        PlanAction::Record => &[Verb::Record],
        // Changes of the record are an operation of their own: they do not depend on the step.
        PlanAction::Submit | PlanAction::Start | PlanAction::Pause if change.stale => {
            &[Verb::Record]
        }
        PlanAction::Submit | PlanAction::Start | PlanAction::Pause => &[],
    };
    let stop = change.stops.then_some(Verb::Step(Step::Stop));
    let steps = change.steps.iter().copied().map(Verb::Step);
    stop.into_iter().chain(main.iter().copied()).chain(steps).collect()
}

/// The name that a change takes or gives up, with its scope: types do not share one.
fn name(change: &Change, spec: &Value) -> ResourceIdentity {
    ResourceIdentity::of(change.address.kind, spec).without_type()
}

fn operation(change: &Change, verb: Verb) -> Operation {
    let removed = change
        .fields
        .iter()
        .filter(|field| field.reason == ChangeReason::Removed)
        .map(|field| field.path.clone());
    // A removal has no references that would have to be resolved first.
    let is_removal = matches!(verb, Verb::Step(Step::Stop) | Verb::Delete | Verb::Forget);
    // A new address is taken once.
    let is_step = matches!(verb, Verb::Step(_));
    let wanted = |value: &Value| if is_removal { Value::map() } else { value.clone() };
    let spec = if verb == Verb::Step(Step::Start) { &change.spec } else { &*change.written_spec() };
    let mut ignore = change.ignore.clone();
    if verb == Verb::Step(Step::Start) {
        // It is this step that the status is left to.
        ignore.retain(|path| !is_covered(STATUS, std::slice::from_ref(path)));
    }
    Operation {
        verb,
        address: change.address.clone(),
        id: change.id.clone().filter(|_| verb != Verb::Create && !is_renewed(change, verb)),
        spec: wanted(spec),
        extra: wanted(&change.extra),
        removed: removed.collect(),
        ignore,
        folder_type: change.folder_type.clone(),
        protect: change.protect,
        place: change.place.clone(),
        moved_from: change.moved_from.clone().filter(|_| !is_step),
        after: Vec::new(),
    }
}

/// Returns whether the operation follows a create, whose id only the state has by then.
fn is_renewed(change: &Change, verb: Verb) -> bool {
    matches!(change.action, PlanAction::Create | PlanAction::Replace)
        && matches!(verb, Verb::Step(Step::Submit | Step::Start | Step::Pause))
}
