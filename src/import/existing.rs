//! Manifests that are there already and ask for what exists: an import that was cut off goes on
//! from those that it wrote.

use std::collections::BTreeMap;

use super::context::ImportContext;
use super::read::FoundResource;
use crate::kinds::{stages, task_name, workflow_id};
use crate::model::{Address, DesiredResource, Kind, ObservedResource, Recorded, RemoteId, Value};
use crate::plan::differences;

/// TaskName and WorkflowId of a kind: what the service tells tasks apart by.
type DeclaredLooks = (Kind, Option<String>, Option<String>);

/// What manifests ask for that the state does not know.
pub struct DeclaredManifests<'a> {
    ground: ImportContext<'a>,
    recorded: &'a Recorded,
    by_looks: BTreeMap<DeclaredLooks, &'a Address>,
    /// What was found for each address; two are nobody's.
    found: BTreeMap<&'a Address, Vec<RemoteId>>,
}

impl<'a> DeclaredManifests<'a> {
    /// Compares manifests with what was found; with force they count for nothing.
    pub fn new(
        ground: ImportContext<'a>,
        recorded: &'a Recorded,
        found: &[FoundResource],
    ) -> DeclaredManifests<'a> {
        let (by_looks, ids) = (BTreeMap::new(), BTreeMap::new());
        let mut declared = DeclaredManifests { ground, recorded, by_looks, found: ids };
        // The workflow of a task may be known by its manifest alone.
        for kinds in stages() {
            declared.index(&kinds);
            for FoundResource { kind, seen } in
                found.iter().filter(|found| kinds.contains(&found.kind))
            {
                if let Some(address) = declared.address(*kind, seen) {
                    declared.found.entry(address).or_default().push(seen.id.clone());
                }
            }
        }
        declared
    }

    fn index(&mut self, kinds: &[Kind]) {
        let wanted = self.ground.loaded.desired.resources.iter().filter(|_| !self.ground.force);
        let unknown = wanted.filter(|(address, _)| {
            kinds.contains(&address.kind) && !self.recorded.resources.contains_key(address)
        });
        let by_looks: BTreeMap<DeclaredLooks, &'a Address> = unknown
            .map(|(address, wanted)| {
                let spec = wanted.spec.resolve(&|other| self.id_of(other));
                (looks(address.kind, &spec), address)
            })
            .collect();
        self.by_looks.extend(by_looks);
    }

    /// Returns the address of the manifest that asks for a task of this name and workflow.
    pub fn address(&self, kind: Kind, seen: &ObservedResource) -> Option<&'a Address> {
        self.by_looks.get(&looks(kind, &seen.spec)).copied()
    }

    /// Returns the manifest of an address if it asks for exactly what was found.
    pub fn exact(&self, address: &Address, seen: &ObservedResource) -> Option<&'a DesiredResource> {
        let wanted = self.ground.loaded.desired.resources.get(address)?;
        let [_] = self.found.get(address)?.as_slice() else { return None };
        let spec = wanted.spec.resolve(&|other| self.id_of(other));
        let same = differences(address.kind, &spec, &seen.spec).is_empty();
        // Whether an answer shows fields that this program does not know, it cannot tell.
        (same && wanted.extra.as_map().is_some_and(BTreeMap::is_empty)).then_some(wanted)
    }

    fn id_of(&self, address: &Address) -> Option<RemoteId> {
        self.recorded.id_of(address).or_else(|| match self.found.get(address)?.as_slice() {
            [id] => Some(id.clone()),
            _ => None,
        })
    }
}

fn looks(kind: Kind, spec: &Value) -> DeclaredLooks {
    let own = |text: Option<&str>| text.map(str::to_owned);
    (kind, own(task_name(kind, spec)), own(workflow_id(kind, spec)))
}
