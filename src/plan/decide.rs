//! Computes a plan from the desired, recorded and observed resources.

use std::collections::BTreeSet;

use super::cause::ChangeCause;
use super::change::{Change, FieldChange, Plan, PlanAction};
use super::diff::{DiffSides, diff, diff_extra};
use super::explain::{causes, unanswered};
use super::fixed::{Fixed, fix};
use super::life::{is_online, life};
use super::trigger::{PriorState, hold_back, renew, stops};
use super::withheld::{ResourceError, Withheld};
use crate::kinds::{foreign_bundle, named_bundle};
use crate::model::{
    Address, Desired, DesiredResource, KnownIds, Observation, Observed, ObservedResource, Recorded,
    RecordedResource, RemoteId, RemoteVersion, Step, Value,
};

/// Returns what would make the service match the manifests.
///
/// Without `observed` the manifests are compared with the state alone.
pub fn plan(desired: &Desired, recorded: &Recorded, observed: Option<&Observed>) -> Plan {
    let ids = KnownIds::new(desired, recorded);
    let ids = match observed {
        Some(observed) => ids.with_marked(observed),
        None => ids,
    };
    // A resource that gets a new id changes everything that holds its id, which may replace more.
    let mut renewed = BTreeSet::new();
    let mut fixed = Fixed::new();
    loop {
        let round =
            Round { desired, recorded, observed, ids: &ids, renewed: &renewed, fixed: &fixed };
        let (n_all, (changes, errors)) = (round.addresses().len(), round.changes());
        if fix(&mut fixed, &errors, recorded, &ids) {
            // A resource that may not be removed was perhaps about to get a new id.
            renewed.clear();
            continue;
        }
        let now: BTreeSet<Address> = changes
            .iter()
            .filter(|change| matches!(change.action, PlanAction::Create | PlanAction::Replace))
            .map(|change| change.address.clone())
            .collect();
        if now.is_subset(&renewed) {
            let unchanged = n_all - changes.len() - errors.len();
            return Plan { changes, errors, unchanged, observed: observed.is_some() };
        }
        renewed.extend(now);
    }
}

struct Round<'a> {
    desired: &'a Desired,
    recorded: &'a Recorded,
    observed: Option<&'a Observed>,
    ids: &'a KnownIds<'a>,
    renewed: &'a BTreeSet<Address>,
    fixed: &'a Fixed,
}

impl Round<'_> {
    fn addresses(&self) -> BTreeSet<&Address> {
        let moved: BTreeSet<&Address> = self.ids.moves().map(|(before, _)| before).collect();
        let recorded = self.recorded.resources.keys().filter(|address| !moved.contains(address));
        self.desired.resources.keys().chain(recorded).collect()
    }

    fn changes(&self) -> (Vec<Change>, Vec<ResourceError>) {
        let (mut changes, mut errors) = (Vec::new(), Vec::new());
        for address in self.addresses() {
            let change = self.change(address);
            match self.withheld(address, change.as_ref()) {
                Some(error) => errors.push(error),
                None => changes.extend(change),
            }
        }
        (changes, errors)
    }

    /// Returns why a resource that would be changed is left as it is.
    fn withheld(&self, address: &Address, change: Option<&Change>) -> Option<ResourceError> {
        let before = self.ids.moved_from(address).unwrap_or(address);
        let recorded = self.recorded.resources.get(before);
        let sighting = recorded.and_then(|recorded| self.sighting(address, &recorded.id));
        let why = match self.fixed.get(address) {
            _ if sighting == Some(&Observation::Contradicted) => Withheld::Contradicted,
            Some(by) if change.is_some_and(Change::removes) => Withheld::Held(by.clone()),
            Some(_) | None => {
                let writes = change.is_some_and(Change::writes_what_is_there);
                let bundle_id = self.foreign(address, recorded?, sighting?).filter(|_| writes)?;
                Withheld::Foreign { bundle_id: bundle_id.to_owned() }
            }
        };
        let id = recorded.map(|recorded| &recorded.id);
        let id = id.or_else(|| Some(&self.marked(address)?.id))?.clone();
        let resource = self.desired.resources.get(address);
        let place = resource.map(|resource| &resource.place);
        let place = place.or_else(|| self.desired.left_out.get(address)).cloned();
        Some(ResourceError { address: address.clone(), id, place, why })
    }

    /// Returns the BundleId of somebody else, where a resource carries one.
    fn foreign<'s>(
        &self,
        address: &Address,
        recorded: &RecordedResource,
        sighting: &'s Observation,
    ) -> Option<&'s str> {
        let Observation::Present(seen) = sighting else { return None };
        let wanted = self.desired.resources.get(address);
        let specs = wanted.map(|wanted| [&wanted.spec, &wanted.extra]);
        let specs = specs.into_iter().flatten().chain([&recorded.spec, &recorded.extra]);
        let named: Vec<_> = specs.map(|spec| named_bundle(address.kind, spec)).collect();
        foreign_bundle(seen, self.desired.bundle.as_ref(), &named)
    }

    fn change(&self, address: &Address) -> Option<Change> {
        let before = self.ids.moved_from(address);
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
        let mut change = self.wanted(address, desired, PlanAction::Update);
        change.moved_from = before.cloned();
        change.protected = recorded.protect || desired.lifecycle.protect;
        let (seen, marker) = match self.sighting(address, &recorded.id) {
            Some(Observation::Gone) => {
                change.action = PlanAction::Create;
                change.causes.push(ChangeCause::DeletedOutside);
                change.fields = self.fields(address, desired, None, None);
                hold_back(&mut change, PriorState::default());
                return Some(live(change, desired, None, None));
            }
            Some(Observation::Present(seen)) => (Some(&seen.spec), &seen.marker),
            Some(Observation::Unmoved | Observation::Contradicted) | None => {
                (None, &recorded.observed)
            }
        };
        change.id = Some(recorded.id.clone());
        change.fields = self.fields(address, desired, Some(recorded), seen);
        let there = PriorState { was: Some(&recorded.spec), seen };
        let held = hold_back(&mut change, there);
        change.causes = causes(&change.fields, before);
        change.causes.extend(held);
        let mut change = live(change, desired, Some(&recorded.observed), Some(marker));
        if change.fields.iter().any(|field| field.immutable.is_some()) {
            change.action = PlanAction::Replace;
            return Some(renewed(change, desired, marker, there));
        } else if change.fields.is_empty() {
            if let Some(action) = change.steps.first().copied().and_then(step_action) {
                change.stale = record_is_stale(&change, recorded) || before.is_some();
                change.action = action;
                return Some(change);
            }
            if !record_is_stale(&change, recorded) && before.is_none() {
                return None;
            }
            change.action = PlanAction::Record;
            if change.causes.is_empty() {
                change.causes.push(ChangeCause::AlreadyStored);
            }
        }
        Some(change)
    }

    /// In git, not in the state.
    fn unrecorded(&self, address: &Address, desired: &DesiredResource) -> Change {
        let mut change = self.wanted(address, desired, PlanAction::Create);
        if let Some(seen) = self.marked(address) {
            change.action = PlanAction::Adopt;
            change.id = Some(seen.id.clone());
            change.causes.push(ChangeCause::Marked);
            change.fields = self.fields(address, desired, None, Some(&seen.spec));
            let there = PriorState { was: None, seen: Some(&seen.spec) };
            if change.fields.iter().any(|field| field.immutable.is_some()) {
                change.action = PlanAction::Replace;
                change.protected = desired.lifecycle.protect;
                change.causes.extend(causes(&change.fields, None));
                return renewed(change, desired, &seen.marker, there);
            }
            let held = hold_back(&mut change, there);
            change.causes.extend(held);
            change.causes.extend(unanswered(address.kind, &change.fields));
            return live(change, desired, None, Some(&seen.marker));
        }
        if let Some(rivals) = self.observed.and_then(|observed| observed.marked.get(address)) {
            change.rivals = rivals.iter().map(|seen| seen.id.clone()).collect();
        }
        change.causes.push(ChangeCause::New);
        change.fields = self.fields(address, desired, None, None);
        hold_back(&mut change, PriorState::default());
        live(change, desired, None, None)
    }

    /// In the state, not in git.
    fn dropped(&self, address: &Address, recorded: &RecordedResource) -> Change {
        let place = self.desired.left_out.get(address);
        let sighting = self.sighting(address, &recorded.id);
        let (action, marker) = match sighting {
            Some(Observation::Gone) => (PlanAction::Forget, None),
            Some(Observation::Present(seen)) => (PlanAction::Delete, Some(&seen.marker)),
            Some(Observation::Unmoved | Observation::Contradicted) | None => {
                (PlanAction::Delete, Some(&recorded.observed))
            }
        };
        let deleted_outside = action == PlanAction::Forget;
        let cause = match place {
            Some(_) => ChangeCause::LeftOut { deleted_outside },
            None => ChangeCause::NoManifest { deleted_outside },
        };
        Change {
            address: address.clone(),
            action,
            id: Some(recorded.id.clone()),
            place: place.cloned(),
            causes: vec![cause],
            fields: Vec::new(),
            spec: Value::map(),
            extra: Value::map(),
            ignore: Vec::new(),
            folder_type: None,
            protect: recorded.protect,
            protected: recorded.protect,
            rivals: Vec::new(),
            needed_by: Vec::new(),
            misfit: false,
            moved_from: None,
            stale: false,
            stops: marker.is_some_and(|marker| is_online(address.kind, marker))
                || action == PlanAction::Delete
                    && stops(address.kind, PriorState::of(recorded, sighting)),
            steps: Vec::new(),
        }
    }

    fn wanted(&self, address: &Address, desired: &DesiredResource, action: PlanAction) -> Change {
        Change {
            address: address.clone(),
            action,
            id: None,
            place: Some(desired.place.clone()),
            causes: Vec::new(),
            fields: Vec::new(),
            spec: self.resolved(&desired.spec),
            extra: self.resolved(&desired.extra),
            ignore: desired.lifecycle.ignore.clone(),
            folder_type: desired.lifecycle.folder_type.clone(),
            protect: desired.lifecycle.protect,
            protected: false,
            rivals: Vec::new(),
            needed_by: Vec::new(),
            misfit: false,
            moved_from: None,
            stale: false,
            stops: false,
            steps: Vec::new(),
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
        let sides = DiffSides { want: Some(&spec), was, have: seen.or(was), is_new };
        let mut fields = diff(address.kind, sides, ignore);
        let was = recorded.map(|recorded| &recorded.extra);
        // An extra field that the answer does not show is taken to hold what was sent.
        let sides = DiffSides { want: Some(&extra), was, have: seen.or(was), is_new };
        fields.extend(diff_extra(sides, ignore));
        fields
    }

    /// Fills in the ids that are known and will not change.
    fn resolved(&self, value: &Value) -> Value {
        value.resolve(&|address: &Address| -> Option<RemoteId> {
            if self.renewed.contains(address) {
                return None;
            }
            self.ids.id_of(address)
        })
    }

    fn sighting(&self, address: &Address, id: &RemoteId) -> Option<&Observation> {
        self.observed?.sightings.get(&(address.kind, id.clone()))
    }

    /// Returns the one resource that carries our mark and this address.
    fn marked(&self, address: &Address) -> Option<&ObservedResource> {
        self.observed?.only(address)
    }
}

/// Adds what the schedule needs: `seen` is the marker of the existing resource, `None` before a
/// create.
fn live(
    mut change: Change,
    desired: &DesiredResource,
    recorded: Option<&RemoteVersion>,
    seen: Option<&RemoteVersion>,
) -> Change {
    let written = !change.fields.is_empty();
    let wanted = desired.lifecycle.schedule;
    let life = life(change.address.kind, wanted, recorded, seen, written);
    change.steps.extend(life.steps);
    change.causes.extend(life.causes);
    change
}

/// A replaced task goes offline first, and its replacement starts from the first step.
fn renewed(
    mut change: Change,
    desired: &DesiredResource,
    marker: &RemoteVersion,
    there: PriorState<'_>,
) -> Change {
    change.stops = is_online(change.address.kind, marker);
    change.steps = life(change.address.kind, desired.lifecycle.schedule, None, None, true).steps;
    renew(&mut change, there);
    change
}

/// Returns the action of a change of the schedule alone. A stop has none: it begins a removal.
fn step_action(step: Step) -> Option<PlanAction> {
    match step {
        Step::Submit => Some(PlanAction::Submit),
        Step::Start => Some(PlanAction::Start),
        Step::Pause => Some(PlanAction::Pause),
        Step::Stop => None,
    }
}

/// Returns whether the record has to change although the service has not.
fn record_is_stale(change: &Change, recorded: &RecordedResource) -> bool {
    // A workflow that somebody paused was applied in full, and will be again.
    let is_recorded = |spec: &Value| spec.is_recorded_as(&recorded.spec);
    !(is_recorded(&change.written_spec()) || is_recorded(&change.spec))
        || !change.extra.is_recorded_as(&recorded.extra)
        || change.protect != recorded.protect
}
