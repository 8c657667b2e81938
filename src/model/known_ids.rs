//! Which id an address currently stands for.

use std::collections::BTreeMap;

use super::address::{Address, RemoteId};
use super::desired::Desired;
use super::observed::Observed;
use super::recorded::Recorded;

/// The ids of a state, under the current addresses of its resources, and the ids found for
/// addresses that are not in the state.
#[derive(Clone, Debug)]
pub struct KnownIds<'a> {
    recorded: &'a Recorded,
    /// For each new address, the former one in the state.
    moves: BTreeMap<&'a Address, &'a Address>,
    found: BTreeMap<Address, Vec<RemoteId>>,
}

impl<'a> KnownIds<'a> {
    /// Returns the ids of a state.
    pub fn new(desired: &'a Desired, recorded: &'a Recorded) -> KnownIds<'a> {
        let mut moves = BTreeMap::new();
        let renamed = desired.resources.iter().filter(|(_, wanted)| !wanted.formerly.is_empty());
        for (address, wanted) in renamed {
            if recorded.resources.contains_key(address) {
                continue;
            }
            let before = wanted.formerly.iter().find(|old| {
                recorded.resources.contains_key(old) && !desired.resources.contains_key(old)
            });
            moves.extend(before.map(|before| (address, before)));
        }
        KnownIds { recorded, moves, found: BTreeMap::new() }
    }

    /// Returns the same with the ids of the resources that carry our mark.
    pub fn with_marked(mut self, observed: &Observed) -> KnownIds<'a> {
        let ids = observed.marked.iter().map(|(address, seen)| {
            (address.clone(), seen.iter().map(|seen| seen.id.clone()).collect())
        });
        self.found.extend(ids);
        self
    }

    /// Records an id that was found for an address.
    pub fn find(&mut self, address: &Address, id: &RemoteId) {
        self.found.entry(address.clone()).or_default().push(id.clone());
    }

    /// Returns every id that was found for an address.
    pub fn found(&self, address: &Address) -> &[RemoteId] {
        self.found.get(address).map_or(&[], Vec::as_slice)
    }

    /// Returns the former address of this one in the state, if it was moved.
    pub fn moved_from(&self, address: &Address) -> Option<&'a Address> {
        self.moves.get(address).copied()
    }

    /// Returns the moves, each from an address of the state to the current one.
    pub fn moves(&self) -> impl Iterator<Item = (&'a Address, &'a Address)> {
        self.moves.iter().map(|(now, before)| (*before, *now))
    }

    /// Returns whether the state has a resource, under this address or a former one.
    pub fn is_recorded(&self, address: &Address) -> bool {
        self.recorded.resources.contains_key(self.moved_from(address).unwrap_or(address))
    }

    /// Returns the id of an address: the one in the state, else the found one if there is only one.
    pub fn id_of(&self, address: &Address) -> Option<RemoteId> {
        let recorded = self.recorded.id_of(self.moved_from(address).unwrap_or(address));
        recorded.or_else(|| match self.found(address) {
            [only] => Some(only.clone()),
            _ => None,
        })
    }
}
