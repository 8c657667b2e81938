//! From an answer's JSON to a spec in the current spelling.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::field::{Field, FieldFormat, Shape};
use super::super::table::{Table, find, find_disabled};
use super::folders::canonical_folder;
use crate::model::{Code, Value};

/// Returns the spec of an answer in the current spelling and the tables' types.
///
/// Nulls are dropped, disabled spellings become the current ones, numbers and texts are converted
/// to the type of the field; fields that are not in the table stay as they are. Every section of a
/// task is present.
pub fn normalise(table: &'static Table, data: &Json) -> Value {
    if !table.is_sectioned() {
        return data.as_object().map_or_else(Value::map, |object| structure(table.fields, object));
    }
    let mut sections = BTreeMap::new();
    for section in table.fields {
        let Shape::Section(fields) = section.shape else { continue };
        let found = data.get(section.name).and_then(Json::as_object);
        let value = found.map_or_else(Value::map, |object| structure(fields, object));
        sections.insert(section.name.to_owned(), value);
    }
    Value::Map(sections)
}

fn structure(fields: &'static [Field], object: &serde_json::Map<String, Json>) -> Value {
    let mut map = BTreeMap::new();
    for (name, json) in object {
        if json.is_null() {
            continue;
        }
        if let Some(field) = find(fields, name) {
            map.insert(name.clone(), typed(field, json));
        } else if let Some(field) = find_disabled(fields, name) {
            // An answer may have both spellings; the current one counts.
            if object.get(field.name).is_none_or(Json::is_null) {
                map.insert(field.name.to_owned(), typed(field, json));
            }
        } else {
            map.insert(name.clone(), Value::from(json.clone()));
        }
    }
    Value::Map(map)
}

fn typed(field: &Field, json: &Json) -> Value {
    match (field.shape, json) {
        (Shape::Text, Json::Number(number)) => Value::Text(number.to_string()),
        (Shape::Text, Json::Bool(flag)) => Value::Text(flag.to_string()),
        // What is not Base64 stays as it is.
        (Shape::Text, Json::String(text)) if field.is_code() => {
            Code::decode(text).map_or_else(|| Value::Text(text.clone()), Value::Code)
        }
        (Shape::Text, Json::String(text)) if field.format == FieldFormat::Folder => {
            Value::Text(canonical_folder(text))
        }
        (Shape::Integer, Json::String(text)) => match text.trim().parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::Text(text.clone()),
        },
        (Shape::Section(fields), Json::Object(object)) => structure(fields, object),
        (Shape::List { items, .. }, Json::Array(array)) => Value::List(
            array
                .iter()
                .filter_map(Json::as_object)
                .map(|object| structure(items, object))
                .collect(),
        ),
        _ => Value::from(json.clone()),
    }
}
