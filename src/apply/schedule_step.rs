//! Submits, starts, pauses and stops: each step reads first, does what is missing, and reads again.
//!
//! All of them are safe to repeat, so an interrupted run leaves nothing to resolve:
//! the next plan reads how far the task is.

use std::time::Duration;

use super::error::OperationError;
use super::execute::{known_id, recorded, succeeded};
use super::outcome::OperationOutcome;
use super::run_context::RunContext;
use crate::cloud::CallOutcome;
use crate::kinds::{
    AsyncJob, Table, decode_approval, decode_job, decode_job_id, decode_version, is_covered,
    job_call, pause_call, start_call, stop_call, submit_call, table, version_call,
};
use crate::model::{
    Call, ObservedResource, Operation, RemoteId, RemoteVersion, Reply, RequestId, Step, TaskStatus,
};
use crate::observe::read;
use crate::plan::differences;
use crate::state::StateChange;

/// Milliseconds before each read of what a call changed or a job does; the last one repeats.
const LOOKS: [u64; 6] = [0, 500, 1000, 2000, 4000, 8000];

/// How many reads check what a lost answer would have said: the last one after 3.5 seconds.
const N_TRACES: usize = 4;

/// How long a job may take: pausing waits for running instances.
const JOB_LIMIT: Duration = Duration::from_secs(3600);

/// How long a change may take to show after a call that was answered.
const SHOW_LIMIT: Duration = Duration::from_secs(30);

/// The outcome of sending a step.
enum Sent {
    Answered(Reply),
    /// The answer was lost, and the task is in the status that the step leads to.
    Seen(Box<ObservedResource>),
}

impl RunContext {
    /// Executes a step of the schedule, as number `n` of the journal. A step that the kind does not
    /// have is refused, and nothing is sent instead.
    pub(super) async fn schedule_step(
        &self,
        n: u64,
        operation: &Operation,
        step: Step,
    ) -> Result<OperationOutcome, OperationError> {
        let kind = operation.address.kind;
        let table = table(kind);
        if !table.steps.contains(&step) {
            return Err(OperationError::NoSuchStep { step, kind });
        }
        if !table.has_status_field() {
            return self.task_step(n, operation, table, step).await;
        }
        match step {
            // Its triggers change with its update, which is safe to repeat.
            Step::Start => self.update(n, operation).await,
            Step::Stop => self.deactivate(n, operation).await,
            Step::Submit | Step::Pause => Err(OperationError::NoSuchStep { step, kind }),
        }
    }

    async fn task_step(
        &self,
        n: u64,
        operation: &Operation,
        table: &'static Table,
        step: Step,
    ) -> Result<OperationOutcome, OperationError> {
        let id = known_id(operation)?;
        let seen = self.look_before(step, table, id).await?;
        self.refuse_foreign(operation, &seen)?;
        // A read may not show yet what a recent update saved, so a submit is never left out.
        if step != Step::Submit && is_done(step, &seen.marker) {
            return self.lived(n, operation, step, id, seen, None).await;
        }
        if step == Step::Submit {
            self.refuse_waiting(table, id, &seen.marker).await?;
        }
        let call = self.step_call(table, step, id);
        self.announce(&self.begun(n, operation, &call, String::new())).await?;
        let sent = self.send_step(operation, step, table, &seen, &call).await;
        let reply = match sent.map_err(|error| explained(step, &seen.marker, error))? {
            Sent::Answered(reply) => reply,
            Sent::Seen(seen) => return self.lived(n, operation, step, id, *seen, None).await,
        };
        if let Some(job) = decode_job_id(&reply.data) {
            self.wait_for_job(&call, &job).await?;
        }
        let seen = self.wait_until_done(step, table, id, &call, &reply).await?;
        self.lived(n, operation, step, id, seen, reply.request_id).await
    }

    /// Sends a step; after a lost answer its effect is looked up before it is sent once more.
    async fn send_step(
        &self,
        operation: &Operation,
        step: Step,
        table: &'static Table,
        before: &ObservedResource,
        call: &Call,
    ) -> Result<Sent, OperationError> {
        let id = &before.id;
        let reply = match self.send(call).await {
            Err(error) if error.outcome() == CallOutcome::Unknown => {
                let (address, error) = (&operation.address, error.to_string());
                tracing::warn!(%address, error, "an answer was lost: looking whether the {step} happened");
                if let Some(seen) = self.trace(step, table, id, &before.marker).await? {
                    return Ok(Sent::Seen(Box::new(seen)));
                }
                self.send(call).await?
            }
            result => result?,
        };
        succeeded(call, &reply)?;
        Ok(Sent::Answered(reply))
    }

    /// Looks several times for the effect of a step whose answer was lost: a read may lag behind
    /// it, and a repeated submit would create another version.
    async fn trace(
        &self,
        step: Step,
        table: &'static Table,
        id: &RemoteId,
        before: &RemoteVersion,
    ) -> Result<Option<ObservedResource>, OperationError> {
        let mut last_seen = before.clone();
        for wait in LOOKS.into_iter().take(N_TRACES) {
            if self.pause(wait).await.is_err() {
                break;
            }
            let seen = self.demand(table, id).await?;
            // A submitted version that was there before proves nothing.
            if is_done(step, &seen.marker) && (step != Step::Submit || seen.marker != *before) {
                return Ok(Some(seen));
            }
            last_seen = seen.marker;
        }
        if step == Step::Submit {
            self.refuse_waiting(table, id, &last_seen).await?;
        }
        Ok(None)
    }

    /// Reads a task before a step. Waits for one that is going offline, because nothing else can be
    /// done to it.
    async fn look_before(
        &self,
        step: Step,
        table: &'static Table,
        id: &RemoteId,
    ) -> Result<ObservedResource, OperationError> {
        let began = self.clock.elapsed();
        for wait in LOOKS.into_iter().chain(std::iter::repeat(last(&LOOKS))) {
            if self.pause(wait).await.is_err() {
                break;
            }
            let seen = self.demand(table, id).await?;
            if step == Step::Submit || seen.marker.status != Some(TaskStatus::GoingOffline) {
                return Ok(seen);
            }
            if self.clock.elapsed().saturating_sub(began) >= JOB_LIMIT {
                break;
            }
        }
        Err(OperationError::GoingOffline)
    }

    /// Refuses to submit what was submitted before and waits for approval, or was rejected: each
    /// run would create another version to review.
    async fn refuse_waiting(
        &self,
        table: &Table,
        id: &RemoteId,
        seen: &RemoteVersion,
    ) -> Result<(), OperationError> {
        if seen.is_submitted() || seen.version.is_none() {
            return Ok(());
        }
        let call = version_call(table, &self.project_id, id, "");
        let reply = match self.client.call(&call).await {
            Ok(reply) => reply,
            // It was never submitted.
            Err(error) if error.outcome() == CallOutcome::Refused => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        match (decode_version(&reply.data), decode_approval(&reply.data)) {
            (Some((version, number)), Some(status)) if Some(&number) == seen.version.as_ref() => {
                Err(OperationError::Approval { version, status })
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    fn step_call(&self, table: &Table, step: Step, id: &RemoteId) -> Call {
        let project = &self.project_id;
        match step {
            Step::Submit => submit_call(table, project, id, &self.remark),
            Step::Start => start_call(project, id),
            Step::Pause => pause_call(project, id),
            Step::Stop => stop_call(project, id),
        }
    }

    async fn demand(
        &self,
        table: &'static Table,
        id: &RemoteId,
    ) -> Result<ObservedResource, OperationError> {
        // A read may lag behind a recent create.
        for wait in LOOKS.into_iter().take(4) {
            if self.pause(wait).await.is_err() {
                break;
            }
            if let Some(seen) = read(&self.client, &self.project_id, table, id).await? {
                return Ok(seen);
            }
        }
        Err(OperationError::Vanished { action: table.actions.get, id: id.clone() })
    }

    /// Records the present status of the task. What is about to be deleted keeps its record.
    async fn lived(
        &self,
        n: u64,
        operation: &Operation,
        step: Step,
        id: &RemoteId,
        seen: ObservedResource,
        request_id: Option<RequestId>,
    ) -> Result<OperationOutcome, OperationError> {
        let change = if step == Step::Stop {
            StateChange::Nothing
        } else {
            // What was changed outside since the plan must be read again, and reported.
            let mut fields = differences(operation.address.kind, &operation.spec, &seen.spec);
            fields.retain(|field| !is_covered(&field.path, &operation.ignore));
            let marker = if fields.is_empty() { seen.marker } else { RemoteVersion::default() };
            recorded(operation, id, operation.spec.clone(), marker)
        };
        self.journal.done(n, &operation.address, &change, None).await?;
        Ok(OperationOutcome { change, request_id })
    }

    async fn wait_for_job(&self, call: &Call, job: &str) -> Result<(), OperationError> {
        let began = self.clock.elapsed();
        for wait in LOOKS.into_iter().chain(std::iter::repeat(last(&LOOKS))) {
            // The job continues after this run; the next plan reads what it did.
            if self.pause(wait).await.is_err() {
                break;
            }
            let reply = self.closing.call(&job_call(&self.project_id, job)).await?;
            match decode_job(&reply.data) {
                AsyncJob::Done => return Ok(()),
                AsyncJob::Failed(why) => {
                    let (action, job) = (call.action, job.to_owned());
                    return Err(OperationError::JobFailed { action, job, why });
                }
                AsyncJob::Running => {}
            }
            if self.clock.elapsed().saturating_sub(began) >= JOB_LIMIT {
                break;
            }
        }
        Err(OperationError::JobUnfinished { action: call.action, job: job.to_owned() })
    }

    async fn wait_until_done(
        &self,
        step: Step,
        table: &'static Table,
        id: &RemoteId,
        call: &Call,
        reply: &Reply,
    ) -> Result<ObservedResource, OperationError> {
        let began = self.clock.elapsed();
        let mut last_seen = RemoteVersion::default();
        for wait in LOOKS.into_iter().chain(std::iter::repeat(last(&LOOKS))) {
            if let Some(seen) = self.look_after(wait, table, id, call.action).await? {
                if is_done(step, &seen.marker) {
                    return Ok(seen);
                }
                last_seen = seen.marker;
            }
            if self.clock.elapsed().saturating_sub(began) >= SHOW_LIMIT {
                break;
            }
        }
        if step == Step::Submit
            && let Some((version, _)) = decode_version(&reply.data)
            && let Some(status) = self.approval(table, id, &version).await?
        {
            return Err(OperationError::Approval { version, status });
        }
        let status = last_seen.status.map_or(String::new(), |status| status.to_string());
        let action = call.action;
        Err(OperationError::NotLive { action, status })
    }

    /// Returns ApproveStatus of a version, where the project has people approve versions.
    async fn approval(
        &self,
        table: &Table,
        id: &RemoteId,
        version: &str,
    ) -> Result<Option<String>, OperationError> {
        let reply = self.closing.call(&version_call(table, &self.project_id, id, version)).await?;
        Ok(decode_approval(&reply.data))
    }
}

/// Returns the error of a step, or a more specific one where the task's status explains it.
fn explained(step: Step, seen: &RemoteVersion, error: OperationError) -> OperationError {
    let is_refused =
        matches!(&error, OperationError::Call(call) if call.outcome() == CallOutcome::Refused);
    let is_no = is_refused || matches!(error, OperationError::StatusFalse { .. });
    if step == Step::Start && seen.status == Some(TaskStatus::Offline) && is_no {
        return OperationError::StaysOffline { source: Box::new(error) };
    }
    error
}

/// Returns whether a task is in the status that a step leads to.
fn is_done(step: Step, marker: &RemoteVersion) -> bool {
    let status = marker.status.as_ref();
    match step {
        Step::Submit => marker.is_submitted(),
        Step::Start => status == Some(&TaskStatus::Scheduled),
        Step::Pause => status == Some(&TaskStatus::Paused),
        Step::Stop => !status.is_some_and(TaskStatus::is_online),
    }
}

fn last(looks: &[u64]) -> u64 {
    looks.last().copied().unwrap_or_default()
}
