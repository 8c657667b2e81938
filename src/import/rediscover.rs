//! Rebuilds a lost state: by the mark of ownership, else by name, workflow and type.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ImportError;
use super::read::read_all;
use crate::kinds::{ListFilter, Listed, ManifestIndex, ResourceIdentity, stages, table};
use crate::model::{
    Address, Desired, Kind, KnownIds, ObservedResource, Recorded, RecordedResource, RemoteId, Value,
};
use crate::observe::list;
use crate::plan::{ManagedExtent, differences, managed};
use crate::reconcile::PassScope;

/// How a resource was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchedBy {
    /// It carries the bundle's mark and the address of a manifest.
    Mark,
    /// It carries the bundle's mark, but its manifest is gone: the next plan deletes it.
    MarkAlone,
    /// It has the name, the workflow and the type of a manifest, and no mark.
    Name,
}

/// A resource that was found again.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Its address.
    pub address: Address,
    /// What was read.
    pub seen: ObservedResource,
    /// How it was recognized.
    pub how: MatchedBy,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rediscovery {
    /// One resource for each address.
    pub finds: Vec<Match>,
    /// Addresses that several resources could belong to: none of these is taken.
    pub rivals: BTreeMap<Address, Vec<RemoteId>>,
    /// Manifests for which nothing was found.
    pub missing: BTreeSet<Address>,
}

/// Looks for what the state does not know. `prefix` is put before the names of a development
/// target, so that it ignores the tasks of other targets with the same bundle, and they ignore its.
///
/// # Errors
/// When the service cannot be read.
pub async fn rediscover(
    scope: &PassScope,
    desired: &Desired,
    recorded: &Recorded,
    prefix: Option<&str>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Rediscovery, ImportError> {
    let mut search = Search::new(desired, recorded, prefix);
    // Workflows are found before their tasks: a task's manifest may name its workflow by address.
    for kinds in stages() {
        search.index.learn(&kinds, &search.ids);
        if let Some(bundle) = &desired.bundle {
            let marked: Vec<Kind> =
                kinds.iter().copied().filter(|kind| table(*kind).mark.is_some()).collect();
            let filter = ListFilter { bundle_id: Some(bundle.id.clone()), ..ListFilter::default() };
            let listed = search.list(scope, &marked, &filter).await?;
            for ((kind, _), seen) in read_all(scope, listed, progress).await? {
                search.by_mark(&bundle.id, kind, seen);
            }
        }
        if search.missing(&kinds).next().is_some() {
            let wanted = search.list(scope, &kinds, &ListFilter::default()).await?;
            for ((kind, _), seen) in read_all(scope, wanted, progress).await? {
                search.by_name(kind, seen);
            }
        }
    }
    Ok(search.finish())
}

struct Search<'a> {
    recorded: &'a Recorded,
    prefix: Option<&'a str>,
    ids: KnownIds<'a>,
    index: ManifestIndex<'a>,
    found: BTreeMap<Address, Vec<(MatchedBy, ObservedResource)>>,
}

impl<'a> Search<'a> {
    fn new(desired: &'a Desired, recorded: &'a Recorded, prefix: Option<&'a str>) -> Self {
        let (ids, index) = (KnownIds::new(desired, recorded), ManifestIndex::new(desired));
        Search { recorded, prefix, ids, index, found: BTreeMap::new() }
    }

    /// Returns the wanted addresses that are not in the state and not found yet.
    fn missing(&self, kinds: &[Kind]) -> impl Iterator<Item = &'a Address> {
        let wanted = self.index.addresses().filter(|address| kinds.contains(&address.kind));
        wanted.filter(|address| !self.found.contains_key(address))
    }

    /// Lists candidates; without a bundle only those with the name of something missing.
    async fn list(
        &self,
        scope: &PassScope,
        kinds: &[Kind],
        filter: &ListFilter,
    ) -> Result<Vec<(Kind, RemoteId)>, ImportError> {
        let mut known: BTreeSet<RemoteId> =
            self.recorded.resources.values().map(|resource| resource.id.clone()).collect();
        known.extend(self.found.values().flatten().map(|(_, seen)| seen.id.clone()));
        let fits = |item: &Listed| {
            let mut named = self.index.named(&item.identity);
            filter.bundle_id.is_some() || named.any(|address| !self.found.contains_key(address))
        };
        let mut wanted = Vec::new();
        for kind in kinds.iter().copied() {
            for item in list(&scope.client, &scope.origin.project_id, table(kind), filter).await? {
                let fits = fits(&item);
                // The official answer of ListTriggerTasks shows ordinary tasks.
                if known.insert(item.id.clone()) && fits {
                    wanted.push((kind, item.id));
                }
            }
        }
        Ok(wanted)
    }

    /// Matches a resource by its mark, also when it was renamed or moved outside: with a rebuild a
    /// person confirms what was found. A plan by itself takes only what has its name and place.
    fn by_mark(&mut self, bundle_id: &str, kind: Kind, seen: Option<ObservedResource>) {
        let Some(seen) = seen else { return };
        let mark = seen.mark.as_ref().filter(|mark| mark.bundle_id == bundle_id);
        let Some(marked) = mark.and_then(|mark| mark.address.clone()) else { return };
        let there = ResourceIdentity::of(kind, &seen.spec);
        let of_target = match self.prefix {
            Some(prefix) => there.name.starts_with(prefix),
            None => !there.name.starts_with("[dev "),
        };
        let (address, how) = match self.index.of_mark(&marked, &there).cloned() {
            Some(address) => (address, MatchedBy::Mark),
            None => (marked, MatchedBy::MarkAlone),
        };
        if address.kind == kind && of_target && !self.ids.is_recorded(&address) {
            self.push(address, how, seen);
        }
    }

    fn by_name(&mut self, kind: Kind, seen: Option<ObservedResource>) {
        // A resource with a mark belongs to another bundle, or was found by its mark.
        let Some(seen) = seen.filter(|seen| seen.mark.is_none()) else { return };
        let there = ResourceIdentity::of(kind, &seen.spec);
        let Some(address) = self.index.of(&there).cloned() else { return };
        let found = self.found.get(&address).into_iter().flatten();
        if found.into_iter().all(|(how, _)| *how == MatchedBy::Name) {
            self.push(address, MatchedBy::Name, seen);
        }
    }

    fn push(&mut self, address: Address, how: MatchedBy, seen: ObservedResource) {
        self.ids.find(&address, &seen.id);
        self.found.entry(address).or_default().push((how, seen));
    }

    fn finish(self) -> Rediscovery {
        let missing = self.missing(&Kind::ALL).cloned().collect();
        let mut rediscover = Rediscovery { missing, ..Rediscovery::default() };
        for (address, mut found) in self.found {
            match found.pop() {
                Some((how, seen)) if found.is_empty() => {
                    rediscover.finds.push(Match { address, seen, how });
                }
                Some((_, last)) => {
                    let ids = found.into_iter().map(|(_, seen)| seen.id).chain([last.id]);
                    rediscover.rivals.insert(address, ids.collect());
                }
                None => {}
            }
        }
        rediscover
    }
}

impl Rediscovery {
    /// Returns the state with everything that was found.
    pub fn adopted(&self, desired: &Desired, recorded: &Recorded) -> Recorded {
        let mut adopted = recorded.clone();
        let ids: BTreeMap<&Address, &RemoteId> =
            self.finds.iter().map(|find| (&find.address, &find.seen.id)).collect();
        let id_of = |address: &Address| {
            recorded.id_of(address).or_else(|| ids.get(address).map(|id| (*id).clone()))
        };
        for find in &self.finds {
            adopted.resources.insert(find.address.clone(), find.record(desired, &id_of));
        }
        adopted
    }
}

impl Match {
    /// Returns how many fields differ from what the manifest asks for.
    pub fn differing(
        &self,
        desired: &Desired,
        id_of: &dyn Fn(&Address) -> Option<RemoteId>,
    ) -> usize {
        let wanted = desired.resources.get(&self.address);
        let spec = wanted.map(|resource| resource.spec.resolve(id_of));
        spec.map_or(0, |spec| differences(self.address.kind, &spec, &self.seen.spec).len())
    }

    /// Returns the record of a match. What still needs an update is not recorded as applied.
    fn record(
        &self,
        desired: &Desired,
        id_of: &dyn Fn(&Address) -> Option<RemoteId>,
    ) -> RecordedResource {
        let wanted = desired.resources.get(&self.address);
        let spec = match wanted {
            None => managed(self.address.kind, &self.seen.spec, ManagedExtent::Chosen),
            Some(_) if self.differing(desired, id_of) > 0 => Value::map(),
            Some(resource) => resource.spec.resolve(id_of),
        };
        RecordedResource {
            id: self.seen.id.clone(),
            spec,
            extra: wanted.map_or_else(Value::map, |resource| resource.extra.clone()),
            protect: wanted.is_some_and(|resource| resource.lifecycle.protect),
            observed: self.seen.marker.clone(),
        }
    }
}
