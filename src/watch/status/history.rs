//! The history of passes: the last ones individually, all of them as sums.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::apply::{ApplySummary, OperationStatus};
use crate::git::Revision;
use crate::model::Verb;
use crate::plan::Plan;

/// How many passes are kept individually.
const N_PASSES_MAX: usize = 50;

/// Upper bounds of the buckets for the durations of passes, in seconds.
pub const BOUNDS: [f64; 10] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0];

/// How a pass ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PassResult {
    /// Everything is as wanted, or as far as it may be corrected.
    Done,
    /// Some operation failed.
    Failed,
    /// The manifests have problems, so nothing was done.
    Problems,
    /// The plan is forbidden by a guard, or a person's approval is missing.
    Refused,
    /// A person told the daemon to leave everything alone.
    Suspended,
    /// The service, the state, the lock or the folder could not be used.
    Error,
    /// The process is ending, so the pass ended.
    Stopped,
}

impl PassResult {
    /// Every result.
    pub const ALL: [PassResult; 7] = [
        PassResult::Done,
        PassResult::Failed,
        PassResult::Problems,
        PassResult::Refused,
        PassResult::Suspended,
        PassResult::Error,
        PassResult::Stopped,
    ];

    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            PassResult::Done => "done",
            PassResult::Failed => "failed",
            PassResult::Problems => "problems",
            PassResult::Refused => "refused",
            PassResult::Suspended => "suspended",
            PassResult::Error => "error",
            PassResult::Stopped => "stopped",
        }
    }
}

/// The outcome of a pass.
#[derive(Clone, Debug)]
pub struct PassEnding {
    /// How it ended.
    pub result: PassResult,
    /// How its operations ended; all zero when there were none.
    pub tally: ApplySummary,
    /// Why it ended so, for people: one text without anything sensitive.
    pub message: Option<String>,
    /// The commit that the manifests were at.
    pub revision: Option<Revision>,
}

/// One pass, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PassRecord {
    /// Its number, from 1 at the start of the process.
    pub number: u64,
    /// What woke it: `start`, `files`, `interval` and so on.
    pub trigger: String,
    /// The commit that the manifests were at; none while it runs.
    pub revision: Option<Revision>,
    /// When it began.
    pub began: Timestamp,
    /// How long it took, in seconds; none while it runs.
    pub seconds: Option<f64>,
    /// How it ended; none while it runs.
    pub result: Option<PassResult>,
    /// Why it ended so.
    pub message: Option<String>,
    /// How many resources the plan would change; none before there is one.
    pub changes: Option<usize>,
    /// Operations that succeeded.
    pub done: usize,
    /// Operations that failed.
    pub failed: usize,
    /// Operations that were not attempted.
    pub left: usize,
    /// When it began, on the monotonic clock.
    #[serde(skip)]
    pub since: Duration,
}

/// The last passes and the sums over all.
#[derive(Debug, Default)]
pub struct PassHistory {
    last: VecDeque<PassRecord>,
    /// How many passes had each result.
    pub ended: BTreeMap<PassResult, u64>,
    /// How many passes fell into the bucket of each bound.
    pub lengths: [u64; BOUNDS.len()],
    /// The sum of their durations, in seconds.
    pub seconds: f64,
    /// How many operations succeeded.
    pub operations: BTreeMap<Verb, u64>,
    /// How many operations failed.
    pub failures: BTreeMap<Verb, u64>,
    /// When the last good pass ended: the time of day, and the monotonic clock.
    pub good: Option<(Timestamp, Duration)>,
}

impl PassHistory {
    /// Adds a pass that begins.
    pub fn begin(&mut self, pass: PassRecord) {
        self.last.push_back(pass);
        if self.last.len() > N_PASSES_MAX {
            self.last.pop_front();
        }
    }

    /// Records the plan of the running pass.
    pub fn plan(&mut self, plan: &Plan) {
        if let Some(pass) = self.running() {
            pass.changes = Some(plan.changes.len());
        }
    }

    /// Ends the running pass.
    pub fn end(&mut self, ending: PassEnding, now: Timestamp, elapsed: Duration) {
        let PassEnding { result, tally, message, revision } = ending;
        let Some(pass) = self.running() else { return };
        let seconds = elapsed.saturating_sub(pass.since).as_secs_f64();
        pass.seconds = Some(seconds);
        pass.result = Some(result);
        (pass.message, pass.revision) = (message, revision);
        (pass.done, pass.failed) = (tally.done, tally.failed);
        pass.left = tally.skipped + tally.not_attempted;
        *self.ended.entry(result).or_default() += 1;
        self.seconds += seconds;
        let class = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(n) = class.and_then(|class| self.lengths.get_mut(class)) {
            *n += 1;
        }
        if result == PassResult::Done {
            self.good = Some((now, elapsed));
        }
    }

    /// Records what happened to an operation.
    pub fn count(&mut self, verb: Verb, status: &OperationStatus<'_>) {
        let counts = match status {
            OperationStatus::Done => &mut self.operations,
            OperationStatus::Failed(_) => &mut self.failures,
            OperationStatus::Begun
            | OperationStatus::Skipped(_)
            | OperationStatus::NotAttempted(_) => return,
        };
        *counts.entry(verb).or_default() += 1;
        let Some(pass) = self.running() else { return };
        match status {
            OperationStatus::Done => pass.done += 1,
            OperationStatus::Failed(_) => pass.failed += 1,
            OperationStatus::Begun
            | OperationStatus::Skipped(_)
            | OperationStatus::NotAttempted(_) => {}
        }
    }

    /// Returns the last passes, the newest first.
    pub fn newest_first(&self) -> Vec<PassRecord> {
        self.last.iter().rev().cloned().collect()
    }

    /// Returns the last pass.
    pub fn newest(&self) -> Option<&PassRecord> {
        self.last.back()
    }

    fn running(&mut self) -> Option<&mut PassRecord> {
        self.last.back_mut().filter(|pass| pass.result.is_none())
    }
}
