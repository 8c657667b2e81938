//! Which manifest a remote resource belongs to: one rule for every search for resources that are
//! not in the state.

use std::collections::BTreeMap;

use super::resource_identity::ResourceIdentity;
use crate::model::{Address, Desired, Kind, KnownIds, of_kind};

/// Manifests whose resources are not in the state, by their identities.
#[derive(Clone, Debug)]
pub struct ManifestIndex<'a> {
    desired: &'a Desired,
    unknown: BTreeMap<&'a Address, ResourceIdentity>,
    by_name: BTreeMap<(Kind, String), Vec<&'a Address>>,
    /// By a former address.
    by_former: BTreeMap<&'a Address, &'a Address>,
}

impl<'a> ManifestIndex<'a> {
    /// Returns an empty index.
    pub fn new(desired: &'a Desired) -> ManifestIndex<'a> {
        let (unknown, by_name) = (BTreeMap::new(), BTreeMap::new());
        ManifestIndex { desired, unknown, by_name, by_former: BTreeMap::new() }
    }

    /// Adds the manifests of some kinds. Their homes are compared by id, so those have to be found
    /// first.
    pub fn learn(&mut self, kinds: &[Kind], ids: &KnownIds<'_>) {
        for kind in kinds {
            for (address, wanted) in of_kind(&self.desired.resources, *kind) {
                if ids.is_recorded(address) {
                    continue;
                }
                let spec = wanted.spec.resolve(&|other| ids.id_of(other));
                let identity = ResourceIdentity::of(*kind, &spec);
                let name = (*kind, identity.name.clone());
                self.by_name.entry(name).or_default().push(address);
                self.by_former.extend(wanted.formerly.iter().map(|former| (former, address)));
                self.unknown.insert(address, identity);
            }
        }
    }

    /// Returns the manifests in the index.
    pub fn addresses(&self) -> impl Iterator<Item = &'a Address> {
        self.unknown.keys().copied()
    }

    /// Returns the manifests that have the name of an existing resource.
    pub fn named(&self, there: &ResourceIdentity) -> impl Iterator<Item = &'a Address> {
        self.fitting(there, ResourceIdentity::has_name_of)
    }

    /// Returns the only manifest that matches an existing resource; None where two do, because then
    /// it could belong to either.
    pub fn of(&self, there: &ResourceIdentity) -> Option<&'a Address> {
        let mut found = self.fitting(there, ResourceIdentity::is);
        found.next().filter(|_| found.next().is_none())
    }

    /// Returns the manifest that the mark of an existing resource stands for. A mark keeps the
    /// address of the create: `formerly` leads to the current one, and after `taskloom state mv`
    /// only the identity does.
    pub fn of_mark(&self, marked: &Address, there: &ResourceIdentity) -> Option<&'a Address> {
        if marked.kind != there.kind {
            return None;
        }
        if self.desired.resources.contains_key(marked) {
            return self.unknown.get_key_value(marked).map(|(address, _)| *address);
        }
        self.by_former.get(marked).copied().or_else(|| self.of(there))
    }

    /// Returns whether a resource with the mark of a manifest is in the right home: one bundle may
    /// be applied by several people and to several targets, so the mark alone does not make it
    /// ours.
    pub fn is_in_place(
        &self,
        address: &Address,
        marked: &Address,
        there: &ResourceIdentity,
    ) -> bool {
        let Some(wanted) = self.unknown.get(address) else { return false };
        // A name derived from the manifest's name was derived from its former name before.
        let former = wanted.name.strip_suffix(address.name.as_str());
        let former = former.map(|prefix| format!("{prefix}{}", marked.name));
        (wanted.name == there.name || former.is_some_and(|former| former == there.name))
            && wanted.is_in_home_of(there)
    }

    fn fitting<'b>(
        &self,
        there: &'b ResourceIdentity,
        fits: impl Fn(&ResourceIdentity, &ResourceIdentity) -> bool + 'b,
    ) -> impl Iterator<Item = &'a Address> {
        let named = self.by_name.get(&(there.kind, there.name.clone())).into_iter().flatten();
        named.copied().filter(move |address| {
            self.unknown.get(address).is_some_and(|wanted| fits(wanted, there))
        })
    }
}
