//! The schemas of our own words, by the tables of keys.

use serde_json::{Map, Value as Json, json};

use super::super::lifecycle::schedules;
use super::scalar;
use super::spec::{paths, spec};
use crate::kinds::{self, FOLDER_TYPES};
use crate::model::{Kind, Schedule};
use crate::yaml::{Form, Key};

/// What `metadata.name` looks like. Beyond ASCII more is let through than [`crate::model::is_name`]
/// takes: classes of letters are no part of every dialect of expressions.
const NAME: &str = "^[^\\u0000-/:-@\\[-`{-\\u007f][^\\u0000-,/:-@\\[-^`{-\\u007f]*$";

/// Returns the schema of a map with these keys and no others. Without a kind, what differs from
/// kind to kind is told of, and left open.
pub(super) fn object(keys: &[Key], kind: Option<Kind>) -> Map<String, Json> {
    let known = keys.iter().filter(|key| is_known(key, kind));
    let properties: Map<String, Json> =
        known.map(|key| (key.name.to_owned(), described(key, kind))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

/// Returns the schemas of those keys of a manifest that depend on its kind.
pub(super) fn differing(kind: Kind) -> Map<String, Json> {
    let differing = super::super::keys::MANIFEST.iter().filter(|key| differs(key.form));
    differing.map(|key| (key.name.to_owned(), described(key, Some(kind)))).collect()
}

/// Puts a text for people beside what a schema says.
pub(super) fn about(schema: &mut Map<String, Json>, key: &str, text: &str) {
    schema.insert(key.to_owned(), text.into());
}

/// The folders of workflows have no type.
fn is_known(key: &Key, kind: Option<Kind>) -> bool {
    !matches!(key.form, Form::FolderType) || kind.is_none_or(|kind| kind.home().is_some())
}

fn described(key: &Key, kind: Option<Kind>) -> Json {
    let mut schema = form(key, kind);
    if !key.required {
        scalar::or_null(&mut schema);
    }
    about(&mut schema, "description", key.about);
    schema.into()
}

/// Tells whether what stands behind a key depends on the kind.
fn differs(form: Form) -> bool {
    match form {
        Form::Spec | Form::Schedule | Form::Paths | Form::FolderType => true,
        Form::Keys(keys) => keys.iter().any(|key| differs(key.form)),
        Form::Text
        | Form::Id
        | Form::Name
        | Form::Flag
        | Form::Word(_)
        | Form::Count(_)
        | Form::Length
        | Form::Endpoint
        | Form::Texts
        | Form::Names
        | Form::Labels
        | Form::Free
        | Form::FreeMap
        | Form::Each(_)
        | Form::FreeEach => false,
    }
}

fn form(key: &Key, kind: Option<Kind>) -> Map<String, Json> {
    match key.form {
        Form::Text => scalar::text(),
        Form::Id => scalar::text_of("."),
        Form::Name => name(),
        Form::Flag => scalar::flag(),
        Form::Word(words) => scalar::words(&narrowed(key, words(), kind)),
        Form::Count(most) => scalar::count(most),
        Form::Length => scalar::string_of("[0-9] *[A-Za-zµ:]"),
        Form::Endpoint => scalar::string_of(
            "^(embedded$|https://[^/?#]|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])([:/?#]|$))|\\$\\{",
        ),
        Form::Texts => list(scalar::text()),
        Form::Names => list(name()),
        Form::Labels => map(scalar::text(), None),
        Form::Free => Map::new(),
        Form::FreeMap => map(Map::new(), None),
        Form::Keys(keys) => object(keys, kind),
        Form::Each(keys) => {
            let mut each = object(keys, kind);
            scalar::or_null(&mut each);
            map(each, Some(NAME))
        }
        Form::FreeEach => map(Map::new(), Some(NAME)),
        Form::Spec => kind.map_or_else(open, |kind| spec(kinds::table(kind))),
        Form::Schedule => {
            let of = |kind| schedules(kind).map(Schedule::name).collect::<Vec<_>>();
            kind.map_or_else(Map::new, |kind| scalar::words(&of(kind)))
        }
        Form::Paths => kind.map_or_else(Map::new, |kind| list(paths(kinds::table(kind)))),
        Form::FolderType => scalar::words(&FOLDER_TYPES),
    }
}

/// A manifest of one kind names that kind.
fn narrowed(key: &Key, words: Vec<&'static str>, kind: Option<Kind>) -> Vec<&'static str> {
    match kind {
        Some(kind) if key.name == "kind" => {
            words.into_iter().filter(|word| *word == kind.name()).collect()
        }
        Some(_) | None => words,
    }
}

/// A number is a name, too, unless it begins with a sign.
fn name() -> Map<String, Json> {
    let mut schema = scalar::text_of(NAME);
    schema.insert("minimum".to_owned(), 0.into());
    schema
}

fn open() -> Map<String, Json> {
    map(Map::new(), None)
}

fn list(items: Map<String, Json>) -> Map<String, Json> {
    scalar::object(json!({"type": "array", "items": items}))
}

fn map(values: Map<String, Json>, names: Option<&str>) -> Map<String, Json> {
    let mut schema = scalar::object(json!({"type": "object"}));
    if !values.is_empty() {
        schema.insert("additionalProperties".to_owned(), values.into());
    }
    if let Some(pattern) = names {
        schema.insert("propertyNames".to_owned(), json!({"pattern": pattern}));
    }
    schema
}
