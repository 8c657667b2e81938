//! Plans that are too destructive to be run without a person's confirmation.

use std::fmt;

use super::change::{Plan, PlanAction};
use crate::kinds::{Dependents, table};
use crate::model::{Address, Dependent, Kind, RemoteId};

/// How much a plan may destroy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// The maximum number of deletes; a replace counts as one.
    pub deletes_max: usize,
    /// At most this share of the state, in percent, once the state holds ten resources.
    pub deletes_max_percent: u8,
    /// A project without manifests may empty the state.
    pub empty_allowed: bool,
    /// Resources that others need may be removed.
    pub force: bool,
}

/// The share is not checked below this size: one of three resources is not a mass deletion.
const SHARE_FROM: usize = 10;

impl Default for Guards {
    fn default() -> Self {
        Guards { deletes_max: 10, deletes_max_percent: 30, empty_allowed: false, force: false }
    }
}

/// Why a plan is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardRefusal {
    /// More deletes than `deletes_max`.
    Deletes {
        /// Deletes and replaces.
        n: usize,
        /// The setting.
        max: usize,
    },
    /// A larger share than `deletes_max_percent`.
    Share {
        /// Deletes and replaces.
        n: usize,
        /// Resources in the state.
        of: usize,
        /// The setting.
        max_percent: u8,
    },
    /// No manifests, but a state that is not empty.
    Empty {
        /// Resources in the state.
        of: usize,
    },
    /// A protected resource would be deleted or replaced.
    Protected(Address),
    /// Tasks that stay need what would be deleted or replaced.
    Needed {
        /// What would be removed.
        address: Address,
        /// Who needs it.
        by: Vec<Dependent>,
    },
    /// The project does not accept resources of a kind.
    Misfit {
        /// Which kind.
        kind: Kind,
        /// How many would be created.
        n: usize,
    },
    /// Several resources carry the mark of one manifest that the state does not know.
    Rivals {
        /// Which manifest.
        address: Address,
        /// Their ids.
        ids: Vec<RemoteId>,
    },
}

/// Returns every reason to refuse a plan; `n_desired` and `n_recorded` are the sizes of the sets.
pub fn check(
    plan: &Plan,
    n_desired: usize,
    n_recorded: usize,
    guards: Guards,
) -> Vec<GuardRefusal> {
    let mut refusals = Vec::new();
    let summary = plan.summary();
    let n = summary.count(PlanAction::Delete) + summary.count(PlanAction::Replace);
    let n_gone = n + summary.count(PlanAction::Forget);
    if n_desired == 0 && n_gone > 0 && !guards.empty_allowed {
        refusals.push(GuardRefusal::Empty { of: n_recorded });
    }
    if n > guards.deletes_max {
        refusals.push(GuardRefusal::Deletes { n, max: guards.deletes_max });
    }
    let max_percent = guards.deletes_max_percent;
    if n_recorded >= SHARE_FROM && n * 100 > n_recorded * usize::from(max_percent) {
        refusals.push(GuardRefusal::Share { n, of: n_recorded, max_percent });
    }
    refusals.extend(protected(plan));
    if !guards.force {
        refusals.extend(needed(plan));
    }
    refusals.extend(misfits(plan));
    let torn = plan.changes.iter().filter(|change| !change.rivals.is_empty());
    refusals.extend(torn.map(|change| GuardRefusal::Rivals {
        address: change.address.clone(),
        ids: change.rivals.clone(),
    }));
    refusals
}

/// Returns a refusal for each protected resource that a plan would destroy.
pub fn protected(plan: &Plan) -> impl Iterator<Item = GuardRefusal> {
    plan.changes
        .iter()
        .filter(|change| change.protected)
        .filter(|change| matches!(change.action, PlanAction::Delete | PlanAction::Replace))
        .map(|change| GuardRefusal::Protected(change.address.clone()))
}

/// Returns a refusal for each resource that others need and that a plan would remove.
pub fn needed(plan: &Plan) -> impl Iterator<Item = GuardRefusal> {
    plan.changes.iter().filter(|change| !change.needed_by.is_empty()).map(|change| {
        GuardRefusal::Needed { address: change.address.clone(), by: change.needed_by.clone() }
    })
}

fn misfits(plan: &Plan) -> Vec<GuardRefusal> {
    let of_kind = |kind: Kind| {
        let misfits = plan.changes.iter().filter(|change| change.misfit);
        misfits.filter(|change| change.address.kind == kind).count()
    };
    let counted = Kind::ALL.into_iter().map(|kind| (kind, of_kind(kind)));
    counted.filter(|(_, n)| *n > 0).map(|(kind, n)| GuardRefusal::Misfit { kind, n }).collect()
}

impl GuardRefusal {
    /// Returns the setting and the flag that lift the refusal.
    pub fn way_out(&self) -> String {
        match self {
            GuardRefusal::Deletes { n, .. } => {
                format!("if that is meant, pass --deletes-max {n} or set guards.deletes_max in taskloom.yaml")
            }
            GuardRefusal::Share { n, of, .. } => {
                let percent = (n * 100).div_ceil((*of).max(1));
                format!("if that is meant, pass --deletes-max-percent {percent} or set guards.deletes_max_percent in taskloom.yaml")
            }
            GuardRefusal::Empty { .. } => {
                "if that is meant, pass --allow-empty or run destroy; otherwise look at --manifests and `manifests:`".to_owned()
            }
            GuardRefusal::Needed { .. } => {
                "have its dependants changed first, or pass --force to take it away all the same"
                    .to_owned()
            }
            GuardRefusal::Misfit { kind, .. } => {
                let other = table(*kind).counterpart;
                let instead = other.map_or(String::new(), |other| format!("write them as {other}, or "));
                format!("how a project schedules was chosen when it was made: {instead}take another project")
            }
            GuardRefusal::Rivals { .. } => {
                "delete those that are not wanted in the console, then plan again".to_owned()
            }
            GuardRefusal::Protected(_) => {
                "set lifecycle.protect: false in its manifest and apply that first".to_owned()
            }
        }
    }
}

impl fmt::Display for GuardRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GuardRefusal::Deletes { n, max } => {
                write!(
                    f,
                    "{n} resources would be deleted or replaced, more than deletes_max ({max})"
                )
            }
            GuardRefusal::Share { n, of, max_percent } => {
                write!(
                    f,
                    "{n} of {of} resources would be deleted or replaced, more than deletes_max_percent ({max_percent})"
                )
            }
            GuardRefusal::Empty { of } => {
                write!(f, "there are no manifests, but the state holds {of} resources")
            }
            GuardRefusal::Rivals { address, ids } => {
                let list: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
                write!(f, "{} tasks carry the mark of {address}: {}", ids.len(), list.join(", "))
            }
            GuardRefusal::Needed { address, by } => {
                let word = match table(address.kind).dependents() {
                    Dependents::Inside(_) => "in",
                    Dependents::Downstream | Dependents::Nothing => "downstream of",
                };
                write!(f, "tasks that stay are {word} {address}: {}", names(by))
            }
            GuardRefusal::Misfit { kind, n } => {
                write!(f, "the project takes no {kind}, and {n} would be made")
            }
            GuardRefusal::Protected(address) => write!(f, "{address} is protected"),
        }
    }
}

/// Names of tasks with their ids, the first ten.
fn names(neighbours: &[Dependent]) -> String {
    const SHOWN: usize = 10;
    let shown = neighbours.iter().take(SHOWN).map(|one| format!("{} ({})", one.name, one.id));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if neighbours.len() > SHOWN {
        text.push_str(&format!(" and {} more", neighbours.len() - SHOWN));
    }
    text
}
