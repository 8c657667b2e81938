//! Runs operations in parallel, each after those it needs; a failure skips only its dependants.

use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::error::OperationError;
use super::outcome::OperationOutcome;
use super::run_context::RunContext;
use crate::model::{
    Address, Operation, OperationId, Recorded, RemoteId, RequestId, Step, Value, Verb, WaitGraph,
};
use crate::state::StateChange;
use crate::support::{StopCause, StopSignal};

/// An event of an operation.
#[derive(Debug)]
pub struct OperationEvent<'a> {
    /// Which operation.
    pub operation: &'a Operation,
    /// What happened.
    pub status: OperationStatus<'a>,
    /// The id, once there is one.
    pub id: Option<&'a RemoteId>,
    /// The RequestId of the write.
    pub request_id: Option<&'a RequestId>,
}

/// What happened to an operation.
#[derive(Debug)]
pub enum OperationStatus<'a> {
    /// It was started.
    Begun,
    /// It succeeded.
    Done,
    /// It failed.
    Failed(&'a OperationError),
    /// What it needs failed: the address is the nearest cause.
    Skipped(&'a Address),
    /// The run ended before its turn.
    NotAttempted(EndReason),
}

/// Why a run started no further operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndReason {
    /// A signal, or its time limit.
    #[error(transparent)]
    Stopped(#[from] StopCause),
    /// The journal cannot be written, and nothing is sent without it.
    #[error("the journal could not be written")]
    Journal,
}

/// How many operations ended with which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApplySummary {
    /// Succeeded.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Not attempted, because something that they need failed.
    pub skipped: usize,
    /// Not attempted, because the run was stopped or its time was over.
    pub not_attempted: usize,
}

/// Runs operations and keeps `recorded` up to date with what they did.
///
/// When the run is stopped or its time is over, nothing new starts; what is in flight ends and is
/// recorded. `first_n` is the journal number of the first operation.
pub async fn apply(
    run: &Arc<RunContext>,
    operations: &[Operation],
    recorded: &mut Recorded,
    first_n: u64,
    report: &mut dyn FnMut(OperationEvent<'_>),
) -> ApplySummary {
    let mut engine = Engine::new(operations);
    let mut flights: JoinSet<OpResult> = JoinSet::new();
    loop {
        while flights.len() < run.parallelism.max(1)
            && engine.goes_on(&run.stop)
            && let Some(id) = engine.waits.take_ready()
        {
            let Some(operation) = operations.get(id.0) else { continue };
            report(event(operation, OperationStatus::Begun, operation.id.as_ref(), None));
            let ready = resolve(operation, recorded);
            let (run, n) = (Arc::clone(run), first_n + id.0 as u64);
            let verb = operation.verb.name();
            let span = tracing::error_span!("operation", address = %operation.address, verb);
            let work = async move {
                let result = match ready {
                    Ok(operation) => run.execute(n, &operation).await,
                    Err(error) => Err(error),
                };
                (id, result)
            };
            flights.spawn(work.instrument(span));
        }
        let Some(landing) = flights.join_next().await else { break };
        let (id, result) = landing.expect("an operation neither panics nor is aborted");
        let Some(operation) = operations.get(id.0) else { continue };
        engine.land(operation, id, result, recorded, report);
    }
    engine.finish(report)
}

type OpResult = (OperationId, Result<OperationOutcome, OperationError>);

struct Engine<'a> {
    operations: &'a [Operation],
    waits: WaitGraph<OperationId>,
    tally: ApplySummary,
    /// Why no further operation starts.
    end: Option<EndReason>,
}

impl<'a> Engine<'a> {
    fn new(operations: &'a [Operation]) -> Self {
        let needs = operations.iter().enumerate();
        let needs = needs.map(|(id, one)| (OperationId(id), one.after.iter().copied().collect()));
        let waits = WaitGraph::new(needs.collect());
        Engine { operations, waits, tally: ApplySummary::default(), end: None }
    }

    /// Returns whether another operation may begin; the first reason against it stays.
    fn goes_on(&mut self, stop: &StopSignal) -> bool {
        self.end = self.end.or_else(|| stop.cause().map(EndReason::Stopped));
        self.end.is_none()
    }

    fn land(
        &mut self,
        operation: &'a Operation,
        id: OperationId,
        result: Result<OperationOutcome, OperationError>,
        recorded: &mut Recorded,
        report: &mut dyn FnMut(OperationEvent<'_>),
    ) {
        match result {
            Ok(OperationOutcome { change, request_id }) => {
                self.tally.done += 1;
                keep(operation, change, recorded);
                let remote = recorded.id_of(&operation.address).or(operation.id.clone());
                report(event(
                    operation,
                    OperationStatus::Done,
                    remote.as_ref(),
                    request_id.as_ref(),
                ));
                self.waits.gone(&id);
            }
            Err(error) if error.stopped().is_some() => {
                self.end = self.end.or(error.stopped().map(EndReason::Stopped));
                self.waits.release(vec![id]);
            }
            Err(error) => {
                self.tally.failed += 1;
                if matches!(error, OperationError::State(_)) {
                    self.end.get_or_insert(EndReason::Journal);
                }
                let request_id = error.request_id();
                let status = OperationStatus::Failed(&error);
                report(event(operation, status, operation.id.as_ref(), request_id));
                self.skip_dependants(id, &operation.address, report);
            }
        }
    }

    fn skip_dependants(
        &mut self,
        id: OperationId,
        cause: &'a Address,
        report: &mut dyn FnMut(OperationEvent<'_>),
    ) {
        for dependant in self.waits.give_up_behind(&id) {
            self.tally.skipped += 1;
            if let Some(operation) = self.operations.get(dependant.0) {
                let status = OperationStatus::Skipped(cause);
                report(event(operation, status, operation.id.as_ref(), None));
            }
        }
    }

    fn finish(mut self, report: &mut dyn FnMut(OperationEvent<'_>)) -> ApplySummary {
        let rest = self.waits.ready().chain(self.waits.waiting());
        // Without a reason, only operations that wait for themselves can be left; no plan has any.
        let end = self.end.unwrap_or(EndReason::Stopped(StopCause::Asked));
        for operation in rest.filter_map(|id| self.operations.get(id.0)) {
            self.tally.not_attempted += 1;
            report(event(
                operation,
                OperationStatus::NotAttempted(end),
                operation.id.as_ref(),
                None,
            ));
        }
        self.tally
    }
}

fn event<'a>(
    operation: &'a Operation,
    status: OperationStatus<'a>,
    id: Option<&'a RemoteId>,
    request_id: Option<&'a RequestId>,
) -> OperationEvent<'a> {
    OperationEvent { operation, status, id, request_id }
}

fn keep(operation: &Operation, change: StateChange, recorded: &mut Recorded) {
    if let Some(before) = &operation.moved_from {
        recorded.resources.remove(before);
    }
    match change {
        StateChange::Recorded(resource) => {
            recorded.resources.insert(operation.address.clone(), *resource);
        }
        StateChange::Dropped => {
            recorded.resources.remove(&operation.address);
        }
        StateChange::Nothing => {}
    }
}

/// Fills in the ids of everything that was created so far.
fn resolve(operation: &Operation, recorded: &Recorded) -> Result<Operation, OperationError> {
    let id_of = |address: &Address| recorded.id_of(address);
    let mut ready = operation.clone();
    // What this run has just created had no id when it was planned.
    if matches!(operation.verb, Verb::Step(Step::Submit | Step::Start | Step::Pause)) {
        ready.id = recorded.id_of(&operation.address);
    }
    ready.spec = operation.spec.resolve(&id_of);
    ready.extra = operation.extra.resolve(&id_of);
    let open = |value: &Value| value.references().first().map(ToString::to_string);
    match open(&ready.spec).or_else(|| open(&ready.extra)) {
        Some(address) => Err(OperationError::Unresolved { address }),
        None => Ok(ready),
    }
}
