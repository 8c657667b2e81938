//! Reads the wanted resources completely.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::error::ImportError;
use super::selection::{ImportSelection, SkipReason, SkippedResource};
use crate::kinds::{ALL, ListFilter, Listed, ResourceHome, Table, table};
use crate::model::{Address, Kind, ObservedResource, Recorded, RemoteId};
use crate::observe::{ObserveError, list, read as read_one};
use crate::reconcile::PassScope;

/// Reads in flight; in practice the rate limit of the client limits them.
const READS: usize = 32;

/// A resource as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundResource {
    /// Its kind.
    pub kind: Kind,
    /// What was read.
    pub seen: ObservedResource,
}

/// Ids of one kind, with the names from lists.
type Ids = BTreeMap<RemoteId, String>;

/// Reads what is wanted and not managed yet, in the order of kinds and ids.
///
/// `progress` is called with how many of how many are read.
///
/// # Errors
/// When the service cannot be read, or a requested id does not exist or belongs to another bundle.
pub async fn read(
    scope: &PassScope,
    recorded: &Recorded,
    bundle_id: Option<&str>,
    wish: &ImportSelection,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(Vec<FoundResource>, Vec<SkippedResource>), ImportError> {
    let mut skipped = Vec::new();
    let mut wanted: Vec<(Kind, RemoteId, String)> = Vec::new();
    let managed: BTreeMap<(Kind, &RemoteId), &Address> =
        recorded.resources.iter().map(|(a, r)| ((a.kind, &r.id), a)).collect();
    let (listed, homes) = wished(scope, wish).await?;
    for (kind, ids) in listed {
        for (id, name) in ids {
            match managed.get(&(kind, &id)) {
                None => wanted.push((kind, id, name)),
                Some(address) => {
                    let why = SkipReason::Managed((*address).clone());
                    skipped.push(SkippedResource { kind, id, name, why });
                }
            }
        }
    }
    let mut found = Vec::new();
    let names: BTreeMap<(Kind, RemoteId), String> =
        wanted.into_iter().map(|(kind, id, name)| ((kind, id), name)).collect();
    let read = read_all(scope, names.keys().cloned().collect(), progress).await?;
    for ((kind, id), seen) in read {
        let named = wish.ids.contains(&(kind, id.clone()));
        let name = names.get(&(kind, id.clone())).cloned().unwrap_or_default();
        let foreign = seen.as_ref().and_then(|seen| foreign(seen, bundle_id));
        match (seen, foreign) {
            (None, _) if named => return Err(ImportError::Absent { kind, id }),
            // It is a workflow of the other kind.
            (None, _) if table(kind).import.is_shared => {}
            (None, _) => skipped.push(SkippedResource { kind, id, name, why: SkipReason::Gone }),
            (Some(_), Some(bundle_id)) if named && !wish.force => {
                return Err(ImportError::Foreign { kind, id, bundle_id });
            }
            (Some(_), Some(bundle_id)) if !wish.force => {
                skipped.push(SkippedResource {
                    kind,
                    id,
                    name,
                    why: SkipReason::Foreign(bundle_id),
                });
            }
            // A workflow that the Gets of both kinds return keeps the kind of the first one.
            (Some(seen), _) => {
                let Table { counterpart, import, .. } = table(kind);
                let is_twin =
                    |one: &FoundResource| Some(one.kind) == *counterpart && one.seen.id == seen.id;
                if !import.is_shared || !found.iter().any(is_twin) {
                    found.push(FoundResource { kind, seen });
                }
            }
        }
    }
    check_workflows(wish, &homes, &found, &skipped)?;
    Ok((found, skipped))
}

/// Refuses a requested workflow that does not exist. Only a read shows of which kind a workflow is,
/// so it is absent when it was found as neither kind and no task in it was found.
fn check_workflows(
    wish: &ImportSelection,
    homes: &BTreeSet<String>,
    found: &[FoundResource],
    skipped: &[SkippedResource],
) -> Result<(), ImportError> {
    let found = found.iter().map(|one| (one.kind, &one.seen.id));
    let met: BTreeSet<&RemoteId> = found
        .chain(skipped.iter().map(|one| (one.kind, &one.id)))
        .filter_map(|(kind, id)| table(kind).import.is_shared.then_some(id))
        .collect();
    let mut unmet = wish.workflows.iter().filter(|workflow| !homes.contains(*workflow));
    let unmet = unmet.find(|workflow| !met.contains(&RemoteId((*workflow).clone())));
    let first = ALL.iter().find(|table| table.import.is_shared);
    match (unmet, first) {
        (Some(workflow), Some(table)) => {
            Err(ImportError::Absent { kind: table.kind, id: RemoteId(workflow.clone()) })
        }
        (Some(_), None) | (None, _) => Ok(()),
    }
}

fn foreign(seen: &ObservedResource, bundle_id: Option<&str>) -> Option<String> {
    let mark = seen.mark.as_ref()?;
    (Some(mark.bundle_id.as_str()) != bundle_id).then(|| mark.bundle_id.clone())
}

/// Returns the wanted ids of each kind, and the workflows that their tasks are in.
async fn wished(
    scope: &PassScope,
    wish: &ImportSelection,
) -> Result<(BTreeMap<Kind, Ids>, BTreeSet<String>), ObserveError> {
    let mut listed: BTreeMap<Kind, Ids> = BTreeMap::new();
    let mut homes = BTreeSet::new();
    for filter in filters(wish) {
        for Table { kind, import, listing, .. } in ALL {
            let kind = *kind;
            let ids = listed.entry(kind).or_default();
            if let (Some(workflow), None) = (&filter.workflow_id, listing.by_home) {
                // A requested workflow is imported with its tasks. Only a read shows of which kind
                // it is.
                if import.is_shared {
                    ids.insert(RemoteId(workflow.clone()), String::new());
                }
                continue;
            }
            let items = list(&scope.client, &scope.origin.project_id, table(kind), &filter).await?;
            // Whether the service's filter is exact is not documented.
            let fits = |home: Option<&str>| {
                filter.workflow_id.as_deref().is_none_or(|workflow| home == Some(workflow))
            };
            for Listed { id, identity, .. } in items {
                let home = identity.home.as_ref().and_then(ResourceHome::workflow);
                if fits(home) {
                    homes.extend(home.map(str::to_owned));
                    ids.insert(id, identity.name);
                }
            }
        }
    }
    drop_counterparts(wish, &mut listed);
    for (kind, id) in &wish.ids {
        listed.entry(*kind).or_default().insert(id.clone(), String::new());
    }
    Ok((listed, homes))
}

/// Drops ids that the list of the counterpart kind showed before: the official answers of
/// ListTriggerTasks and ListTriggerWorkflows show ordinary ones, too. A requested workflow is not
/// listed; it is kept under both kinds until it is read.
fn drop_counterparts(wish: &ImportSelection, listed: &mut BTreeMap<Kind, Ids>) {
    for Table { kind, counterpart, import, .. } in ALL {
        let Some(before) = counterpart.filter(|other| other < kind) else { continue };
        let is_listed = wish.all || !import.is_shared;
        let shown: Vec<RemoteId> =
            listed.get(&before).into_iter().flat_map(BTreeMap::keys).cloned().collect();
        if let Some(ids) = listed.get_mut(kind).filter(|_| is_listed) {
            ids.retain(|id, _| !shown.contains(id));
        }
    }
}

fn filters(wish: &ImportSelection) -> Vec<ListFilter> {
    if wish.all {
        return vec![ListFilter::default()];
    }
    let workflows: BTreeSet<&String> = wish.workflows.iter().collect();
    let filter = |id: &String| ListFilter { workflow_id: Some(id.clone()), ..Default::default() };
    workflows.into_iter().map(filter).collect()
}

/// Reads resources in parallel; None where one no longer exists.
pub(super) async fn read_all(
    scope: &PassScope,
    wanted: Vec<(Kind, RemoteId)>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<BTreeMap<(Kind, RemoteId), Option<ObservedResource>>, ObserveError> {
    let total = wanted.len();
    let mut done = BTreeMap::new();
    let mut reads = JoinSet::new();
    let mut wanted = wanted.into_iter();
    loop {
        while reads.len() < READS
            && let Some((kind, id)) = wanted.next()
        {
            let client = Arc::clone(&scope.client);
            let project_id = scope.origin.project_id.clone();
            let reading = async move {
                let seen = read_one(&client, &project_id, table(kind), &id).await?;
                Ok::<_, ObserveError>(((kind, id), seen))
            };
            reads.spawn(reading.in_current_span());
        }
        let Some(read) = reads.join_next().await else { return Ok(done) };
        let (key, seen) = read.expect("a read neither panics nor is aborted")?;
        done.insert(key, seen);
        progress(done.len(), total);
    }
}
