//! The outcome of a pass.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::cause::WakeCause;
use crate::apply::ApplySummary;
use crate::model::Address;
use crate::plan::{GuardRefusal, PlanAction, ResourceError};
use crate::state::Suspensions;

/// The outcome of a pass, as one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassOutcome {
    /// There was nothing to do.
    #[default]
    InSync,
    /// Everything that had to be done is done.
    Changed,
    /// What may be done without a person is done; the rest is left out.
    Pending,
    /// Some operations failed.
    Failed,
    /// A manifest or taskloom.yaml has an error: nothing was done.
    Invalid,
    /// The files changed while they were read: nothing was done.
    Unsettled,
    /// The plan exceeds the guards and waits for a person's approval: nothing was done.
    Waiting,
    /// The plan is refused: nothing was done.
    Refused,
    /// A person suspended everything.
    Suspended,
    /// The service cannot be observed.
    Unreachable,
    /// The state cannot be used: it is locked, damaged or of another project.
    Blocked,
    /// The daemon was asked to end.
    Stopped,
}

impl PassOutcome {
    /// Every verdict.
    pub const ALL: [PassOutcome; 12] = [
        PassOutcome::InSync,
        PassOutcome::Changed,
        PassOutcome::Pending,
        PassOutcome::Failed,
        PassOutcome::Invalid,
        PassOutcome::Unsettled,
        PassOutcome::Waiting,
        PassOutcome::Refused,
        PassOutcome::Suspended,
        PassOutcome::Unreachable,
        PassOutcome::Blocked,
        PassOutcome::Stopped,
    ];

    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            PassOutcome::InSync => "in_sync",
            PassOutcome::Changed => "changed",
            PassOutcome::Pending => "pending",
            PassOutcome::Failed => "failed",
            PassOutcome::Invalid => "invalid",
            PassOutcome::Unsettled => "unsettled",
            PassOutcome::Waiting => "waiting",
            PassOutcome::Refused => "refused",
            PassOutcome::Suspended => "suspended",
            PassOutcome::Unreachable => "unreachable",
            PassOutcome::Blocked => "blocked",
            PassOutcome::Stopped => "stopped",
        }
    }

    /// Returns whether a person must look at it, or the cause must go away by itself.
    pub fn is_bad(self) -> bool {
        match self {
            PassOutcome::Failed
            | PassOutcome::Invalid
            | PassOutcome::Waiting
            | PassOutcome::Refused
            | PassOutcome::Unreachable
            | PassOutcome::Blocked => true,
            PassOutcome::InSync
            | PassOutcome::Changed
            | PassOutcome::Pending
            | PassOutcome::Unsettled
            | PassOutcome::Suspended
            | PassOutcome::Stopped => false,
        }
    }
}

/// Why a pass leaves a change out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It deletes or replaces, and `--prune` is not given.
    Prune,
    /// It was changed at the service, and drift is not corrected.
    Drift,
    /// It failed and waits for its back-off.
    Backoff,
    /// A person suspended it.
    Suspended,
    /// It needs another resource that is left out.
    Needs,
}

impl LeftOut {
    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            LeftOut::Prune => "prune",
            LeftOut::Drift => "drift",
            LeftOut::Backoff => "backoff",
            LeftOut::Suspended => "suspended",
            LeftOut::Needs => "needs",
        }
    }
}

/// The report of one pass.
#[derive(Clone, Debug, Default)]
pub struct PassReport {
    /// Its number since the daemon started, from 1.
    pub pass: u64,
    /// What woke it.
    pub causes: BTreeSet<WakeCause>,
    /// Its outcome.
    pub verdict: PassOutcome,
    /// The commit of the manifests, if it is known.
    pub commit: Option<String>,
    /// The changes that were made or tried.
    pub actions: BTreeMap<Address, PlanAction>,
    /// The changes that were left out.
    pub left_out: BTreeMap<Address, LeftOut>,
    /// What was changed at the service.
    pub drifted: Vec<Address>,
    /// How many resources have no change.
    pub unchanged: usize,
    /// How many operations ended which way.
    pub tally: ApplySummary,
    /// What failed, and how.
    pub failed: BTreeMap<Address, String>,
    /// What is left as it is, since no change of it is safe.
    pub errors: Vec<ResourceError>,
    /// Why the plan is refused.
    pub refusals: Vec<GuardRefusal>,
    /// What went wrong with the whole pass.
    pub message: Option<String>,
    /// What a person can do about it.
    pub help: Option<String>,
    /// What people told the daemon to leave alone, as it was read when the pass began, including
    /// suspensions that have ended since.
    pub suspensions: Suspensions,
    /// How long it took.
    pub took: Duration,
}
