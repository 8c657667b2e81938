//! No two files of a room import each other, not even through others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::{Imports, Module, imports};
use super::layers::LAYERS;
use super::tree::sources;

/// Rooms whose import circles still exist.
const OPEN: &[&str] = &[];

#[test]
fn files_of_a_room_import_each_other_in_no_circle() {
    let imports = imports(&sources());
    let mut wrong = Vec::new();
    for room in LAYERS {
        match (circle(&imports, room), OPEN.contains(room)) {
            (Some(circle), false) => wrong.push(show(&imports, &circle)),
            (None, true) => wrong.push(format!("{room} has no circle: strike it from the list")),
            (Some(_), true) | (None, false) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns a shortest circle of a room: each file imports the next, and the last one the first.
fn circle(imports: &Imports, room: &str) -> Option<Vec<Module>> {
    let files = imports.keys().filter(|module| module.first().is_some_and(|first| first == room));
    files.filter_map(|start| way_back(imports, start)).min_by_key(Vec::len)
}

/// Returns the shortest way from a file to itself.
fn way_back(imports: &Imports, start: &Module) -> Option<Vec<Module>> {
    let mut before: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut next = VecDeque::from([start]);
    while let Some(module) = next.pop_front() {
        for imported in imports.get(module)?.keys() {
            if imported == start {
                let steps = std::iter::successors(Some(module), |at| before.get(*at).copied());
                let mut way: Vec<Module> = steps.cloned().collect();
                way.reverse();
                return Some(way);
            }
            if imported.first() == start.first() && seen.insert(imported) {
                before.insert(imported, module);
                next.push_back(imported);
            }
        }
    }
    None
}

/// Returns `a imports {X} of b imports {Y} of a`.
fn show(imports: &Imports, circle: &[Module]) -> String {
    let after = circle.iter().cycle().skip(1);
    let mut text = circle[0].join("::");
    for (module, imported) in circle.iter().zip(after) {
        let items: Vec<&str> = imports[module][imported].iter().map(String::as_str).collect();
        text.push_str(&format!(" -> {} {{{}}}", imported.join("::"), items.join(", ")));
    }
    text
}

#[test]
fn a_circle_is_shown_with_what_makes_it() {
    let module = |name: &str| vec!["a".to_owned(), name.to_owned()];
    let edge = |to: &str, item: &str| BTreeMap::from([(module(to), BTreeSet::from([item.into()]))]);
    let imports = Imports::from([
        (module("x"), edge("y", "Y")),
        (module("y"), edge("z", "Z")),
        (module("z"), edge("y", "self")),
    ]);
    let found = circle(&imports, "a").unwrap();
    assert_eq!(show(&imports, &found), "a::y -> a::z {Z} -> a::y {self}");
    assert_eq!(circle(&imports, "b"), None);
}
