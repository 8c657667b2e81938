//! What a plan is made of.

use super::cause::ChangeCause;
use super::withheld::ResourceError;
use crate::kinds::{hidden, is_secret, masked};
use crate::model::{Address, Dependent, ManifestPlace, RemoteId, Step, Value};

/// What an apply would do, in the order of addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// One entry a resource that something happens to.
    pub changes: Vec<Change>,
    /// Resources that are left as they are, since nothing that could be done to them is safe.
    pub errors: Vec<ResourceError>,
    /// How many resources nothing happens to.
    pub unchanged: usize,
    /// Whether the service was looked at.
    pub observed: bool,
}

/// What happens to one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which resource.
    pub address: Address,
    /// What happens to it.
    pub action: PlanAction,
    /// Its id, where it has one.
    pub id: Option<RemoteId>,
    /// Its manifest; none when that is gone.
    pub place: Option<ManifestPlace>,
    /// Why.
    pub causes: Vec<ChangeCause>,
    /// Which fields move.
    pub fields: Vec<FieldChange>,
    /// The wanted spec with the ids that are known; empty for deletes.
    pub spec: Value,
    /// Fields newer than this program.
    pub extra: Value,
    /// `lifecycle.ignore` of the manifest.
    pub ignore: Vec<String>,
    /// `lifecycle.folder_type` of the manifest.
    pub folder_type: Option<String>,
    /// `lifecycle.protect` of the manifest, or of the state when the manifest is gone.
    pub protect: bool,
    /// The state forbids deleting or replacing it.
    pub protected: bool,
    /// Resources that all carry the mark of this one: none may be taken, and none made.
    pub rivals: Vec<RemoteId>,
    /// Tasks of others that need it, where it is about to go.
    pub needed_by: Vec<Dependent>,
    /// The project schedules by another mode and does not take its kind.
    pub misfit: bool,
    /// The address it had before.
    pub moved_from: Option<Address>,
    /// The record has to change too: an address, `protect`, a value that is now named.
    pub stale: bool,
    /// It is online and goes offline before it is deleted.
    pub stops: bool,
    /// What follows for its schedule: submit, start, pause, in their order.
    pub steps: Vec<Step>,
}

impl Change {
    /// Tells whether what is there now goes.
    pub(super) fn removes(&self) -> bool {
        matches!(self.action, PlanAction::Delete | PlanAction::Replace)
    }

    /// Tells whether something is done at the service to what is there now.
    pub(super) fn writes_what_is_there(&self) -> bool {
        match self.action {
            PlanAction::Update
            | PlanAction::Replace
            | PlanAction::Delete
            | PlanAction::Submit
            | PlanAction::Start
            | PlanAction::Pause => true,
            PlanAction::Create | PlanAction::Adopt | PlanAction::Forget | PlanAction::Record => {
                false
            }
        }
    }

    /// Returns what follows for its schedule after what the action itself names.
    pub fn followers(&self) -> &[Step] {
        match (self.action, self.steps.split_first()) {
            (PlanAction::Submit | PlanAction::Start | PlanAction::Pause, Some((_, rest))) => rest,
            _ => &self.steps,
        }
    }
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanAction {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and made again.
    Replace,
    /// It is deleted.
    Delete,
    /// It is ours and there, but the state had lost it.
    Adopt,
    /// It is gone, and the state forgets it.
    Forget,
    /// Only the state changes: the service already has what is asked for.
    Record,
    /// Its fields are as wanted; its saved version becomes the one that runs.
    Submit,
    /// Its fields are as wanted; it is put into the schedule.
    Start,
    /// Its fields are as wanted; it is taken out of the schedule.
    Pause,
}

impl PlanAction {
    /// Every action, in the order of the summary.
    pub const ALL: [PlanAction; 10] = [
        PlanAction::Create,
        PlanAction::Update,
        PlanAction::Replace,
        PlanAction::Delete,
        PlanAction::Adopt,
        PlanAction::Forget,
        PlanAction::Record,
        PlanAction::Submit,
        PlanAction::Start,
        PlanAction::Pause,
    ];

    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            PlanAction::Create => "create",
            PlanAction::Update => "update",
            PlanAction::Replace => "replace",
            PlanAction::Delete => "delete",
            PlanAction::Adopt => "adopt",
            PlanAction::Forget => "forget",
            PlanAction::Record => "record",
            PlanAction::Submit => "submit",
            PlanAction::Start => "start",
            PlanAction::Pause => "pause",
        }
    }
}

/// One field that moves.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// `TaskConfiguration.BrokerIp`, `TaskConfiguration.TaskExtConfigurationList[bucket]`.
    pub path: String,
    /// What is there; none when it is unset.
    pub before: Option<Value>,
    /// What is wanted; none when it goes.
    pub after: Option<Value>,
    /// Who moved.
    pub reason: ChangeReason,
    /// Why the field cannot change in place.
    pub immutable: Option<&'static str>,
    /// It holds the code of a task.
    pub code: bool,
}

impl FieldChange {
    /// Tells whether its values are sensitive: then they are hidden on both sides.
    pub fn is_sensitive(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(Value::is_hidden)
    }
}

/// Who moved a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeReason {
    /// Git.
    Manifest,
    /// The service.
    Drift,
    /// Both, to different values.
    Both,
    /// Git no longer names it.
    Removed,
}

impl ChangeReason {
    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            ChangeReason::Manifest => "manifest",
            ChangeReason::Drift => "drift",
            ChangeReason::Both => "both",
            ChangeReason::Removed => "removed",
        }
    }
}

/// How many resources each action meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSummary {
    counts: [usize; PlanAction::ALL.len()],
    /// How many resources nothing happens to.
    pub unchanged: usize,
}

impl PlanSummary {
    /// Returns how many resources an action meets.
    pub fn count(&self, action: PlanAction) -> usize {
        let place = PlanAction::ALL.iter().position(|known| *known == action);
        place.and_then(|place| self.counts.get(place)).copied().unwrap_or_default()
    }
}

impl Plan {
    /// Counts the changes.
    pub fn summary(&self) -> PlanSummary {
        let counts = PlanAction::ALL
            .map(|action| self.changes.iter().filter(|c| c.action == action).count());
        PlanSummary { counts, unchanged: self.unchanged }
    }

    /// Tells whether an apply would do nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Plan {
    /// Returns the plan as it is shown: without the secrets in it.
    pub fn masked(&self) -> Plan {
        let mut plan = self.clone();
        for field in plan.changes.iter_mut().flat_map(|change| &mut change.fields) {
            *field = field.masked();
        }
        plan
    }
}

impl FieldChange {
    /// Tells whether the service moved.
    pub fn is_drift(&self) -> bool {
        match self.reason {
            ChangeReason::Drift | ChangeReason::Both => true,
            ChangeReason::Manifest | ChangeReason::Removed => false,
        }
    }

    /// Returns the change as it is shown: that a secret moves is seen, what it is is not.
    pub fn masked(&self) -> FieldChange {
        let is_secret = is_secret(last_name(&self.path));
        let side = |value: &Option<Value>| {
            value.as_ref().map(|value| if is_secret { hidden(value) } else { masked(value) })
        };
        FieldChange { before: side(&self.before), after: side(&self.after), ..self.clone() }
    }
}

/// Returns the last name in a path; an item of a list is named by its key, which may hold dots.
fn last_name(path: &str) -> &str {
    let before = match path.ends_with(']') {
        true => path.rfind("List[").map(|at| at + "List".len()).or_else(|| path.rfind('[')),
        false => path.rfind('.'),
    };
    before.and_then(|at| path.get(at + 1..)).unwrap_or(path)
}
