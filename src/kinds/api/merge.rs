//! The whole object that a full update sends: the existing one, with our fields changed.

use std::collections::BTreeMap;

use super::super::field::{BY_POSITION, Fallback, Field, ListOwner, Shape};
use super::super::field_path::{is_covered, join};
use super::super::table::{Table, find};
use crate::model::Value;

/// Which paths do not simply take the manifest's value.
#[derive(Clone, Copy, Debug, Default)]
pub struct MergeExceptions<'a> {
    /// No longer named: these go back to their documented default.
    pub removed: &'a [String],
    /// `lifecycle.ignore`: these keep what the service has.
    pub ignore: &'a [String],
}

/// Returns the sections of a full update.
///
/// Fields that the manifest names win, removed ones go back to their default, and all others keep
/// the value that was read. UpdateTask replaces the object, so a field left out would be lost.
pub fn merge(
    table: &Table,
    observed: &Value,
    desired: &Value,
    except: MergeExceptions<'_>,
) -> Value {
    if !table.is_sectioned() {
        let have = known(table.fields, observed);
        return structure(table.fields, "", Some(&have), Some(desired), except);
    }
    let mut sections = BTreeMap::new();
    for section in table.fields {
        let Shape::Section(fields) = section.shape else { continue };
        let have = observed.get(section.name).map(|have| updatable(table, section, have));
        let have = have.as_ref();
        let want = desired.get(section.name);
        sections
            .insert(section.name.to_owned(), structure(fields, section.name, have, want, except));
    }
    complete(table, &mut sections);
    Value::Map(sections)
}

/// The base section of an update is a structure of its own, without the fields that Get adds.
fn updatable(table: &Table, section: &Field, have: &Value) -> Value {
    let mut have = have.clone();
    if section.name == table.base
        && let (Some(map), Shape::Section(fields)) = (have.as_map_mut(), section.shape)
    {
        map.retain(|name, _| find(fields, name).is_some());
    }
    have
}

/// Answers and updates of workflows use structures of different types, so unknown fields of an
/// answer cannot be sent back; a schedule without any field is absent.
fn known(fields: &'static [Field], have: &Value) -> Value {
    let mut kept = BTreeMap::new();
    for field in fields {
        let Some(value) = have.get(field.name) else { continue };
        let value = match field.shape {
            Shape::Section(inner) => known(inner, value),
            Shape::Text | Shape::Integer | Shape::Flag | Shape::List { .. } | Shape::Texts => {
                value.clone()
            }
        };
        if !matches!(field.shape, Shape::Section(_)) || !value.is_unset() {
            kept.insert(field.name.to_owned(), value);
        }
    }
    Value::Map(kept)
}

fn structure(
    fields: &'static [Field],
    path: &str,
    have: Option<&Value>,
    want: Option<&Value>,
    except: MergeExceptions<'_>,
) -> Value {
    let mut map = BTreeMap::new();
    for field in fields.iter().filter(|field| field.uses.update) {
        let of = |side: Option<&Value>| {
            side.and_then(|value| value.get(field.name)).filter(|v| **v != Value::Null).cloned()
        };
        let name = join(path, field.name);
        if let Some(value) = merged(field, &name, of(have), of(want), except) {
            map.insert(field.name.to_owned(), value);
        }
    }
    // Get and Update share these structures, so a field newer than this program is sent back.
    let theirs = have.and_then(Value::as_map).into_iter().flatten();
    for (name, value) in theirs.filter(|(name, _)| find(fields, name).is_none()) {
        map.insert(name.clone(), value.clone());
    }
    Value::Map(map)
}

fn merged(
    field: &'static Field,
    path: &str,
    have: Option<Value>,
    want: Option<Value>,
    except: MergeExceptions<'_>,
) -> Option<Value> {
    if is_covered(path, except.ignore) {
        return have;
    }
    match field.shape {
        Shape::List { key, items, owner } => list(key, items, owner, path, have, want, except),
        Shape::Section(fields) if have.is_some() || want.is_some() => {
            Some(structure(fields, path, have.as_ref(), want.as_ref(), except))
        }
        Shape::Text | Shape::Integer | Shape::Flag | Shape::Texts | Shape::Section(_) => {
            if want.is_none() && except.removed.iter().any(|gone| gone == path) {
                return fallback(field, have);
            }
            want.or(have)
        }
    }
}

fn fallback(field: &Field, have: Option<Value>) -> Option<Value> {
    match field.fallback {
        Fallback::Text(text) => Some(Value::from(text)),
        Fallback::Integer(number) => Some(Value::from(number)),
        Fallback::Service => have,
        Fallback::Unset if field.shape == Shape::Text => Some(Value::from("")),
        Fallback::Unset => None,
    }
}

/// Our items with the other fields that the service has for them, after the items that are not
/// ours.
fn list(
    key: &str,
    fields: &'static [Field],
    owner: ListOwner,
    path: &str,
    have: Option<Value>,
    want: Option<Value>,
    except: MergeExceptions<'_>,
) -> Option<Value> {
    if have.is_none() && want.is_none() {
        return None;
    }
    let ours = want.as_ref().and_then(Value::as_list).unwrap_or_default();
    let theirs = have.as_ref().and_then(Value::as_list).unwrap_or_default();
    if key == BY_POSITION {
        return Some(ordered(fields, path, theirs, want.as_ref(), except));
    }
    let same_key = |a: &Value, b: &Value| a.get(key).is_some() && a.get(key) == b.get(key);
    let keeps_foreign = want.is_none() || owner == ListOwner::Shared;
    let path_of = |item: &Value| {
        format!("{path}[{}]", item.get(key).and_then(Value::as_text).unwrap_or_default())
    };
    let is_ignored = |item: &Value| is_covered(&path_of(item), except.ignore);
    let is_removed = |item: &Value| except.removed.contains(&path_of(item));
    let foreign = theirs.iter().filter(|item| {
        is_ignored(item)
            || keeps_foreign && !is_removed(item) && !ours.iter().any(|mine| same_key(mine, item))
    });
    let mine = ours.iter().filter(|item| !is_ignored(item)).map(|item| {
        let there = theirs.iter().find(|item_there| same_key(item_there, item));
        structure(fields, &path_of(item), there, Some(item), except)
    });
    Some(Value::List(foreign.cloned().chain(mine).collect()))
}

/// The items that the manifest names, each merged over the existing one at its position.
fn ordered(
    fields: &'static [Field],
    path: &str,
    theirs: &[Value],
    want: Option<&Value>,
    except: MergeExceptions<'_>,
) -> Value {
    let Some(ours) = want.and_then(Value::as_list) else {
        let is_kept = |place: &usize| !except.removed.contains(&format!("{path}[{place}]"));
        let kept = theirs.iter().enumerate().filter(|(place, _)| is_kept(place));
        return Value::List(kept.map(|(_, item)| item.clone()).collect());
    };
    let item = |(place, item)| {
        structure(fields, &format!("{path}[{place}]"), theirs.get(place), Some(item), except)
    };
    Value::List(ours.iter().enumerate().map(item).collect())
}

/// UpdateTask needs TaskName, OwnerUin and TaskDescription, which Create does not.
fn complete(table: &Table, sections: &mut BTreeMap<String, Value>) {
    let Some(base) = sections.get_mut(table.base).and_then(Value::as_map_mut) else { return };
    base.entry("TaskDescription".to_owned()).or_insert_with(|| Value::from(""));
}
