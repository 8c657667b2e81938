//! A plan as a status: which resources changed at the service, and which an apply would change.

use super::cause::ChangeCause;
use super::change::{FieldChange, Plan, PlanAction};
use super::withheld::ResourceError;
use crate::model::Address;

/// The status of the resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriftSummary {
    /// Changed or deleted at the service since the last apply.
    pub drifted: Vec<Address>,
    /// What an apply would do, drift included.
    pub pending: Vec<(Address, PlanAction)>,
    /// Resources that are left as they are, because no change to them would be safe.
    pub errors: Vec<ResourceError>,
    /// How many resources nothing happens to.
    pub unchanged: usize,
    /// Whether the service was read: otherwise no drift is detected.
    pub observed: bool,
}

impl Plan {
    /// Returns the status of the resources.
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
