//! Creates a resource: the only kind of call that must not be sent twice.

use serde_json::json;

use super::error::OperationError;
use super::evidence::CreateResolution;
use super::execute::{DUPLICATE, recorded};
use super::outcome::OperationOutcome;
use super::run_context::RunContext;
use crate::cloud::{CallError, CallOutcome};
use crate::kinds::{ResourceIdentity, Table, create_call, decode_created, table, to_record};
use crate::model::{Address, Call, Operation, RemoteId, RequestId, Value};
use crate::state::{Intent, StateChange};

/// How often a create is sent at most, when each time no trace of it was found.
const TRIES: u32 = 3;

/// The outcome of a create.
struct Created {
    id: RemoteId,
    /// The RequestId of the answer with the id; None when the resource was found by a look-up.
    request_id: Option<RequestId>,
    /// The number of the intent that created it: this one, or an earlier one with unknown outcome.
    by: u64,
}

/// The outcome of sending a create once.
enum CreateAttempt {
    Made(RemoteId, Option<RequestId>),
    /// The answer is lost, or has no id.
    Lost(OperationError),
    /// The service said that the name is taken.
    NameTaken(CallError),
    /// It certainly created nothing.
    Nothing(OperationError),
}

impl RunContext {
    /// Creates a resource exactly once: after a lost answer its outcome is looked up before
    /// anything is sent again.
    pub(super) async fn create(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<OperationOutcome, OperationError> {
        let table = table(operation.address.kind);
        let identity = ResourceIdentity::of(operation.address.kind, &operation.spec);
        let Created { id, request_id, by } = {
            let _turn = self.claims.turn(&identity).await;
            match self.made_earlier(&operation.address).await? {
                Some(created) => created,
                None => {
                    self.check_name(operation, &identity).await?;
                    self.make_folders(operation).await?;
                    let (call, begun) = self.intent(n, operation);
                    self.create_once(&identity, &call, begun).await?
                }
            }
        };
        let (seen, fields) =
            self.read_until_stored(operation, table, &id, table.actions.create).await?;
        if fields.is_empty() && by == n {
            self.journal.seen(&operation.address, &id, &seen.marker).await?;
            let change = recorded(operation, &id, operation.spec.clone(), seen.marker);
            return Ok(OperationOutcome { change, request_id });
        }
        let spec = if fields.is_empty() { operation.spec.clone() } else { Value::map() };
        let change = recorded(operation, &id, spec, seen.marker);
        self.journal.done(n, &operation.address, &change, None).await?;
        if fields.is_empty() {
            Ok(OperationOutcome { change, request_id })
        } else {
            Err(OperationError::NotStored { fields })
        }
    }

    /// Looks once more for what an earlier create of the address made and no look-up has found so
    /// far.
    async fn made_earlier(&self, address: &Address) -> Result<Option<Created>, OperationError> {
        for begun in self.claims.open_of(address) {
            let traces = self.look(&begun).await?;
            if let CreateResolution::Made(seen) = traces.resolution(self.claims.n_twins(&begun)) {
                return self.made(&begun, seen.id, None).await.map(Some);
            }
        }
        Ok(None)
    }

    fn intent(&self, n: u64, operation: &Operation) -> (Call, Intent) {
        let table = table(operation.address.kind);
        let nonce = uuid::Uuid::new_v4().to_string();
        let sent = self.marked(operation, &nonce);
        let call = create_call(table, &self.project_id, &sent, &operation.extra);
        // A mark in the manifest itself is kept: then there is no nonce to look for.
        let is_marked = call.body_text().contains(&nonce);
        let nonce = if is_marked { nonce } else { String::new() };
        let key = self.journal.seal_key();
        let begun = Intent {
            spec: to_record(table, &operation.spec.sealed(key)),
            extra: extra(&operation.extra.sealed(key)),
            protect: operation.protect,
            ignore: operation.ignore.clone(),
            moved_from: operation.moved_from.clone(),
            ..self.begun(n, operation, &call, nonce)
        };
        (call, begun)
    }

    async fn create_once(
        &self,
        identity: &ResourceIdentity,
        call: &Call,
        mut begun: Intent,
    ) -> Result<Created, OperationError> {
        loop {
            self.announce(&begun).await?;
            self.claims.open(&begun);
            let table = table(begun.address.kind);
            let lost = match self.send_create(table, call).await {
                CreateAttempt::Made(id, request_id) => {
                    return self.made(&begun, id, request_id).await;
                }
                CreateAttempt::Nothing(error) => return self.nothing(&begun, error).await,
                CreateAttempt::NameTaken(refused) if begun.tries == 1 => {
                    self.journal.done(begun.n, &begun.address, &StateChange::Nothing, None).await?;
                    self.claims.close(begun.n);
                    return match self.made_earlier(&begun.address).await? {
                        Some(created) => Ok(created),
                        None => Err(self.refused_name(identity, refused).await),
                    };
                }
                // An earlier attempt may have taken the name.
                CreateAttempt::NameTaken(refused) => refused.into(),
                CreateAttempt::Lost(lost) => lost,
            };
            let is_refused = lost.code() == Some(DUPLICATE);
            tracing::warn!(address = %begun.address, error = %lost, "an answer was lost: looking whether the create happened");
            match self.find(&begun).await {
                Ok(CreateResolution::Made(seen)) => return self.made(&begun, seen.id, None).await,
                Ok(CreateResolution::Unclear(candidates)) => {
                    return Err(OperationError::Unclear { candidates });
                }
                Ok(CreateResolution::Absent) if lost.is_lost_call() && self.may_send(&begun) => {
                    begun.tries += 1;
                    begun.time = self.clock.now().to_string();
                }
                // The intent stays open: what shows up late is found at the end of the run.
                Ok(CreateResolution::Absent) if is_refused => {
                    let OperationError::Call(refused) = lost else { return Err(lost) };
                    return Err(self.refused_name(identity, refused).await);
                }
                Ok(CreateResolution::Absent) => return Err(lost),
                Err(source) => {
                    let (action, lost) = (call.action, Box::new(lost));
                    return Err(OperationError::InDoubt { action, lost, source });
                }
            }
        }
    }

    /// Returns whether a create without any trace may be sent once more.
    fn may_send(&self, begun: &Intent) -> bool {
        begun.tries < TRIES && self.stop.cause().is_none()
    }

    async fn send_create(&self, table: &Table, call: &Call) -> CreateAttempt {
        let error = match self.send(call).await {
            Ok(reply) => {
                return match decode_created(table, &reply.data) {
                    Some(id) => CreateAttempt::Made(id, reply.request_id),
                    None => CreateAttempt::Lost(OperationError::NoId {
                        action: call.action,
                        request_id: reply.request_id,
                    }),
                };
            }
            Err(error) => error,
        };
        match error.outcome() {
            CallOutcome::Unknown => CreateAttempt::Lost(error.into()),
            CallOutcome::Refused if error.code() == Some(DUPLICATE) => {
                CreateAttempt::NameTaken(error)
            }
            CallOutcome::NotExecuted | CallOutcome::Refused => CreateAttempt::Nothing(error.into()),
        }
    }

    /// Records the id, so that it is on the disk before anything else can fail.
    async fn made(
        &self,
        begun: &Intent,
        id: RemoteId,
        request_id: Option<RequestId>,
    ) -> Result<Created, OperationError> {
        self.claims.made(begun, &id);
        self.journal.made(begun, &id).await?;
        Ok(Created { id, request_id, by: begun.n })
    }

    /// Records that the last attempt certainly created nothing; earlier ones stay unknown.
    async fn nothing<T>(&self, begun: &Intent, error: OperationError) -> Result<T, OperationError> {
        if begun.tries == 1 {
            self.journal.done(begun.n, &begun.address, &StateChange::Nothing, None).await?;
            self.claims.close(begun.n);
        }
        Err(error)
    }

    /// Returns the spec with the bundle's mark, unless it has a mark of its own.
    fn marked(&self, operation: &Operation, nonce: &str) -> Value {
        let mut spec = operation.spec.clone();
        let mark = table(operation.address.kind).mark;
        let (Some(bundle), Some(mark)) = (&self.bundle, mark) else { return spec };
        let mut section = spec.as_map_mut();
        for name in mark {
            let inner =
                section.map(|outer| outer.entry((*name).to_owned()).or_insert_with(Value::map));
            section = inner.and_then(Value::as_map_mut);
        }
        let Some(section) = section else { return spec };
        if section.contains_key("BundleId") || section.contains_key("BundleInfo") {
            return spec;
        }
        let info = json!({
            "BundleName": bundle.name,
            "Tool": "taskloom",
            "Address": operation.address,
            "Nonce": nonce,
        });
        section.insert("BundleId".to_owned(), Value::from(bundle.id.as_str()));
        section.insert("BundleInfo".to_owned(), Value::Text(info.to_string()));
        spec
    }
}

fn extra(extra: &Value) -> serde_json::Value {
    if extra.is_unset() { serde_json::Value::Null } else { extra.to_stored() }
}
