//! A trigger workflow fires by a field of its own: it is made paused and begins to fire when its
//! tasks are there, and is paused before they go.

use std::borrow::Cow;

use super::cause::ChangeCause;
use super::change::{Change, FieldChange};
use crate::kinds::{STATUS, is_active, is_covered, is_status, paused, table};
use crate::model::{Kind, Observation, RecordedResource, Step, Value};

/// The two sides of what is there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PriorState<'a> {
    /// What was applied last.
    pub(super) was: Option<&'a Value>,
    /// What the service shows.
    pub(super) seen: Option<&'a Value>,
}

impl<'a> PriorState<'a> {
    /// Returns the sides of what the state knows.
    pub(super) fn of(
        recorded: &'a RecordedResource,
        sighting: Option<&'a Observation>,
    ) -> PriorState<'a> {
        let seen = match sighting {
            Some(Observation::Present(seen)) => Some(&seen.spec),
            Some(Observation::Unmoved | Observation::Gone | Observation::Contradicted) | None => {
                None
            }
        };
        PriorState { was: Some(&recorded.spec), seen }
    }

    fn fires(self) -> bool {
        match (self.seen, self.was) {
            (Some(seen), was) => is_active(seen, was),
            (None, was) => was.is_some_and(|was| is_active(was, None)),
        }
    }
}

/// Makes the beginning of firing a step of its own, where a workflow that does not fire is to:
/// the fields that tell it are left to that step. Returns why.
pub(super) fn hold_back(change: &mut Change, there: PriorState<'_>) -> Option<ChangeCause> {
    let is_new = there.was.is_none() && there.seen.is_none();
    if !wants_to_fire(change) || there.fires() {
        return None;
    }
    let did_fire = there.was.is_some_and(|was| is_active(was, None));
    let is_ignored = |field: &str| is_covered(field, &change.ignore);
    // What somebody paused stays so where the manifest says that this is theirs to do.
    if did_fire && is_ignored(STATUS) {
        return None;
    }
    change.steps.push(Step::Start);
    if is_new {
        return None;
    }
    change.fields.retain(|field: &FieldChange| !is_status(&field.path));
    Some(ChangeCause::Paused { outside: did_fire })
}

/// Lets a workflow that goes and comes back stop to fire before, and fire again afterwards.
pub(super) fn renew(change: &mut Change, there: PriorState<'_>) {
    change.stops |= stops(change.address.kind, there);
    if wants_to_fire(change) {
        change.steps = vec![Step::Start];
    }
}

/// Tells whether a workflow has to be paused before it goes.
pub(super) fn stops(kind: Kind, there: PriorState<'_>) -> bool {
    table(kind).has_status_field() && there.fires()
}

fn wants_to_fire(change: &Change) -> bool {
    table(change.address.kind).has_status_field() && is_active(&change.spec, None)
}

impl Change {
    /// Tells whether its triggers are held back until a step of their own.
    pub(super) fn is_held_back(&self) -> bool {
        table(self.address.kind).has_status_field() && self.steps.contains(&Step::Start)
    }

    /// Returns what is written before the steps.
    pub(super) fn written_spec(&self) -> Cow<'_, Value> {
        if self.is_held_back() { Cow::Owned(paused(&self.spec)) } else { Cow::Borrowed(&self.spec) }
    }
}
