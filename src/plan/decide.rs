//! Three sets in, a plan out.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Change, FieldChange, Plan, Reason};
use super::diff::{Sides, diff, diff_extra};
use crate::model::{
    Address, Desired, DesiredResource, Observed, ObservedResource, Recorded, RecordedResource,
    RemoteId, Sighting, Value,
};

/// Returns what would make the service match the manifests.
///
/// Without `observed` the manifests are compared with the state alone.
pub fn plan(desired: &Desired, recorded: &Recorded, observed: Option<&Observed>) -> Plan {
    let moves = moves(desired, recorded);
    // A resource that gets a new id changes everything that holds its id, which may replace more.
    let mut renewed = BTreeSet::new();
    loop {
        let round = Round { desired, recorded, observed, moves: &moves, renewed: &renewed };
        let changes = round.changes();
        let now: BTreeSet<Address> = changes
            .iter()
            .filter(|change| matches!(change.action, Action::Create | Action::Replace))
            .map(|change| change.address.clone())
            .collect();
        if now.is_subset(&renewed) {
            let touched = changes.len();
            let all = round.addresses().len();
            return Plan { changes, unchanged: all - touched, observed: observed.is_some() };
        }
        renewed.extend(now);
    }
}

/// Returns, for each address that is new, the state's entry that it was before.
fn moves(desired: &Desired, recorded: &Recorded) -> BTreeMap<Address, Address> {
    let mut moves = BTreeMap::new();
    for (address, resource) in &desired.resources {
        if recorded.resources.contains_key(address) {
            continue;
        }
        let before = resource.formerly.iter().find(|old| {
            recorded.resources.contains_key(old) && !desired.resources.contains_key(old)
        });
        if let Some(before) = before {
            moves.insert(address.clone(), before.clone());
        }
    }
    moves
}

struct Round<'a> {
    desired: &'a Desired,
    recorded: &'a Recorded,
    observed: Option<&'a Observed>,
    moves: &'a BTreeMap<Address, Address>,
    renewed: &'a BTreeSet<Address>,
}

impl Round<'_> {
    fn addresses(&self) -> BTreeSet<&Address> {
        let moved: BTreeSet<&Address> = self.moves.values().collect();
        let recorded = self.recorded.resources.keys().filter(|address| !moved.contains(address));
        self.desired.resources.keys().chain(recorded).collect()
    }

    fn changes(&self) -> Vec<Change> {
        self.addresses().into_iter().filter_map(|address| self.change(address)).collect()
    }

    fn change(&self, address: &Address) -> Option<Change> {
        let before = self.moves.get(address);
        let recorded = self.recorded.resources.get(before.unwrap_or(address));
        match (self.desired.resources.get(address), recorded) {
            (Some(desired), Some(recorded)) => self.kept(address, desired, recorded, before),
            (Some(desired), None) => Some(self.unrecorded(address, desired)),
            (None, Some(recorded)) => Some(self.dropped(address, recorded)),
            (None, None) => None,
        }
    }

    /// In git and in the state.
    fn kept(
        &self,
        address: &Address,
        desired: &DesiredResource,
        recorded: &RecordedResource,
        before: Option<&Address>,
    ) -> Option<Change> {
        let mut change = self.wanted(address, desired, Action::Update);
        change.moved_from = before.cloned();
        change.protected = recorded.protect || desired.lifecycle.protect;
        let sighting = self.sighting(address, &recorded.id);
        if sighting == Some(&Sighting::Gone) {
            change.action = Action::Create;
            change.reasons.push("deleted outside".to_owned());
            change.fields = self.fields(address, desired, None, None);
            return Some(change);
        }
        let seen = match sighting {
            Some(Sighting::Present(seen)) => Some(&seen.spec),
            Some(Sighting::Unmoved | Sighting::Gone) | None => None,
        };
        change.id = Some(recorded.id.clone());
        change.fields = self.fields(address, desired, Some(recorded), seen);
        change.reasons = reasons(&change.fields, before);
        if change.fields.iter().any(|field| field.immutable.is_some()) {
            change.action = Action::Replace;
        } else if change.fields.is_empty() {
            if !record_is_stale(&change, recorded) && before.is_none() {
                return None;
            }
            change.action = Action::Record;
            if change.reasons.is_empty() {
                change.reasons.push("the service already has this".to_owned());
            }
        }
        Some(change)
    }

    /// In git, not in the state.
    fn unrecorded(&self, address: &Address, desired: &DesiredResource) -> Change {
        let mut change = self.wanted(address, desired, Action::Create);
        if let Some(seen) = self.marked(address) {
            change.action = Action::Adopt;
            change.id = Some(seen.id.clone());
            change.reasons.push("ours by its mark, and missing in the state".to_owned());
            change.fields = self.fields(address, desired, None, Some(&seen.spec));
            if change.fields.iter().any(|field| field.immutable.is_some()) {
                change.action = Action::Replace;
                change.protected = desired.lifecycle.protect;
                change.reasons.extend(reasons(&change.fields, None));
            }
            return change;
        }
        if let Some(rivals) = self.observed.and_then(|observed| observed.marked.get(address)) {
            change.rivals = rivals.iter().map(|seen| seen.id.clone()).collect();
        }
        change.reasons.push("new".to_owned());
        change.fields = self.fields(address, desired, None, None);
        change
    }

    /// In the state, not in git.
    fn dropped(&self, address: &Address, recorded: &RecordedResource) -> Change {
        let gone = self.sighting(address, &recorded.id) == Some(&Sighting::Gone);
        let (action, reason) = if gone {
            (Action::Forget, "no manifest, and deleted outside")
        } else {
            (Action::Delete, "no manifest")
        };
        Change {
            address: address.clone(),
            action,
            id: Some(recorded.id.clone()),
            place: None,
            reasons: vec![reason.to_owned()],
            fields: Vec::new(),
            spec: Value::map(),
            extra: Value::map(),
            ignore: Vec::new(),
            protect: recorded.protect,
            protected: recorded.protect,
            rivals: Vec::new(),
            moved_from: None,
        }
    }

    fn wanted(&self, address: &Address, desired: &DesiredResource, action: Action) -> Change {
        Change {
            address: address.clone(),
            action,
            id: None,
            place: Some(desired.place.clone()),
            reasons: Vec::new(),
            fields: Vec::new(),
            spec: self.resolved(&desired.spec),
            extra: self.resolved(&desired.extra),
            ignore: desired.lifecycle.ignore.clone(),
            protect: desired.lifecycle.protect,
            protected: false,
            rivals: Vec::new(),
            moved_from: None,
        }
    }

    fn fields(
        &self,
        address: &Address,
        desired: &DesiredResource,
        recorded: Option<&RecordedResource>,
        seen: Option<&Value>,
    ) -> Vec<FieldChange> {
        let (spec, extra) = (self.resolved(&desired.spec), self.resolved(&desired.extra));
        let ignore: &[String] =
            if recorded.is_some() || seen.is_some() { &desired.lifecycle.ignore } else { &[] };
        let was = recorded.map(|recorded| &recorded.spec);
        let is_new = recorded.is_none() && seen.is_none();
        let sides = Sides { want: Some(&spec), was, have: seen.or(was), is_new };
        let mut fields = diff(address.kind, sides, ignore);
        let was = recorded.map(|recorded| &recorded.extra);
        // An answer that does not show an extra field is believed to hold what was sent.
        let sides = Sides { want: Some(&extra), was, have: seen.or(was), is_new };
        fields.extend(diff_extra(sides, ignore));
        fields
    }

    /// Fills in the ids that are known and stay.
    fn resolved(&self, value: &Value) -> Value {
        value.resolve(&|address: &Address| -> Option<RemoteId> {
            if self.renewed.contains(address) {
                return None;
            }
            let before = self.moves.get(address).unwrap_or(address);
            self.recorded.id_of(before).or_else(|| self.marked(address).map(|seen| seen.id.clone()))
        })
    }

    fn sighting(&self, address: &Address, id: &RemoteId) -> Option<&Sighting> {
        self.observed?.sightings.get(&(address.kind, id.clone()))
    }

    /// Returns the one resource that carries our mark and this address; two are no adoption.
    fn marked(&self, address: &Address) -> Option<&ObservedResource> {
        match self.observed?.marked.get(address)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Tells whether the record has to change although the service has not.
fn record_is_stale(change: &Change, recorded: &RecordedResource) -> bool {
    change.spec != recorded.spec
        || change.extra != recorded.extra
        || change.protect != recorded.protect
}

fn reasons(fields: &[FieldChange], before: Option<&Address>) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(before) = before {
        reasons.push(format!("renamed from {before}"));
    }
    for field in fields {
        if let Some(because) = field.immutable {
            reasons.push(format!("{} cannot change in place: {because}", field.path));
        }
    }
    let has = |wanted: &[Reason]| fields.iter().any(|field| wanted.contains(&field.reason));
    if has(&[Reason::Manifest, Reason::Both, Reason::Removed]) {
        reasons.push("manifest changed".to_owned());
    }
    if has(&[Reason::Drift, Reason::Both]) {
        reasons.push("changed outside".to_owned());
    }
    reasons
}
