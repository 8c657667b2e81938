//! Writes the manifests and records the resources in the state.

use std::collections::{BTreeMap, BTreeSet};

use super::context::ImportContext;
use super::draft::ImportDraft;
use super::error::ImportError;
use super::files;
use crate::manifest::{LoadedManifests, load};
use crate::model::{Address, Observation, Observed, Recorded, RecordedResource, RemoteId, Value};
use crate::plan::{Change, differences, plan};
use crate::reconcile::Session;

/// The result of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportOutcome {
    /// The manifests as they are now.
    pub loaded: LoadedManifests,
    /// What the next plan would change in the imported resources: nothing, when all went well.
    pub restless: Vec<Change>,
}

/// Writes the manifests of drafts and adopts their resources.
///
/// The state is written right after the files: what a manifest declares and the state does not
/// know would be created a second time. A manifest that then does not load is adopted anyway.
///
/// # Errors
/// When a file already exists, or files or state cannot be written.
pub async fn adopt(
    session: &mut Session,
    ground: ImportContext<'_>,
    drafts: &[ImportDraft],
) -> Result<ImportOutcome, ImportError> {
    if drafts.is_empty() {
        return Ok(ImportOutcome::default());
    }
    files::check(ground, drafts)?;
    files::put(ground, drafts)?;
    let mut recorded = session.recorded().clone();
    for draft in drafts {
        recorded.resources.insert(draft.address.clone(), record(draft));
    }
    session.put(&with_ids(recorded)).await?;
    let loaded = load(ground.request);
    if let Some(corrected) = corrected(session.recorded(), &loaded, drafts) {
        session.put(&corrected).await?;
    }
    let restless = restless(session.recorded(), &loaded, drafts);
    Ok(ImportOutcome { loaded, restless })
}

fn record(draft: &ImportDraft) -> RecordedResource {
    RecordedResource {
        id: draft.seen.id.clone(),
        spec: draft.spec.clone(),
        extra: Value::map(),
        protect: draft.protect,
        observed: draft.seen.marker.clone(),
    }
}

/// Replaces references by the ids that they stand for.
fn with_ids(mut recorded: Recorded) -> Recorded {
    let ids: BTreeMap<Address, RemoteId> =
        recorded.resources.iter().map(|(address, r)| (address.clone(), r.id.clone())).collect();
    for resource in recorded.resources.values_mut() {
        resource.spec = resource.spec.resolve(&|address| ids.get(address).cloned());
    }
    recorded
}

/// Records the values as the manifests spell them, where the same value has another spelling.
fn corrected(
    recorded: &Recorded,
    loaded: &LoadedManifests,
    drafts: &[ImportDraft],
) -> Option<Recorded> {
    let mut corrected = recorded.clone();
    let mut any = false;
    for draft in drafts {
        let Some(wanted) = loaded.desired.resources.get(&draft.address) else { continue };
        let Some(entry) = corrected.resources.get_mut(&draft.address) else { continue };
        let spec = wanted.spec.resolve(&|address| recorded.id_of(address));
        let same = differences(draft.address.kind, &spec, &draft.seen.spec).is_empty();
        if same && spec != entry.spec {
            entry.spec = spec;
            any = true;
        }
    }
    any.then_some(corrected)
}

/// Returns what a plan would change in the imported resources.
fn restless(recorded: &Recorded, loaded: &LoadedManifests, drafts: &[ImportDraft]) -> Vec<Change> {
    let sightings = drafts.iter().map(|draft| {
        let key = (draft.address.kind, draft.seen.id.clone());
        (key, Observation::Present(Box::new(draft.seen.clone())))
    });
    let observed = Observed { sightings: sightings.collect(), marked: BTreeMap::new() };
    let ours: BTreeSet<&Address> = drafts.iter().map(|draft| &draft.address).collect();
    let plan = plan(&loaded.desired, recorded, Some(&observed));
    plan.changes.into_iter().filter(|change| ours.contains(&change.address)).collect()
}
