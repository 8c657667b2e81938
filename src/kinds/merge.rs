//! The whole object that a full update sends: what is there, with our fields changed.

use std::collections::BTreeMap;

use super::field::{Fallback, Field, ListOwner, Shape};
use super::table::Table;
use crate::model::Value;

/// Returns the sections of a full update.
///
/// Fields that the manifest names win, paths in `removed` go back to their documented default,
/// everything else keeps the value that was read. UpdateTask replaces the object, so a field left
/// out would be lost.
pub fn merge(table: &Table, observed: &Value, desired: &Value, removed: &[String]) -> Value {
    let mut sections = BTreeMap::new();
    for section in table.sections {
        let Shape::Section(fields) = section.shape else { continue };
        let mut map = BTreeMap::new();
        for field in fields.iter().filter(|field| field.uses.update) {
            let path = [section.name, field.name];
            let have = observed.at(&path).filter(|value| **value != Value::Null);
            let want = desired.at(&path).filter(|value| **value != Value::Null);
            let name = format!("{}.{}", section.name, field.name);
            if let Some(value) = merged(field, &name, have, want, removed) {
                map.insert(field.name.to_owned(), value);
            }
        }
        sections.insert(section.name.to_owned(), Value::Map(map));
    }
    complete(table, &mut sections);
    Value::Map(sections)
}

fn merged(
    field: &Field,
    name: &str,
    have: Option<&Value>,
    want: Option<&Value>,
    removed: &[String],
) -> Option<Value> {
    if let Shape::List { key, owner: ListOwner::Shared, .. } = field.shape {
        return shared_items(key, name, have, want, removed);
    }
    if want.is_some() {
        return want.cloned();
    }
    if removed.iter().any(|path| path == name) {
        return match field.fallback {
            Fallback::Text(text) => Some(Value::from(text)),
            Fallback::Integer(number) => Some(Value::from(number)),
            Fallback::Service => have.cloned(),
            Fallback::Unset => match field.shape {
                Shape::Text => Some(Value::from("")),
                Shape::List { .. } | Shape::Texts => Some(Value::List(Vec::new())),
                Shape::Integer | Shape::Flag | Shape::Section(_) => None,
            },
        };
    }
    have.cloned()
}

/// Keeps the service's items, drops the removed keys and puts ours last.
fn shared_items(
    key: &str,
    name: &str,
    have: Option<&Value>,
    want: Option<&Value>,
    removed: &[String],
) -> Option<Value> {
    if have.is_none() && want.is_none() {
        return None;
    }
    let key_of = |item: &Value| item.get(key).and_then(Value::as_text).map(str::to_owned);
    let ours = want.and_then(Value::as_list).unwrap_or_default();
    let theirs = have.and_then(Value::as_list).unwrap_or_default();
    let kept = theirs.iter().filter(|item| {
        let Some(item_key) = key_of(item) else { return true };
        !ours.iter().any(|mine| key_of(mine).as_ref() == Some(&item_key))
            && !removed.iter().any(|path| *path == format!("{name}[{item_key}]"))
    });
    Some(Value::List(kept.chain(ours).cloned().collect()))
}

/// UpdateTask needs TaskName, OwnerUin and TaskDescription, which Create does not.
fn complete(table: &Table, sections: &mut BTreeMap<String, Value>) {
    let Some(base) = sections.get_mut(table.base).and_then(Value::as_map_mut) else { return };
    base.entry("TaskDescription".to_owned()).or_insert_with(|| Value::from(""));
}
