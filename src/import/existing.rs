//! Manifests that exist already and declare what the service has: an interrupted import continues
//! from those that it wrote.

use std::collections::BTreeMap;

use super::context::ImportContext;
use super::read::FoundResource;
use crate::kinds::{ManifestIndex, ResourceIdentity, stages};
use crate::model::{Address, DesiredResource, Kind, KnownIds, ObservedResource, Recorded};
use crate::plan::differences;

/// What manifests declare and the state does not know.
pub struct DeclaredManifests<'a> {
    ground: ImportContext<'a>,
    /// Where two were found for an address, neither belongs to it.
    ids: KnownIds<'a>,
    index: ManifestIndex<'a>,
}

impl<'a> DeclaredManifests<'a> {
    /// Compares manifests with what was found; with force they are ignored.
    pub fn new(
        ground: ImportContext<'a>,
        recorded: &'a Recorded,
        found: &[FoundResource],
    ) -> DeclaredManifests<'a> {
        let desired = &ground.loaded.desired;
        let (ids, index) = (KnownIds::new(desired, recorded), ManifestIndex::new(desired));
        let mut declared = DeclaredManifests { ground, ids, index };
        // The workflow of a task may be known by its manifest alone.
        for kinds in stages().into_iter().filter(|_| !ground.force) {
            declared.index.learn(&kinds, &declared.ids);
            for FoundResource { kind, seen } in
                found.iter().filter(|found| kinds.contains(&found.kind))
            {
                if let Some(address) = declared.address(*kind, seen) {
                    declared.ids.find(address, &seen.id);
                }
            }
        }
        declared
    }

    /// Returns the address of a manifest that declares this name in this workflow or folder. The
    /// type is ignored: one of another type would still have the same name.
    pub fn address(&self, kind: Kind, seen: &ObservedResource) -> Option<&'a Address> {
        self.index.named(&ResourceIdentity::of(kind, &seen.spec)).next()
    }

    /// Returns the manifest of an address if it declares exactly what was found.
    pub fn exact(&self, address: &Address, seen: &ObservedResource) -> Option<&'a DesiredResource> {
        let wanted = self.ground.loaded.desired.resources.get(address)?;
        let [_] = self.ids.found(address) else { return None };
        let spec = wanted.spec.resolve(&|other| self.ids.id_of(other));
        let same = differences(address.kind, &spec, &seen.spec).is_empty();
        // Fields of an answer that this program does not know cannot be compared.
        (same && wanted.extra.as_map().is_some_and(BTreeMap::is_empty)).then_some(wanted)
    }
}
