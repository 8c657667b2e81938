//! What a pass works on, or why there is nothing to work on.

use std::sync::Arc;

use super::pass_outcome::{PassOutcome, PassReport};
use crate::manifest::LoadedManifests;
use crate::plan::Guards;
use crate::reconcile::PassScope;
use crate::state::LockHolder;

/// What a pass works on.
#[derive(Clone, Debug)]
pub struct PreparedPass {
    /// The state and the service.
    pub scope: PassScope,
    /// Who takes the lock.
    pub holder: LockHolder,
    /// How much a plan may destroy.
    pub guards: Guards,
    /// The manifests, without errors.
    pub loaded: Arc<LoadedManifests>,
}

/// Why there is nothing to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareError {
    /// What kind of trouble.
    pub verdict: PassOutcome,
    /// What it is, for people.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
}

impl PrepareError {
    /// Returns an error with a way out, where there is one.
    pub fn new(verdict: PassOutcome, message: String, help: Option<String>) -> PrepareError {
        PrepareError { verdict, message, help }
    }

    /// Returns the report of a pass that did nothing.
    pub(super) fn report(self) -> PassReport {
        let PrepareError { verdict, message, help } = self;
        PassReport { verdict, message: Some(message), help, ..PassReport::default() }
    }
}
