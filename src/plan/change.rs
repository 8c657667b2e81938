//! The parts of a plan.

use super::cause::ChangeCause;
use super::withheld::ResourceError;
use crate::kinds::{hidden, is_secret, masked};
use crate::model::{Address, Dependent, ManifestPlace, RemoteId, Step, Value};

/// What an apply would do, in the order of addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// One entry per resource that something happens to.
    pub changes: Vec<Change>,
    /// Resources that are left as they are, because no change to them would be safe.
    pub errors: Vec<ResourceError>,
    /// How many resources nothing happens to.
    pub unchanged: usize,
    /// Whether the service was read.
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
    /// Its manifest; `None` when that is gone.
    pub place: Option<ManifestPlace>,
    /// Why.
    pub causes: Vec<ChangeCause>,
    /// Which fields change.
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
    /// Resources that all carry the mark of this one: none may be adopted, and none created.
    pub rivals: Vec<RemoteId>,
    /// Unmanaged tasks that need it, where it is about to be removed.
    pub needed_by: Vec<Dependent>,
    /// The project uses another scheduling mode and does not accept its kind.
    pub misfit: bool,
    /// The address it had before.
    pub moved_from: Option<Address>,
    /// The record has to change too: an address, `protect`, or a value that the manifest now names.
    pub stale: bool,
    /// It is online and goes offline before it is deleted.
    pub stops: bool,
    /// What follows for its schedule: submit, start, pause, in their order.
    pub steps: Vec<Step>,
}

impl Change {
    /// Returns whether the existing resource is removed.
    pub(super) fn removes(&self) -> bool {
        matches!(self.action, PlanAction::Delete | PlanAction::Replace)
    }

    /// Returns whether the change writes to the existing resource at the service.
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

    /// Returns the steps of its schedule that follow the action itself.
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
    /// It is created.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and created again.
    Replace,
    /// It is deleted.
    Delete,
    /// It exists and is ours, but is missing from the state.
    Adopt,
    /// It is gone, and its state entry is removed.
    Forget,
    /// Only the state changes: the service already has the wanted values.
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

/// One field that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// `TaskConfiguration.BrokerIp`, `TaskConfiguration.TaskExtConfigurationList[bucket]`.
    pub path: String,
    /// The current value; `None` when it is unset.
    pub before: Option<Value>,
    /// The wanted value; `None` when it is removed.
    pub after: Option<Value>,
    /// Which side changed.
    pub reason: ChangeReason,
    /// Why the field cannot change in place.
    pub immutable: Option<&'static str>,
    /// It holds the code of a task.
    pub code: bool,
}

impl FieldChange {
    /// Returns whether its values are sensitive: then they are hidden on both sides.
    pub fn is_sensitive(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(Value::is_hidden)
    }
}

/// Which side changed a field.
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

/// How many resources each action affects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSummary {
    counts: [usize; PlanAction::ALL.len()],
    /// How many resources nothing happens to.
    pub unchanged: usize,
}

impl PlanSummary {
    /// Returns how many resources an action affects.
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

    /// Returns whether an apply would do nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Plan {
    /// Returns the plan as it is shown, with its secrets masked.
    pub fn masked(&self) -> Plan {
        let mut plan = self.clone();
        for field in plan.changes.iter_mut().flat_map(|change| &mut change.fields) {
            *field = field.masked();
        }
        plan
    }
}

impl FieldChange {
    /// Returns whether the value at the service changed.
    pub fn is_drift(&self) -> bool {
        match self.reason {
            ChangeReason::Drift | ChangeReason::Both => true,
            ChangeReason::Manifest | ChangeReason::Removed => false,
        }
    }

    /// Returns the change as it is shown: that a secret changes is visible, its value is not.
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
