//! Whether a trigger workflow fires is a field of it: it is created paused, starts to fire when its
//! tasks exist, and is paused before they are removed.

use std::borrow::Cow;

use super::cause::ChangeCause;
use super::change::{Change, FieldChange};
use crate::kinds::{STATUS, is_active, is_covered, is_status, paused, table};
use crate::model::{Kind, Observation, RecordedResource, Step, Value};

/// The two sides of an existing resource.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PriorState<'a> {
    /// What was applied last.
    pub(super) was: Option<&'a Value>,
    /// What the service shows.
    pub(super) seen: Option<&'a Value>,
}

impl<'a> PriorState<'a> {
    /// Returns the sides of a recorded resource.
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

/// Makes the start of firing a step of its own, where a workflow that does not fire should: the
/// fields that say so are left to that step. Returns why.
pub(super) fn hold_back(change: &mut Change, there: PriorState<'_>) -> Option<ChangeCause> {
    let is_new = there.was.is_none() && there.seen.is_none();
    if !wants_to_fire(change) || there.fires() {
        return None;
    }
    let did_fire = there.was.is_some_and(|was| is_active(was, None));
    let is_ignored = |field: &str| is_covered(field, &change.ignore);
    // A workflow that somebody paused stays paused where the manifest ignores the status.
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

/// Makes a replaced workflow stop firing before, and fire again afterwards.
pub(super) fn renew(change: &mut Change, there: PriorState<'_>) {
    change.stops |= stops(change.address.kind, there);
    if wants_to_fire(change) {
        change.steps = vec![Step::Start];
    }
}

/// Returns whether a workflow has to be paused before it is removed.
pub(super) fn stops(kind: Kind, there: PriorState<'_>) -> bool {
    table(kind).has_status_field() && there.fires()
}

fn wants_to_fire(change: &Change) -> bool {
    table(change.address.kind).has_status_field() && is_active(&change.spec, None)
}

impl Change {
    /// Returns whether its triggers are held back until a step of their own.
    pub(super) fn is_held_back(&self) -> bool {
        table(self.address.kind).has_status_field() && self.steps.contains(&Step::Start)
    }

    /// Returns what is written before the steps.
    pub(super) fn written_spec(&self) -> Cow<'_, Value> {
        if self.is_held_back() { Cow::Owned(paused(&self.spec)) } else { Cow::Borrowed(&self.spec) }
    }
}
