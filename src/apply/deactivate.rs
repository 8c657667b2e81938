//! Pauses a trigger workflow: an update that changes only its status.

use super::error::OperationError;
use super::execute::{known_id, succeeded};
use super::outcome::OperationOutcome;
use super::run_context::RunContext;
use crate::kinds::{ACTIVE, MergeExceptions, is_active, merge, paused, table, update_call};
use crate::model::Operation;
use crate::observe::read;
use crate::state::StateChange;

/// Milliseconds before each read after the pause: a read may lag behind it.
const READS: [u64; 4] = [0, 500, 1500, 4000];

impl RunContext {
    /// Pauses what is about to be deleted; its record stays.
    pub(super) async fn deactivate(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        let table = table(operation.address.kind);
        let id = known_id(operation)?;
        let seen = read(&self.client, &self.project_id, table, id).await?;
        // What is gone, or has nothing that fires, needs no pause.
        let Some(seen) = seen.filter(|seen| is_active(&seen.spec, None)) else {
            self.journal.done(n, &operation.address, &StateChange::Nothing, None).await?;
            return Ok(OperationOutcome::without_write(StateChange::Nothing));
        };
        self.refuse_foreign(operation, &seen)?;
        let whole = merge(table, &seen.spec, &paused(&seen.spec), MergeExceptions::default());
        let call = update_call(table, &self.project_id, id, &whole, &operation.extra);
        self.announce(&self.begun(n, operation, &call, String::new())).await?;
        let reply = self.send(&call).await?;
        succeeded(&call, &reply)?;
        for wait in READS {
            let seen = self.look_after(wait, table, id, call.action).await?;
            if seen.is_none_or(|seen| !is_active(&seen.spec, None)) {
                self.journal.done(n, &operation.address, &StateChange::Nothing, None).await?;
                let request_id = reply.request_id;
                return Ok(OperationOutcome { change: StateChange::Nothing, request_id });
            }
        }
        Err(OperationError::NotLive { action: call.action, status: ACTIVE.to_owned() })
    }
}
