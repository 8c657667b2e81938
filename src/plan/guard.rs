//! Plans that are too destructive to be run without a person's word.

use std::fmt;

use super::change::{Action, Plan};
use crate::model::{Address, RemoteId};

/// How much a plan may destroy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// At most so many deletes; a replace counts as one.
    pub deletes_max: usize,
    /// At most this share of the state, in percent, once the state holds ten resources.
    pub deletes_max_percent: u8,
    /// Zero manifests may empty a state.
    pub empty_allowed: bool,
}

/// The share is not looked at below this size: one of three resources is no landslide.
pub const SHARE_FROM: usize = 10;

impl Default for Guards {
    fn default() -> Self {
        Guards { deletes_max: 10, deletes_max_percent: 30, empty_allowed: false }
    }
}

/// Why a plan is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
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
    /// Several resources carry the mark of one manifest that the state does not know.
    Rivals {
        /// Which manifest.
        address: Address,
        /// Their ids.
        ids: Vec<RemoteId>,
    },
}

/// Returns every reason to refuse a plan; `n_desired` and `n_recorded` are the sizes of the sets.
pub fn check(plan: &Plan, n_desired: usize, n_recorded: usize, guards: Guards) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let summary = plan.summary();
    let n = summary.count(Action::Delete) + summary.count(Action::Replace);
    let n_gone = n + summary.count(Action::Forget);
    if n_desired == 0 && n_gone > 0 && !guards.empty_allowed {
        refusals.push(Refusal::Empty { of: n_recorded });
    }
    if n > guards.deletes_max {
        refusals.push(Refusal::Deletes { n, max: guards.deletes_max });
    }
    let max_percent = guards.deletes_max_percent;
    if n_recorded >= SHARE_FROM && n * 100 > n_recorded * usize::from(max_percent) {
        refusals.push(Refusal::Share { n, of: n_recorded, max_percent });
    }
    refusals.extend(protected(plan));
    let torn = plan.changes.iter().filter(|change| !change.rivals.is_empty());
    refusals.extend(torn.map(|change| Refusal::Rivals {
        address: change.address.clone(),
        ids: change.rivals.clone(),
    }));
    refusals
}

/// Returns a refusal for each protected resource that a plan would destroy.
pub fn protected(plan: &Plan) -> impl Iterator<Item = Refusal> {
    plan.changes
        .iter()
        .filter(|change| change.protected)
        .filter(|change| matches!(change.action, Action::Delete | Action::Replace))
        .map(|change| Refusal::Protected(change.address.clone()))
}

impl Refusal {
    /// Returns the setting and the flag that lift it.
    pub fn way_out(&self) -> String {
        match self {
            Refusal::Deletes { n, .. } => {
                format!("if that is meant, pass --deletes-max {n} or set guards.deletes_max in taskloom.yaml")
            }
            Refusal::Share { n, of, .. } => {
                let percent = (n * 100).div_ceil((*of).max(1));
                format!("if that is meant, pass --deletes-max-percent {percent} or set guards.deletes_max_percent in taskloom.yaml")
            }
            Refusal::Empty { .. } => {
                "if that is meant, pass --allow-empty or run destroy; otherwise look at --manifests and `manifests:`".to_owned()
            }
            Refusal::Rivals { .. } => {
                "delete those that are not wanted in the console, then plan again".to_owned()
            }
            Refusal::Protected(_) => {
                "set lifecycle.protect: false in its manifest and apply that first".to_owned()
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Deletes { n, max } => {
                write!(
                    f,
                    "{n} resources would be deleted or replaced, more than deletes_max ({max})"
                )
            }
            Refusal::Share { n, of, max_percent } => {
                write!(
                    f,
                    "{n} of {of} resources would be deleted or replaced, more than deletes_max_percent ({max_percent})"
                )
            }
            Refusal::Empty { of } => {
                write!(f, "there are no manifests, but the state holds {of} resources")
            }
            Refusal::Rivals { address, ids } => {
                let list: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
                write!(f, "{} tasks carry the mark of {address}: {}", ids.len(), list.join(", "))
            }
            Refusal::Protected(address) => write!(f, "{address} is protected"),
        }
    }
}
