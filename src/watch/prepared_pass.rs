//! What a pass works on, or why it cannot begin.

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
    /// The holder named in the lock.
    pub holder: LockHolder,
    /// How much a plan may destroy.
    pub guards: Guards,
    /// The manifests, without errors.
    pub loaded: Arc<LoadedManifests>,
}

/// Why a pass cannot begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareError {
    /// The outcome of the pass.
    pub verdict: PassOutcome,
    /// What it is, for people.
    pub message: String,
    /// What a person can do about it.
    pub help: Option<String>,
}

impl PrepareError {
    /// Returns an error, with a help text if there is one.
    pub fn new(verdict: PassOutcome, message: String, help: Option<String>) -> PrepareError {
        PrepareError { verdict, message, help }
    }

    /// Returns the report of a pass that did nothing.
    pub(super) fn report(self) -> PassReport {
        let PrepareError { verdict, message, help } = self;
        PassReport { verdict, message: Some(message), help, ..PassReport::default() }
    }
}
