//! A create: the one call that must not be sent twice.

use serde_json::json;

use super::doubt::Resolution;
use super::error::OperationError;
use super::perform::{Run, recorded};
use crate::cloud::Outcome;
use crate::kinds::{create_call, decode_created, table, to_record};
use crate::model::{Call, Marker, Operation, RemoteId, Value};
use crate::state::Effect;

/// How often a create is sent when each time it surely made nothing.
const ATTEMPTS: usize = 3;

impl Run {
    /// Makes a resource, exactly once: a lost answer is looked up before anything is sent again.
    pub(super) async fn create(
        &self,
        n: u64,
        operation: &Operation,
    ) -> Result<(Effect, Option<String>), OperationError> {
        let table = table(operation.address.kind);
        let nonce = uuid::Uuid::new_v4().to_string();
        let sent = self.marked(operation, &nonce);
        let call = create_call(table, &self.project_id, &sent, &operation.extra);
        let mut begun = self.begun(n, operation, &call, nonce);
        begun.spec = to_record(table, &operation.spec);
        self.journal.begin(&begun)?;
        let (id, request_id) = self.create_once(n, operation, &call, &begun).await?;
        // The id is on the disk before anything else can fail.
        let effect = recorded(operation, &id, operation.spec.clone(), Marker::default());
        self.journal.end(n, &operation.address, &effect, operation.moved_from.as_ref())?;
        let effect = self.check(n, operation, table, &id, &call).await?;
        Ok((effect, request_id))
    }

    async fn create_once(
        &self,
        n: u64,
        operation: &Operation,
        call: &Call,
        begun: &crate::state::Begun,
    ) -> Result<(RemoteId, Option<String>), OperationError> {
        let mut attempt = 1;
        loop {
            let lost = match self.client.call(call).await {
                Ok(reply) => match decode_created(&reply.data) {
                    Some(id) => return Ok((id, Some(reply.request_id))),
                    // It may have made one without telling its id: the doubt stays open.
                    None => {
                        let (action, request_id) = (call.action, reply.request_id);
                        return Err(OperationError::NoId { action, request_id });
                    }
                },
                Err(error) => error,
            };
            match lost.outcome() {
                Outcome::Unknown => {}
                Outcome::NotExecuted | Outcome::Refused => {
                    self.journal.end(n, &operation.address, &Effect::Nothing, None)?;
                    return Err(lost.into());
                }
            }
            tracing::warn!(address = %operation.address, error = %lost, "an answer was lost: looking whether the create happened");
            match self.find(begun).await {
                Ok(Resolution::Made(seen)) => return Ok((seen.id, None)),
                Ok(Resolution::Absent) if attempt < ATTEMPTS => attempt += 1,
                Ok(Resolution::Absent) => {
                    self.journal.end(n, &operation.address, &Effect::Nothing, None)?;
                    return Err(lost.into());
                }
                Ok(Resolution::Unclear(candidates)) => {
                    return Err(OperationError::Unclear { candidates });
                }
                Err(source) => {
                    let (action, lost) = (call.action, Box::new(lost));
                    return Err(OperationError::InDoubt { action, lost, source });
                }
            }
        }
    }

    /// Puts the bundle's mark on a spec that does not name one itself.
    fn marked(&self, operation: &Operation, nonce: &str) -> Value {
        let mut spec = operation.spec.clone();
        let Some(bundle) = &self.bundle else { return spec };
        let name = table(operation.address.kind).configuration;
        let Some(sections) = spec.as_map_mut() else { return spec };
        let section = sections.entry(name.to_owned()).or_insert_with(Value::map);
        let Some(section) = section.as_map_mut() else { return spec };
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
