//! Items by id, their state before the last write, and which of them reads do not show yet.

use std::collections::BTreeMap;

/// Something that has an id.
pub trait Visibility {
    /// Returns the id.
    fn id(&self) -> &str;
}

/// Which state a read sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapView {
    /// The current one.
    Present,
    /// The one before the last write: a fault.
    Stale,
}

/// The items of one type, of all projects.
#[derive(Clone, Debug)]
pub struct VersionedMap<T> {
    items: BTreeMap<String, T>,
    before: BTreeMap<String, Option<T>>,
    delays: BTreeMap<String, Delay>,
}

/// How many more reads do not show a new item.
#[derive(Clone, Copy, Debug, Default)]
struct Delay {
    lists: u32,
    gets: u32,
}

impl<T> Default for VersionedMap<T> {
    fn default() -> Self {
        VersionedMap { items: BTreeMap::new(), before: BTreeMap::new(), delays: BTreeMap::new() }
    }
}

impl<T: Visibility> VersionedMap<T> {
    /// Returns an item by its id.
    pub fn get(&self, id: &str, view: MapView) -> Option<&T> {
        match self.before.get(id) {
            Some(before) if view == MapView::Stale => before.as_ref(),
            Some(_) | None => self.items.get(id),
        }
    }

    /// Returns every item, by id; in a stale view, what the last write removed comes last.
    pub fn all(&self, view: MapView) -> impl Iterator<Item = &T> {
        let gone = self
            .before
            .iter()
            .filter(move |(id, _)| view == MapView::Stale && !self.items.contains_key(id.as_str()));
        let gone = gone.filter_map(|(_, before)| before.as_ref());
        self.items.keys().filter_map(move |id| self.get(id, view)).chain(gone)
    }

    /// Returns the current items whose ids begin with a prefix.
    pub fn starting(&self, prefix: String) -> impl Iterator<Item = &T> {
        let from = self.items.range(prefix.clone()..);
        from.take_while(move |(id, _)| id.starts_with(&prefix)).map(|(_, item)| item)
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Stores a new or changed item.
    pub fn put(&mut self, item: T) {
        let id = item.id().to_owned();
        let before = self.items.insert(id.clone(), item);
        self.before.entry(id).or_insert(before);
    }

    /// Removes an item.
    pub fn remove(&mut self, id: &str) {
        let before = self.items.remove(id);
        self.delays.remove(id);
        self.before.entry(id.to_owned()).or_insert(before);
    }

    /// Removes the items whose ids begin with a prefix.
    pub fn remove_starting(&mut self, prefix: &str) {
        let ids: Vec<String> =
            self.starting(prefix.to_owned()).map(|item| item.id().to_owned()).collect();
        ids.iter().for_each(|id| self.remove(id));
    }

    /// Drops the state before the last write, because another write begins.
    pub fn settle(&mut self) {
        self.before.clear();
    }

    /// Hides a new item from this many lists and gets.
    pub fn delay(&mut self, id: &str, lists: u32, gets: u32) {
        if lists > 0 || gets > 0 {
            self.delays.insert(id.to_owned(), Delay { lists, gets });
        }
    }

    /// Counts a get of an item and returns whether the item is still hidden from it.
    pub fn is_hidden_from_get(&mut self, id: &str) -> bool {
        let gets = self.delays.get_mut(id).map(|delay| &mut delay.gets);
        gets.is_some_and(count_down)
    }

    /// Counts a list call and returns the ids that are still hidden from it.
    pub fn hidden_from_list(&mut self) -> Vec<String> {
        let hidden = self.delays.iter_mut().filter(|(_, delay)| delay.lists > 0);
        hidden
            .map(|(id, delay)| {
                delay.lists -= 1;
                id.clone()
            })
            .collect()
    }
}

fn count_down(left: &mut u32) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}
