//! Reads one list of versions, and sends a Get only for what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::error::ObserveError;
use super::list::{list, list_unless_longer};
use crate::cloud::Client;
use crate::kinds::{
    ListFilter, ManifestIndex, ResourceIdentity, Table, decode_get, get_call, table,
};
use crate::model::{
    Address, Desired, Kind, KnownIds, Observation, Observed, ObservedResource, Recorded, RemoteId,
    RemoteVersion, of_kind,
};
use crate::support::Clock;

/// How much is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refresh {
    /// Lists, then every resource whose marker differs from the recorded one.
    #[default]
    Moved,
    /// Every managed resource.
    Full,
}

/// The pauses before what seems to be gone is read again.
const GONE_READS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Reads in flight; in practice the rate limit of the client limits them.
const READS: usize = 32;

/// Reads everything that the state knows, and looks for marked resources that it has lost.
///
/// # Errors
/// When a read fails after its retries: a plan must not be made from incomplete data.
pub async fn observe(
    client: &Arc<Client>,
    project_id: &str,
    desired: &Desired,
    recorded: &Recorded,
    refresh: Refresh,
    clock: &dyn Clock,
) -> Result<Observed, ObserveError> {
    let mut observed = Observed::default();
    let mut ids = KnownIds::new(desired, recorded);
    for kind in Kind::ALL {
        let reader = KindReader { client: Arc::clone(client), project_id, table: table(kind) };
        let mut sightings = reader.sightings(desired, recorded, &ids, refresh).await?;
        reader.confirm_gone(&mut sightings, clock).await?;
        reader.contradict(&mut sightings).await?;
        for (id, sighting) in sightings {
            observed.sightings.insert((kind, id), sighting);
        }
        // A workflow that was found by its mark is needed to compare its tasks.
        let found = reader.marked(desired, recorded, &ids).await?;
        for (address, seen) in found {
            ids.find(&address, &seen.id);
            observed.marked.entry(address).or_default().push(seen);
        }
    }
    Ok(observed)
}

/// Reads one resource; None when the service does not know it.
///
/// # Errors
/// When the call fails for another reason, or the answer has no known shape.
pub async fn read(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    id: &RemoteId,
) -> Result<Option<ObservedResource>, ObserveError> {
    match client.call(&get_call(table, project_id, id)).await {
        // ResourceNotFound and `Data: null` mean the same.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
        Ok(reply) if reply.data.is_null() => Ok(None),
        Ok(reply) => match decode_get(table, id, &reply.data) {
            Some(seen) => Ok(Some(seen)),
            None => Err(ObserveError::Unreadable {
                action: table.actions.get,
                request_id: reply.request_id,
            }),
        },
    }
}

/// Returns the resources that an update is likely to change: a plan shows what is really there.
fn changed(
    kind: Kind,
    desired: &Desired,
    recorded: &Recorded,
    ids: &KnownIds<'_>,
) -> BTreeSet<RemoteId> {
    of_kind(&desired.resources, kind)
        .filter_map(|(address, wanted)| {
            let before = recorded.resources.get(address)?;
            let spec = wanted.spec.resolve(&|other| ids.id_of(other));
            (!spec.is_recorded_as(&before.spec)).then(|| before.id.clone())
        })
        .collect()
}

struct KindReader<'a> {
    client: Arc<Client>,
    project_id: &'a str,
    table: &'static Table,
}

impl KindReader<'_> {
    async fn sightings(
        &self,
        desired: &Desired,
        recorded: &Recorded,
        ids: &KnownIds<'_>,
        refresh: Refresh,
    ) -> Result<BTreeMap<RemoteId, Observation>, ObserveError> {
        let kind = self.table.kind;
        let ours = || of_kind(&recorded.resources, kind);
        let n = ours().count() as u64;
        // One resource is one Get; a list would cost more.
        let listed = match refresh == Refresh::Moved && n > 1 {
            true => list_unless_longer(&self.client, self.project_id, self.table, n).await?,
            false => None,
        };
        let known: BTreeMap<&RemoteId, &RemoteVersion> =
            ours().map(|(_, resource)| (&resource.id, &resource.observed)).collect();
        let changed = changed(kind, desired, recorded, ids);
        let mut sightings = BTreeMap::new();
        let mut markers = BTreeMap::new();
        // What a shifting page left out is read one by one below.
        for item in listed.unwrap_or_default() {
            let unmoved = known.get(&item.id).is_some_and(|m| same(m, &item.marker));
            if unmoved && !changed.contains(&item.id) {
                sightings.insert(item.id, Observation::Unmoved);
            } else {
                markers.insert(item.id, item.marker);
            }
        }
        let unread = known.into_keys().filter(|id| !sightings.contains_key(*id));
        let unread: Vec<RemoteId> = unread.cloned().collect();
        sightings.extend(self.read_all(unread).await?);
        for (id, sighting) in &mut sightings {
            if let (Observation::Present(seen), Some(listed)) = (sighting, markers.remove(id)) {
                complete(&mut seen.marker, listed);
            }
        }
        Ok(sightings)
    }

    /// Reads again what seems to be gone: if one read was behind, the resource would be created
    /// twice, or forgotten and no longer managed.
    async fn confirm_gone(
        &self,
        sightings: &mut BTreeMap<RemoteId, Observation>,
        clock: &dyn Clock,
    ) -> Result<(), ObserveError> {
        for wait in GONE_READS {
            let gone: Vec<RemoteId> = sightings
                .iter()
                .filter(|(_, sighting)| **sighting == Observation::Gone)
                .map(|(id, _)| id.clone())
                .collect();
            if gone.is_empty() {
                break;
            }
            clock.sleep(wait).await;
            sightings.extend(self.read_all(gone).await?);
        }
        Ok(())
    }

    /// Looks in a list of everything for what the reads did not find: what it shows is not gone. It
    /// is requested after the reads, since what an earlier list shows may have been deleted since.
    async fn contradict(
        &self,
        sightings: &mut BTreeMap<RemoteId, Observation>,
    ) -> Result<(), ObserveError> {
        if !sightings.values().any(|sighting| *sighting == Observation::Gone) {
            return Ok(());
        }
        let everything = ListFilter::default();
        for item in list(&self.client, self.project_id, self.table, &everything).await? {
            if let Some(sighting) = sightings.get_mut(&item.id)
                && *sighting == Observation::Gone
            {
                let (id, actions) = (&item.id, &self.table.actions);
                tracing::debug!(%id, "{} does not know what {} shows", actions.get, actions.list);
                *sighting = Observation::Contradicted;
            }
        }
        Ok(())
    }

    async fn read_all(
        &self,
        ids: Vec<RemoteId>,
    ) -> Result<BTreeMap<RemoteId, Observation>, ObserveError> {
        let mut sightings = BTreeMap::new();
        let mut reads = JoinSet::new();
        let mut ids = ids.into_iter();
        loop {
            while reads.len() < READS
                && let Some(id) = ids.next()
            {
                let (client, table) = (Arc::clone(&self.client), self.table);
                let project_id = self.project_id.to_owned();
                let reading = async move {
                    let seen = read(&client, &project_id, table, &id).await?;
                    let sighting =
                        seen.map_or(Observation::Gone, |s| Observation::Present(Box::new(s)));
                    Ok::<_, ObserveError>((id, sighting))
                };
                reads.spawn(reading.in_current_span());
            }
            let Some(read) = reads.join_next().await else { return Ok(sightings) };
            let (id, sighting) = read.expect("a read neither panics nor is aborted")?;
            sightings.insert(id, sighting);
        }
    }

    /// Finds resources with the bundle's mark, for wanted addresses that the state does not have.
    async fn marked(
        &self,
        desired: &Desired,
        recorded: &Recorded,
        ids: &KnownIds<'_>,
    ) -> Result<Vec<(Address, ObservedResource)>, ObserveError> {
        let Some(bundle) = desired.bundle.as_ref().filter(|_| self.table.mark.is_some()) else {
            return Ok(Vec::new());
        };
        let mut index = ManifestIndex::new(desired);
        index.learn(&[self.table.kind], ids);
        if index.addresses().next().is_none() {
            return Ok(Vec::new());
        }
        let filter = ListFilter { bundle_id: Some(bundle.id.clone()), ..ListFilter::default() };
        let listed = list(&self.client, self.project_id, self.table, &filter).await?;
        let ours: BTreeSet<&RemoteId> = recorded.resources.values().map(|r| &r.id).collect();
        let unknown: Vec<RemoteId> =
            listed.into_iter().map(|item| item.id).filter(|id| !ours.contains(id)).collect();
        let mut found = Vec::new();
        for id in unknown {
            let seen = match read(&self.client, self.project_id, self.table, &id).await {
                Ok(Some(seen)) => seen,
                // A list may show resources of another kind, which this Get does not know.
                Ok(None) | Err(ObserveError::Unreadable { .. }) => continue,
                Err(error) => return Err(error),
            };
            let Some(mark) = seen.mark.as_ref().filter(|mark| mark.bundle_id == bundle.id) else {
                continue;
            };
            let Some(marked) = &mark.address else { continue };
            let there = ResourceIdentity::of(self.table.kind, &seen.spec);
            if let Some(address) = index.of_mark(marked, &there)
                && index.is_in_place(address, marked, &there)
            {
                found.push((address.clone(), seen));
            }
        }
        Ok(found)
    }
}

/// Returns whether a listed marker is the recorded one. LastUpdateTime counts seconds, so a version
/// that only the list shows has not been read yet.
fn same(recorded: &RemoteVersion, listed: &RemoteVersion) -> bool {
    recorded.updated.is_some()
        && recorded.updated == listed.updated
        && recorded.status == listed.status
        && recorded.submitted == listed.submitted
        && (recorded.submit.is_none() || recorded.submit == listed.submit)
        && (listed.version.is_none() || recorded.version == listed.version)
}

/// Adds the version that a list shows to the result of a Get without one (GetTriggerTask). A Get of
/// a workflow shows no time at all; the list was read before it, so a change in between is noticed
/// by the next run.
fn complete(seen: &mut RemoteVersion, listed: RemoteVersion) {
    if seen.updated.is_none() {
        *seen = listed;
    } else if seen.version.is_none() && seen.updated == listed.updated {
        seen.version = listed.version;
    }
}
