//! Which manifest a remote resource is of: the same answer to whoever looks for what a state does
//! not know.

use std::collections::BTreeMap;

use super::resource_identity::ResourceIdentity;
use crate::model::{Address, Desired, Kind, KnownIds, of_kind};

/// Manifests whose resources the state does not know, by what tells these apart.
#[derive(Clone, Debug)]
pub struct ManifestIndex<'a> {
    desired: &'a Desired,
    unknown: BTreeMap<&'a Address, ResourceIdentity>,
    by_name: BTreeMap<(Kind, String), Vec<&'a Address>>,
    /// By an address that they had before.
    by_former: BTreeMap<&'a Address, &'a Address>,
}

impl<'a> ManifestIndex<'a> {
    /// Returns an index that knows no manifest yet.
    pub fn new(desired: &'a Desired) -> ManifestIndex<'a> {
        let (unknown, by_name) = (BTreeMap::new(), BTreeMap::new());
        ManifestIndex { desired, unknown, by_name, by_former: BTreeMap::new() }
    }

    /// Learns the manifests of some kinds. What these lie in is compared by its id, so it has to be
    /// found before.
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

    /// Returns the manifests that it has learnt.
    pub fn addresses(&self) -> impl Iterator<Item = &'a Address> {
        self.unknown.keys().copied()
    }

    /// Returns the manifests whose name one that is there has.
    pub fn named(&self, there: &ResourceIdentity) -> impl Iterator<Item = &'a Address> {
        self.fitting(there, ResourceIdentity::has_name_of)
    }

    /// Returns the one manifest that asks for one that is there; where two do, nothing tells whose
    /// it is.
    pub fn of(&self, there: &ResourceIdentity) -> Option<&'a Address> {
        let mut found = self.fitting(there, ResourceIdentity::is);
        found.next().filter(|_| found.next().is_none())
    }

    /// Returns the manifest that the mark of one that is there stands for. A mark keeps the address
    /// of the create: `formerly` tells what became of that, and after `taskloom state mv` nothing
    /// but the identity does.
    pub fn of_mark(&self, marked: &Address, there: &ResourceIdentity) -> Option<&'a Address> {
        if marked.kind != there.kind {
            return None;
        }
        if self.desired.resources.contains_key(marked) {
            return self.unknown.get_key_value(marked).map(|(address, _)| *address);
        }
        self.by_former.get(marked).copied().or_else(|| self.of(there))
    }

    /// Tells whether what carries the mark of a manifest is in its place: one bundle may be applied
    /// by several people and to several targets, so the mark alone makes nothing ours.
    pub fn is_in_place(
        &self,
        address: &Address,
        marked: &Address,
        there: &ResourceIdentity,
    ) -> bool {
        let Some(wanted) = self.unknown.get(address) else { return false };
        // A name that is made of the manifest's name was made of its former one before.
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
