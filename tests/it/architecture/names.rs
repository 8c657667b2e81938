//! No two public types have the same name.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::tokens;
use super::tree::sources;

/// Names that two types may share, each with the reason.
const SHARED: &[(&str, &str)] = &[];

const SHARED_MAX: usize = 8;

#[test]
fn no_public_type_name_stands_for_two_things() {
    assert!(SHARED.len() <= SHARED_MAX, "{SHARED:?}");
    assert!(SHARED.iter().all(|(_, reason)| !reason.is_empty()), "{SHARED:?}");
    let shared: BTreeSet<&str> = SHARED.iter().map(|(name, _)| *name).collect();
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in sources() {
        for (name, line) in public_types(&file.text) {
            places.entry(name).or_default().push(format!("{}:{line}", file.show()));
        }
    }
    places.retain(|_, places| places.len() > 1);
    let twice: BTreeSet<&str> = places.keys().map(String::as_str).collect();
    assert_eq!(twice, shared, "a name for two things, or a reason that is not needed: {places:#?}");
}

/// Returns the types with any public visibility, with their lines; an associated type of a trait
/// has no `pub`.
fn public_types(text: &str) -> Vec<(String, usize)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "pub") {
        let mut rest = tokens[at + 1..].iter();
        if tokens.get(at + 1).is_some_and(|token| token.text == "(") {
            rest.by_ref().find(|token| token.text == ")");
        }
        let words = rest.by_ref().skip_while(|token| token.text == "unsafe");
        let words: Vec<_> = words.take(2).collect();
        if let [keyword, name] = words.as_slice()
            && ["struct", "enum", "trait", "type", "union"].contains(&keyword.text)
        {
            found.push((name.text.to_owned(), name.line));
        }
    }
    found
}

#[test]
fn types_are_found_however_public_they_are() {
    let text = "pub struct A; pub(crate) enum B {} pub(super) trait C { type No; } \
                pub type D = u8; pub fn no() {} struct No; impl C for A { type No = u8; }";
    let names: Vec<String> = public_types(text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["A", "B", "C", "D"]);
}
