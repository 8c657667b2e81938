//! Executes one operation: its calls, its journal lines, its check.

use super::error::OperationError;
use super::outcome::OperationOutcome;
use super::run_context::RunContext;
use crate::cloud::CallError;
use crate::kinds::{
    FolderField, MergeExceptions, ResourceIdentity, Table, delete_call,
    delete_failing_downstream_call, merge, table, update_call,
};
use crate::model::{
    Call, ObservedResource, Operation, RecordedResource, RemoteId, RemoteVersion, Reply, Value,
    Verb,
};
use crate::observe::{ObserveError, read};
use crate::plan::differences;
use crate::state::{Intent, StateChange};

/// The error code for a name that is taken.
pub(super) const DUPLICATE: &str = "InvalidParameter.DuplicateName";

/// Milliseconds before each read after a write: a read may lag behind it.
const READS_AFTER_WRITE: [u64; 4] = [0, 500, 1500, 4000];

impl RunContext {
    /// Executes an operation whose references are filled in, as number `n` of the journal.
    pub(super) async fn execute(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        match operation.verb {
            Verb::Create => self.create(n, operation).await,
            Verb::Update => self.update(n, operation).await,
            Verb::Delete => self.delete(n, operation).await,
            Verb::Adopt | Verb::Record => self.record(n, operation).await,
            Verb::Step(step) => self.schedule_step(n, operation, step).await,
            Verb::Forget => {
                self.journal.done(n, &operation.address, &StateChange::Dropped, None).await?;
                Ok(OperationOutcome::without_write(StateChange::Dropped))
            }
        }
    }

    pub(super) async fn update(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        let table = table(operation.address.kind);
        let id = known_id(operation)?;
        let Some(seen) = read(&self.client, &self.project_id, table, id).await? else {
            return Err(OperationError::Vanished { action: table.actions.get, id: id.clone() });
        };
        self.refuse_foreign(operation, &seen)?;
        let except = MergeExceptions { removed: &operation.removed, ignore: &operation.ignore };
        let whole = merge(table, &seen.spec, &operation.spec, except);
        if moves(operation, &seen.spec) {
            self.make_folders(operation).await?;
        }
        let call = update_call(table, &self.project_id, id, &whole, &operation.extra);
        self.announce(&self.begun(n, operation, &call, String::new())).await?;
        let reply = match self.send(&call).await {
            Ok(reply) => reply,
            Err(error) if error.code() == Some(DUPLICATE) => {
                let identity = ResourceIdentity::of(operation.address.kind, &operation.spec);
                return Err(self.refused_name(&identity, error).await);
            }
            Err(error) => return Err(error.into()),
        };
        succeeded(&call, &reply)?;
        let change = self.check(n, operation, table, id, &call).await?;
        Ok(OperationOutcome { change, request_id: reply.request_id })
    }

    async fn delete(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        let table = table(operation.address.kind);
        let id = known_id(operation)?;
        // What is already gone is deleted again: the answer says that it does not exist.
        if let Some(seen) = read(&self.client, &self.project_id, table, id).await? {
            self.refuse_foreign(operation, &seen)?;
        }
        let call = match self.spare_downstream {
            true => delete_call(table, &self.project_id, id),
            false => delete_failing_downstream_call(table, &self.project_id, id),
        };
        self.announce(&self.begun(n, operation, &call, String::new())).await?;
        let request_id = match self.send(&call).await {
            Ok(reply) => {
                succeeded(&call, &reply)?;
                reply.request_id
            }
            Err(error) if error.is_not_found() => error.request_id().cloned(),
            Err(error) => return Err(error.into()),
        };
        self.wait_until_gone(table, id, &call).await?;
        let before = operation.moved_from.as_ref();
        self.journal.done(n, &operation.address, &StateChange::Dropped, before).await?;
        Ok(OperationOutcome { change: StateChange::Dropped, request_id })
    }

    async fn wait_until_gone(
        &self,
        table: &'static Table,
        id: &RemoteId,
        call: &Call,
    ) -> Result<(), OperationError> {
        for wait in READS_AFTER_WRITE {
            let seen = self.look_after(wait, table, id, call.action).await?;
            if seen.is_none() {
                return Ok(());
            }
        }
        Err(OperationError::StillThere { action: call.action, id: id.clone() })
    }

    /// Records in the state what the service already has.
    async fn record(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        let table = table(operation.address.kind);
        let id = known_id(operation)?;
        let Some(seen) = read(&self.client, &self.project_id, table, id).await? else {
            return Err(OperationError::Vanished { action: table.actions.get, id: id.clone() });
        };
        // What still needs an update is not recorded as applied.
        let as_wanted = differences(operation.address.kind, &operation.spec, &seen.spec).is_empty();
        let spec = if as_wanted || operation.verb == Verb::Record {
            operation.spec.clone()
        } else {
            Value::map()
        };
        let change = recorded(operation, id, spec, seen.marker);
        let before = operation.moved_from.as_ref();
        self.journal.done(n, &operation.address, &change, before).await?;
        Ok(OperationOutcome::without_write(change))
    }

    /// Reads the resource after a write, records it, and fails if it differs from what was sent.
    async fn check(
        &self,
        n: u64,
        operation: &Operation,
        table: &'static Table,
        id: &RemoteId,
        call: &Call,
    ) -> Result<StateChange, OperationError> {
        let (seen, fields) = self.read_until_stored(operation, table, id, call.action).await?;
        let stored = fields.is_empty();
        let spec = if stored { operation.spec.clone() } else { Value::map() };
        let change = recorded(operation, id, spec, seen.marker);
        self.journal.done(n, &operation.address, &change, operation.moved_from.as_ref()).await?;
        if stored { Ok(change) } else { Err(OperationError::NotStored { fields }) }
    }

    /// Reads until the resource is as it was sent: a read may lag behind the write, so a difference
    /// is read again before it counts.
    pub(super) async fn read_until_stored(
        &self,
        operation: &Operation,
        table: &'static Table,
        id: &RemoteId,
        action: &'static str,
    ) -> Result<(ObservedResource, Vec<crate::plan::FieldChange>), OperationError> {
        let mut last = None;
        for wait in READS_AFTER_WRITE {
            let Some(seen) = self.look_after(wait, table, id, action).await? else {
                continue;
            };
            let mut fields = differences(operation.address.kind, &operation.spec, &seen.spec);
            fields.retain(|field| !crate::kinds::is_covered(&field.path, &operation.ignore));
            if fields.is_empty() {
                return Ok((seen, fields));
            }
            last = Some((seen, fields));
        }
        last.ok_or_else(|| OperationError::Vanished { action, id: id.clone() })
    }

    /// Reads the resource after a pause; in a stopped run only the first read is made.
    pub(super) async fn look_after(
        &self,
        wait: u64,
        table: &'static Table,
        id: &RemoteId,
        action: &'static str,
    ) -> Result<Option<ObservedResource>, OperationError> {
        let unseen = |source| OperationError::Unseen { action, id: id.clone(), source };
        self.pause(wait).await.map_err(unseen)?;
        match read(&self.closing, &self.project_id, table, id).await {
            Err(ObserveError::Call(CallError::Stopped { source, .. })) => Err(unseen(source)),
            result => Ok(result?),
        }
    }

    pub(super) fn begun(
        &self,
        n: u64,
        operation: &Operation,
        call: &Call,
        nonce: String,
    ) -> Intent {
        Intent {
            n,
            address: operation.address.clone(),
            verb: operation.verb,
            id: operation.id.clone(),
            digest: self.journal.seal_key().digest(&call.body),
            nonce,
            time: self.clock.now().to_string(),
            tries: 1,
            spec: serde_json::Value::Null,
            extra: serde_json::Value::Null,
            protect: false,
            ignore: Vec::new(),
            moved_from: None,
        }
    }
}

/// Returns whether an update may move a task into another folder; a workflow stays in its own.
fn moves(operation: &Operation, seen: &Value) -> bool {
    let FolderField::OfTasks(path) = table(operation.address.kind).folder else { return false };
    let (wanted, shown) = (operation.spec.at(path), seen.at(path));
    shown.is_none() || shown != wanted
}

/// Returns the record of a resource as an operation leaves it.
pub(super) fn recorded(
    operation: &Operation,
    id: &RemoteId,
    spec: Value,
    observed: RemoteVersion,
) -> StateChange {
    StateChange::Recorded(Box::new(RecordedResource {
        id: id.clone(),
        spec,
        extra: operation.extra.clone(),
        protect: operation.protect,
        observed,
    }))
}

/// The official example of a "success" holds `Status: false`: it counts as a failure.
pub(super) fn succeeded(call: &Call, reply: &Reply) -> Result<(), OperationError> {
    if reply.data.get("Status") == Some(&serde_json::Value::Bool(false)) {
        let (action, request_id) = (call.action, reply.request_id.clone());
        return Err(OperationError::StatusFalse { action, request_id });
    }
    Ok(())
}

pub(super) fn known_id(operation: &Operation) -> Result<&RemoteId, OperationError> {
    operation
        .id
        .as_ref()
        .ok_or_else(|| OperationError::Unresolved { address: operation.address.to_string() })
}
