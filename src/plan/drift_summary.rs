//! A plan as a status: which resources moved at the service, and which something happens to.

use super::cause::ChangeCause;
use super::change::{FieldChange, Plan, PlanAction};
use super::withheld::ResourceError;
use crate::model::Address;

/// Where the resources stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriftSummary {
    /// Changed or deleted at the service since the last apply.
    pub drifted: Vec<Address>,
    /// What an apply would do, drift included.
    pub pending: Vec<(Address, PlanAction)>,
    /// Resources that are left as they are, since nothing that could be done to them is safe.
    pub errors: Vec<ResourceError>,
    /// How many resources nothing happens to.
    pub unchanged: usize,
    /// Whether the service was looked at: without, no drift is seen.
    pub observed: bool,
}

impl Plan {
    /// Returns where the resources stand.
    pub fn standing(&self) -> DriftSummary {
        let changes = self.changes.iter();
        let pending = changes.map(|change| (change.address.clone(), change.action)).collect();
        let drifted = self.changes.iter().filter(|change| {
            // Deleted, paused, started or taken offline outside.
            let moved = change.causes.iter().any(ChangeCause::is_outside);
            moved || change.fields.iter().any(FieldChange::is_drift)
        });
        DriftSummary {
            drifted: drifted.map(|change| change.address.clone()).collect(),
            pending,
            errors: self.errors.clone(),
            unchanged: self.unchanged,
            observed: self.observed,
        }
    }
}
