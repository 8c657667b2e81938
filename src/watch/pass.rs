//! One pass with nobody there to ask: what `apply` does, less what must wait for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::pass_outcome::{LeftOut, PassOutcome, PassReport};
use super::prepared_pass::PreparedPass;
use crate::apply::{OperationEvent, OperationStatus};
use crate::model::{Address, Desired, Observed, Recorded};
use crate::plan::{
    GuardRefusal, Plan, PlanAction, TextStyle, changes_digest, check, plan, render, to_json,
    without,
};
use crate::reconcile::{PassError, Session, observe_and_plan};
use crate::state::{PlanApproval, StateError, Suspensions, WaitingPlan, settle};
use crate::support::{Clock, StopSignal, error_chain};

/// What happens when the service moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriftPolicy {
    /// The service is asked only when the manifests ask for something new.
    Off,
    /// It is told and left as it is.
    Warn,
    /// The service is made to match again.
    #[default]
    Correct,
}

/// What a pass leaves out, and how it ends early.
#[derive(Clone, Debug)]
pub struct PassOptions {
    /// Deletes and replaces too.
    pub prune: bool,
    /// Nothing is changed.
    pub dry_run: bool,
    /// What happens when the service moves.
    pub drift: DriftPolicy,
    /// What failed and rests.
    pub resting: BTreeSet<Address>,
    /// What a person told it to leave alone.
    pub suspended: Suspensions,
    /// Turns true when the daemon is to end.
    pub stop: watch::Receiver<bool>,
    /// How long what is in flight may then still take.
    pub grace: Duration,
}

/// What a pass tells while it runs.
#[derive(Debug)]
pub enum PassEvent<'a> {
    /// The plan, before anything is left out.
    Planned(&'a Plan),
    /// Something happened to an operation.
    Operation(OperationEvent<'a>),
}

/// Runs one pass.
///
/// # Errors
/// When the state cannot be used or the service not observed. A pass that is stopped before it
/// changes anything is no error: its verdict says so.
pub async fn pass(
    ready: &PreparedPass,
    options: &PassOptions,
    tell: &mut dyn FnMut(PassEvent<'_>),
) -> Result<PassReport, PassError> {
    let scope = &ready.scope;
    if options.drift == DriftPolicy::Off || options.dry_run {
        let state = scope.store.load(&scope.origin).await?;
        let offline = plan(&ready.loaded.desired, &state.recorded, None);
        let is_clean = !state.has_journal && !state.has_unmerged();
        if options.drift == DriftPolicy::Off && offline.is_empty() && is_clean {
            tell(PassEvent::Planned(&offline));
            return Ok(PassReport { unchanged: offline.unchanged, ..PassReport::default() });
        }
        if options.dry_run {
            let looking = observe_and_plan(scope, &ready.loaded.desired, &state.recorded);
            let Some(looked) = unless_stopped(looking, options, &scope.clock).await else {
                return Ok(stopped());
            };
            let plan = looked?.0;
            tell(PassEvent::Planned(&plan));
            return Ok(rehearsed(ready, options, &state.recorded, plan));
        }
    }
    let opening = Session::open(scope.clone(), &ready.holder);
    let Some(session) = unless_stopped(opening, options, &scope.clock).await else {
        return Ok(stopped());
    };
    let mut session = session?;
    let looking = session.look(&ready.loaded.desired);
    let Some(looked) = unless_stopped(looking, options, &scope.clock).await else {
        return Ok(stopped());
    };
    let (plan, observed) = looked?;
    tell(PassEvent::Planned(&plan));
    let filtered = filter_plan(plan, &ready.loaded.desired, session.recorded(), options);
    let mut report = filtered.report();
    if is_refused(ready, &session, &filtered.plan, &mut report).await {
        return Ok(report);
    }
    Flight { ready, options, session: &mut session, filtered: &filtered, observed: &observed }
        .go(&mut report, tell)
        .await?;
    Ok(report)
}

fn stopped() -> PassReport {
    PassReport { verdict: PassOutcome::Stopped, ..PassReport::default() }
}

/// Returns what some work comes to, which changes nothing and may be dropped; None when the daemon
/// is to end first.
async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    options: &PassOptions,
    clock: &Arc<dyn Clock>,
) -> Option<T> {
    let stop = StopSignal::new(options.stop.clone(), None, Arc::clone(clock));
    tokio::select! {
        biased;
        _ = stop.comes() => None,
        result = work => Some(result),
    }
}

/// A plan that needs no person, and what was left out for that.
struct FilteredPlan {
    plan: Plan,
    left_out: BTreeMap<Address, LeftOut>,
    drifted: Vec<Address>,
}

fn filter_plan(
    plan: Plan,
    desired: &Desired,
    recorded: &Recorded,
    options: &PassOptions,
) -> FilteredPlan {
    let drifted = plan.standing().drifted;
    let by_git: Option<BTreeSet<Address>> = match options.drift {
        DriftPolicy::Correct => None,
        DriftPolicy::Off | DriftPolicy::Warn => {
            let offline = self::plan(desired, recorded, None);
            Some(offline.changes.into_iter().map(|change| change.address).collect())
        }
    };
    let none = BTreeMap::new();
    let reason = |address: &Address, action: PlanAction| {
        let labels = desired.resources.get(address).map_or(&none, |resource| &resource.labels);
        let destroys = matches!(action, PlanAction::Delete | PlanAction::Replace);
        // What only the state learns harms nobody.
        let is_quiet = matches!(action, PlanAction::Forget | PlanAction::Record);
        if options.suspended.hold(address, labels) {
            Some(LeftOut::Suspended)
        } else if destroys && !options.prune {
            Some(LeftOut::Prune)
        } else if options.resting.contains(address) {
            Some(LeftOut::Backoff)
        } else if !is_quiet && by_git.as_ref().is_some_and(|by_git| !by_git.contains(address)) {
            Some(LeftOut::Drift)
        } else {
            None
        }
    };
    let mut left_out: BTreeMap<Address, LeftOut> = plan
        .changes
        .iter()
        .filter_map(|change| {
            Some((change.address.clone(), reason(&change.address, change.action)?))
        })
        .collect();
    let all: Vec<Address> = plan.changes.iter().map(|change| change.address.clone()).collect();
    let named = left_out.keys().cloned().collect();
    let plan = without(plan, desired, recorded, &named);
    let kept: BTreeSet<&Address> = plan.changes.iter().map(|change| &change.address).collect();
    for address in all.iter().filter(|address| !kept.contains(address)) {
        left_out.entry(address.clone()).or_insert(LeftOut::Needs);
    }
    FilteredPlan { plan, left_out, drifted }
}

impl FilteredPlan {
    fn report(&self) -> PassReport {
        let changes = self.plan.changes.iter();
        PassReport {
            actions: changes.map(|change| (change.address.clone(), change.action)).collect(),
            left_out: self.left_out.clone(),
            drifted: self.drifted.clone(),
            unchanged: self.plan.unchanged,
            failed: errors_of(&self.plan),
            errors: self.plan.errors.clone(),
            ..PassReport::default()
        }
    }

    fn verdict(&self) -> PassOutcome {
        if !self.plan.errors.is_empty() {
            return PassOutcome::Failed;
        }
        match (self.plan.is_empty(), self.left_out.is_empty()) {
            (_, false) => PassOutcome::Pending,
            (true, true) => PassOutcome::InSync,
            (false, true) => PassOutcome::Changed,
        }
    }
}

fn rehearsed(
    ready: &PreparedPass,
    options: &PassOptions,
    recorded: &Recorded,
    plan: Plan,
) -> PassReport {
    let filtered = filter_plan(plan, &ready.loaded.desired, recorded, options);
    let n_desired = ready.loaded.desired.resources.len();
    let mut report = filtered.report();
    report.refusals = check(&filtered.plan, n_desired, recorded.resources.len(), ready.guards);
    let is_pending = !filtered.plan.is_empty() || !filtered.left_out.is_empty();
    report.verdict = match is_pending {
        _ if !filtered.plan.errors.is_empty() => PassOutcome::Failed,
        true => PassOutcome::Pending,
        false => PassOutcome::InSync,
    };
    report
}

fn errors_of(plan: &Plan) -> BTreeMap<Address, String> {
    plan.errors.iter().map(|error| (error.address.clone(), error.to_string())).collect()
}

/// Holds a plan to the guards. A mass change waits for a person's word for just that plan.
async fn is_refused(
    ready: &PreparedPass,
    session: &Session,
    plan: &Plan,
    report: &mut PassReport,
) -> bool {
    let n_desired = ready.loaded.desired.resources.len();
    let n_recorded = session.recorded().resources.len();
    let refusals = check(plan, n_desired, n_recorded, ready.guards);
    let store = ready.scope.store.as_ref();
    if refusals.is_empty() {
        settle(store).await;
        return false;
    }
    report.refusals.clone_from(&refusals);
    if !refusals.iter().all(can_be_approved) {
        report.verdict = PassOutcome::Refused;
        return true;
    }
    let digest = changes_digest(plan);
    if PlanApproval::read(store).await.is_some_and(|approval| approval.digest == digest) {
        tracing::warn!("a plan above the guards was approved, and is carried out");
        // The word is for one time.
        settle(store).await;
        report.refusals.clear();
        return false;
    }
    report.verdict = PassOutcome::Waiting;
    report.help = Some("look at it and let it go with `taskloom approve`".to_owned());
    leave(ready, plan, &refusals, digest, report).await;
    true
}

/// Leaves a plan for a person to look at.
async fn leave(
    ready: &PreparedPass,
    plan: &Plan,
    refusals: &[GuardRefusal],
    digest: String,
    report: &mut PassReport,
) {
    let store = ready.scope.store.as_ref();
    let known = WaitingPlan::read(store).await.ok().flatten();
    if known.is_some_and(|known| known.digest == digest) {
        return;
    }
    let masked = plan.masked();
    let waiting = WaitingPlan {
        format_version: WaitingPlan::FORMAT_VERSION,
        digest,
        since: ready.scope.clock.now(),
        refusals: refusals.iter().map(ToString::to_string).collect(),
        text: render(&masked, TextStyle::default()),
        changes: to_json(&masked).remove("changes").unwrap_or_default(),
    };
    if let Err(error) = waiting.write(store).await {
        let error = error_chain(&error);
        report.message = Some(format!("the plan that waits cannot be written: {error}"));
    }
}

/// Tells whether a person's word suffices: nobody can say which of two rivals is ours, and what
/// is protected stays so until its manifest says otherwise.
fn can_be_approved(refusal: &GuardRefusal) -> bool {
    match refusal {
        GuardRefusal::Deletes { .. }
        | GuardRefusal::Share { .. }
        | GuardRefusal::Empty { .. }
        | GuardRefusal::Needed { .. } => true,
        GuardRefusal::Protected(_) | GuardRefusal::Misfit { .. } | GuardRefusal::Rivals { .. } => {
            false
        }
    }
}

/// A plan on its way.
struct Flight<'a> {
    ready: &'a PreparedPass,
    options: &'a PassOptions,
    session: &'a mut Session,
    filtered: &'a FilteredPlan,
    observed: &'a Observed,
}

impl Flight<'_> {
    async fn go(
        self,
        report: &mut PassReport,
        tell: &mut dyn FnMut(PassEvent<'_>),
    ) -> Result<(), StateError> {
        let Flight { ready, options, session, filtered, observed } = self;
        let mut failed = BTreeMap::new();
        let mut hear = |event: OperationEvent<'_>| {
            if let OperationStatus::Failed(error) = &event.status {
                failed.insert(event.operation.address.clone(), error.to_string());
            }
            tell(PassEvent::Operation(event));
        };
        let desired = &ready.loaded.desired;
        let work =
            session.carry_out(&filtered.plan, desired, observed, options.stop.clone(), &mut hear);
        let tally = tokio::select! {
            biased;
            tally = work => Some(tally?),
            () = overdue(options, &ready.scope.clock) => None,
        };
        report.failed.extend(failed);
        let Some(tally) = tally else {
            // The journal knows what was begun; the next start looks for it.
            report.verdict = PassOutcome::Stopped;
            report.message = Some("what was in flight took too long to end".to_owned());
            return Ok(());
        };
        report.tally = tally;
        report.verdict = match () {
            () if *options.stop.borrow() => PassOutcome::Stopped,
            () if tally.failed + tally.skipped + tally.not_attempted > 0 => PassOutcome::Failed,
            () => filtered.verdict(),
        };
        Ok(())
    }
}

/// Waits until the daemon was asked to end and what is in flight has had its time.
async fn overdue(options: &PassOptions, clock: &Arc<dyn Clock>) {
    let stop = StopSignal::new(options.stop.clone(), None, Arc::clone(clock));
    stop.comes().await;
    clock.sleep(options.grace).await;
}
