//! Nodes that wait for each other: which are ready, which never can be, and a cycle among these.

use std::collections::{BTreeMap, BTreeSet};

/// Nodes, each of which is ready when everything that it needs is done.
///
/// Each step costs as much as the edges that it touches, and nothing is recursive.
#[derive(Clone, Debug)]
pub struct WaitGraph<T> {
    needs: BTreeMap<T, BTreeSet<T>>,
    needed_by: BTreeMap<T, Vec<T>>,
    /// How many others each waiting node still waits for.
    waiting: BTreeMap<T, usize>,
    /// The ready nodes, the next one last.
    ready: Vec<T>,
}

impl<T: Ord + Clone> WaitGraph<T> {
    /// Returns the graph of what needs what; needs that are not nodes themselves are not waited
    /// for. The first ready node is the least one.
    pub fn new(mut needs: BTreeMap<T, BTreeSet<T>>) -> WaitGraph<T> {
        let nodes: BTreeSet<T> = needs.keys().cloned().collect();
        let mut needed_by: BTreeMap<T, Vec<T>> = BTreeMap::new();
        let (mut waiting, mut ready) = (BTreeMap::new(), Vec::new());
        for (node, needed) in &mut needs {
            needed.retain(|one| nodes.contains(one));
            if needed.is_empty() {
                ready.push(node.clone());
            } else {
                waiting.insert(node.clone(), needed.len());
            }
            for one in needed.iter() {
                needed_by.entry(one.clone()).or_default().push(node.clone());
            }
        }
        ready.reverse();
        WaitGraph { needs, needed_by, waiting, ready }
    }

    /// Removes and returns the next ready node.
    pub fn take_ready(&mut self) -> Option<T> {
        self.ready.pop()
    }

    /// Marks a node as done: what waited only for it becomes ready.
    pub fn gone(&mut self, node: &T) {
        for user in self.needed_by.get(node).into_iter().flatten() {
            let Some(n_left) = self.waiting.get_mut(user) else { continue };
            *n_left -= 1;
            if *n_left == 0 {
                self.waiting.remove(user);
                self.ready.push(user.clone());
            }
        }
    }

    /// Marks every node as done that can be: what still waits afterwards waits forever.
    pub fn run_out(&mut self) {
        while let Some(node) = self.take_ready() {
            self.gone(&node);
        }
    }

    /// Makes some nodes ready, whatever they wait for.
    pub fn release(&mut self, nodes: Vec<T>) {
        for node in &nodes {
            self.waiting.remove(node);
        }
        self.ready.extend(nodes);
    }

    /// Removes everything that needs a node, directly or not, and returns it, the nearest first.
    pub fn give_up_behind(&mut self, node: &T) -> Vec<T> {
        let mut given_up = Vec::new();
        let mut open = vec![node.clone()];
        while let Some(one) = open.pop() {
            for user in self.needed_by.get(&one).into_iter().flatten() {
                if self.waiting.remove(user).is_some() {
                    given_up.push(user.clone());
                    open.push(user.clone());
                }
            }
        }
        given_up
    }

    /// Returns the ready nodes, in the order in which they would be taken.
    pub fn ready(&self) -> impl Iterator<Item = &T> {
        self.ready.iter().rev()
    }

    /// Returns the waiting nodes.
    pub fn waiting(&self) -> impl Iterator<Item = &T> {
        self.waiting.keys()
    }

    /// Returns a cycle of waiting nodes when nothing is ready, its least member first, each
    /// followed by one that it needs; empty when nothing waits.
    pub fn circle(&self) -> Vec<T> {
        let Some(first) = self.waiting.keys().next() else { return Vec::new() };
        let (mut path, mut places) = (Vec::new(), BTreeMap::new());
        let mut here = first;
        loop {
            if let Some(start) = places.get(here) {
                let mut circle: Vec<T> = path.into_iter().skip(*start).cloned().collect();
                let least = circle.iter().enumerate().min_by_key(|(_, node)| *node);
                let least = least.map_or(0, |(place, _)| place);
                circle.rotate_left(least);
                return circle;
            }
            places.insert(here, path.len());
            path.push(here);
            let needed = self.needs.get(here).into_iter().flatten();
            // A waiting node needs a waiting node, unless something is still ready.
            let Some(next) = needed.into_iter().find(|one| self.waiting.contains_key(*one)) else {
                return Vec::new();
            };
            here = next;
        }
    }
}
