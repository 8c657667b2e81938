//! Whether a create whose answer is unknown happened: found by looking, never by trying again.

use std::collections::BTreeSet;

use super::perform::Run;
use crate::kinds::{ListFilter, from_record, table, task_name, task_type, workflow_id};
use crate::model::{Kind, ObservedResource, Recorded, RecordedResource, RemoteId, Value};
use crate::observe::{ObserveError, list, read};
use crate::plan::differences;
use crate::state::{Begun, Effect, StateError};

/// What became of a create in doubt.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// It happened: this is what it made.
    Made(Box<ObservedResource>),
    /// It did not happen.
    Absent,
    /// Resources of its name exist, and nothing tells whether one of them is it.
    Unclear(Vec<RemoteId>),
}

/// Looks again after these milliseconds: a new resource may take a moment to be listed.
const LOOKS: [u64; 3] = [0, 1000, 3000];

impl Run {
    /// Looks for what a create may have made.
    pub(super) async fn find(&self, begun: &Begun) -> Result<Resolution, ObserveError> {
        let mut found = Resolution::Absent;
        for wait in LOOKS {
            self.pause(wait).await;
            found = self.look(begun).await?;
            if matches!(found, Resolution::Made(_)) {
                break;
            }
        }
        Ok(found)
    }

    async fn look(&self, begun: &Begun) -> Result<Resolution, ObserveError> {
        let kind = begun.address.kind;
        let table = table(kind);
        let spec = from_record(table, begun.spec.clone());
        let filter = ListFilter {
            name: task_name(kind, &spec).map(str::to_owned),
            workflow_id: workflow_id(kind, &spec).map(str::to_owned),
            bundle_id: None,
        };
        let listed = list(&self.client, &self.project_id, table, &filter).await?;
        let mut candidates = Vec::new();
        let mut made = Vec::new();
        for item in listed {
            // The service's filter may be fuzzy: the comparison that counts is this one.
            if Some(item.name.as_str()) != task_name(kind, &spec)
                || Some(item.workflow_id.as_str()) != workflow_id(kind, &spec)
                || Some(item.task_type.as_str()) != task_type(kind, &spec)
            {
                continue;
            }
            let Some(seen) = read(&self.client, &self.project_id, table, &item.id).await? else {
                continue;
            };
            candidates.push(item.id);
            if is_it(kind, begun, self.bundle.is_some(), &spec, &seen) {
                made.push(seen);
            }
        }
        match (made.pop(), made.is_empty()) {
            (Some(seen), true) => Ok(Resolution::Made(Box::new(seen))),
            (None, _) if candidates.is_empty() => Ok(Resolution::Absent),
            (None, _) if self.bundle.is_some() => Ok(Resolution::Absent),
            (None | Some(_), _) => Ok(Resolution::Unclear(candidates)),
        }
    }
}

/// With a bundle the nonce decides; without one only what holds all that was asked for is ours.
fn is_it(
    kind: Kind,
    begun: &Begun,
    has_bundle: bool,
    spec: &Value,
    seen: &ObservedResource,
) -> bool {
    let nonce = seen.mark.as_ref().and_then(|mark| mark.nonce.as_ref());
    if has_bundle {
        return nonce == Some(&begun.nonce);
    }
    seen.mark.is_none() && differences(kind, spec, &seen.spec).is_empty()
}

/// Resolves what a killed run left, before anything is planned; what stays unclear is returned.
///
/// # Errors
/// When the service cannot be asked or the journal cannot be written.
pub async fn resolve(
    run: &Run,
    recorded: &mut Recorded,
    doubts: &[Begun],
) -> Result<Vec<(Begun, Vec<RemoteId>)>, ResolveError> {
    let mut unclear = Vec::new();
    for begun in doubts {
        let ours: BTreeSet<RemoteId> = recorded.resources.values().map(|r| r.id.clone()).collect();
        let effect = match run.find(begun).await? {
            Resolution::Made(seen) if !ours.contains(&seen.id) => {
                tracing::info!(address = %begun.address, id = %seen.id, "found what a cut-off run had created");
                Effect::Recorded(Box::new(RecordedResource {
                    id: seen.id.clone(),
                    spec: from_record(table(begun.address.kind), begun.spec.clone()),
                    extra: Value::map(),
                    protect: false,
                    observed: seen.marker,
                }))
            }
            Resolution::Made(_) | Resolution::Absent => Effect::Nothing,
            Resolution::Unclear(candidates) => {
                let foreign: Vec<RemoteId> =
                    candidates.into_iter().filter(|id| !ours.contains(id)).collect();
                if foreign.is_empty() {
                    Effect::Nothing
                } else {
                    unclear.push((begun.clone(), foreign));
                    continue;
                }
            }
        };
        run.journal.end(begun.n, &begun.address, &effect, None)?;
        if let Effect::Recorded(resource) = effect {
            recorded.resources.insert(begun.address.clone(), *resource);
        }
    }
    Ok(unclear)
}

/// Why a doubt could not be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The service could not be asked.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The journal could not be written.
    #[error(transparent)]
    State(#[from] StateError),
}
