//! The schemas of our own keys, from the tables of keys.

use serde_json::{Map, Value as Json, json};

use super::scalar;
use super::spec::{paths, spec};
use crate::kinds::{self, FOLDER_TYPES};
use crate::model::Kind;
use crate::yaml::{KnownKey, ValueForm};

/// The pattern of `metadata.name`. Beyond ASCII it accepts more than [`crate::model::is_name`]: not
/// every regular expression dialect has classes of letters.
const NAME: &str = "^[^\\u0000-/:-@\\[-`{-\\u007f][^\\u0000-,/:-@\\[-^`{-\\u007f]*$";

/// Returns the schema of a map with these keys and no others. Without a kind, keys that differ from
/// kind to kind are described, but accept any value.
pub(super) fn object(keys: &[KnownKey], kind: Option<Kind>) -> Map<String, Json> {
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

/// Adds a description for people to a schema.
pub(super) fn about(schema: &mut Map<String, Json>, key: &str, text: &str) {
    schema.insert(key.to_owned(), text.into());
}

/// Returns whether a kind has a key: the folders of workflows have no type.
fn is_known(key: &KnownKey, kind: Option<Kind>) -> bool {
    !matches!(key.form, ValueForm::FolderType)
        || kind.is_none_or(|kind| kinds::table(kind).has_typed_folders())
}

fn described(key: &KnownKey, kind: Option<Kind>) -> Json {
    let mut schema = form(key, kind);
    if !key.required {
        scalar::or_null(&mut schema);
    }
    about(&mut schema, "description", key.about);
    schema.into()
}

/// Returns whether the value of a key depends on the kind.
fn differs(form: ValueForm) -> bool {
    match form {
        ValueForm::Spec | ValueForm::Schedule | ValueForm::Paths | ValueForm::FolderType => true,
        ValueForm::Keys(keys) => keys.iter().any(|key| differs(key.form)),
        ValueForm::Text
        | ValueForm::Id
        | ValueForm::Name
        | ValueForm::Flag
        | ValueForm::Word(_)
        | ValueForm::Count(_)
        | ValueForm::Length
        | ValueForm::Endpoint
        | ValueForm::Texts
        | ValueForm::Names
        | ValueForm::Labels
        | ValueForm::Free
        | ValueForm::FreeMap
        | ValueForm::Each(_)
        | ValueForm::FreeEach => false,
    }
}

fn form(key: &KnownKey, kind: Option<Kind>) -> Map<String, Json> {
    match key.form {
        ValueForm::Text => scalar::text(),
        ValueForm::Id => scalar::text_of("."),
        ValueForm::Name => name(),
        ValueForm::Flag => scalar::flag(),
        ValueForm::Word(words) => scalar::words(&narrowed(key, words(), kind)),
        ValueForm::Count(most) => scalar::count(most),
        ValueForm::Length => scalar::string_of("[0-9] *[A-Za-zµ:]"),
        ValueForm::Endpoint => scalar::string_of(
            "^(embedded$|https://[^/?#]|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])([:/?#]|$))|\\$\\{",
        ),
        ValueForm::Texts => list(scalar::text()),
        ValueForm::Names => list(name()),
        ValueForm::Labels => map(scalar::text(), None),
        ValueForm::Free => Map::new(),
        ValueForm::FreeMap => map(Map::new(), None),
        ValueForm::Keys(keys) => object(keys, kind),
        ValueForm::Each(keys) => {
            let mut each = object(keys, kind);
            scalar::or_null(&mut each);
            map(each, Some(NAME))
        }
        ValueForm::FreeEach => map(Map::new(), Some(NAME)),
        ValueForm::Spec => kind.map_or_else(open, |kind| spec(kinds::table(kind))),
        ValueForm::Schedule => {
            let of = |kind| {
                let allowed = kinds::table(kind).schedules.allowed.iter();
                allowed.map(|schedule| schedule.name()).collect::<Vec<_>>()
            };
            kind.map_or_else(Map::new, |kind| scalar::words(&of(kind)))
        }
        ValueForm::Paths => kind.map_or_else(Map::new, |kind| list(paths(kinds::table(kind)))),
        ValueForm::FolderType => scalar::words(&FOLDER_TYPES),
    }
}

/// A manifest of one kind names that kind.
fn narrowed(key: &KnownKey, words: Vec<&'static str>, kind: Option<Kind>) -> Vec<&'static str> {
    match kind {
        Some(kind) if key.name == "kind" => {
            words.into_iter().filter(|word| *word == kind.name()).collect()
        }
        Some(_) | None => words,
    }
}

/// A number is a valid name too, unless it begins with a sign.
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
