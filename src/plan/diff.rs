//! Field changes: what the manifest names, compared with what was applied and what the service has.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ChangeReason, FieldChange};
use super::compare::{is_fallback, same};
use crate::kinds::{BY_POSITION, Fallback, Field, ListOwner, Shape, find, is_covered, join, table};
use crate::model::{Kind, Value};

/// The three sides of one value: wanted by the manifest, applied last, at the service now.
#[derive(Clone, Copy)]
pub struct DiffSides<'a> {
    /// What the manifest names; null counts as not named.
    pub want: Option<&'a Value>,
    /// What was applied last.
    pub was: Option<&'a Value>,
    /// What the service shows.
    pub have: Option<&'a Value>,
    /// The resource does not exist and nothing was applied: values equal to a default are reported
    /// too.
    pub is_new: bool,
}

/// Returns the field changes that lead from the current values to the wanted ones.
pub fn diff(kind: Kind, sides: DiffSides<'_>, ignore: &[String]) -> Vec<FieldChange> {
    let mut found = Vec::new();
    structure(Some(table(kind).fields), "", sides, &mut found);
    found.retain(|change| !is_covered(&change.path, ignore));
    found
}

/// Returns the changes of the fields that this program does not know.
pub fn diff_extra(sides: DiffSides<'_>, ignore: &[String]) -> Vec<FieldChange> {
    let mut found = Vec::new();
    structure(None, "", sides, &mut found);
    found.retain(|change| !is_covered(&change.path, ignore));
    found
}

/// Returns the fields whose values in an answer differ from the requested ones.
pub fn differences(kind: Kind, asked: &Value, shown: &Value) -> Vec<FieldChange> {
    let sides = DiffSides { want: Some(asked), was: Some(asked), have: Some(shown), is_new: false };
    diff(kind, sides, &[])
}

impl<'a> DiffSides<'a> {
    fn of(self, name: &str) -> DiffSides<'a> {
        let part = |side: Option<&'a Value>| {
            side.and_then(|value| value.get(name)).filter(|value| **value != Value::Null)
        };
        DiffSides { want: part(self.want), was: part(self.was), have: part(self.have), ..self }
    }

    /// Returns a value of one side, hidden where another side is marked sensitive: the service
    /// itself returns plain text.
    fn veiled(self, value: &Value) -> Value {
        let others = [self.want, self.was, self.have];
        let hides =
            |other: &&Value| other.is_hidden() || other.as_list().is_some() && other.holds_hidden();
        if others.iter().flatten().any(hides) {
            return value.clone().hidden();
        }
        let Value::Map(map) = value else { return value.clone() };
        let veil = |(name, value): (&String, &Value)| (name.clone(), self.of(name).veiled(value));
        Value::Map(map.iter().map(veil).collect())
    }

    fn items(self, key: &str) -> [BTreeMap<String, &'a Value>; 3] {
        [self.want, self.was, self.have].map(|side| keyed(side, key))
    }
}

fn structure(
    fields: Option<&'static [Field]>,
    path: &str,
    sides: DiffSides<'_>,
    found: &mut Vec<FieldChange>,
) {
    let names: BTreeSet<&String> = [sides.want, sides.was]
        .into_iter()
        .flatten()
        .filter_map(Value::as_map)
        .flat_map(|map| map.keys())
        .collect();
    for name in names {
        let field = fields.and_then(|fields| find(fields, name));
        let path = join(path, name);
        value(field, path, sides.of(name), found);
    }
}

fn value(
    field: Option<&'static Field>,
    path: String,
    mut sides: DiffSides<'_>,
    found: &mut Vec<FieldChange>,
) {
    // An answer may leave this field out, so its absence proves nothing.
    if sides.have.is_none() && field.is_none_or(|field| field.unanswered) {
        sides.have = sides.was;
    }
    match field.map(|field| field.shape) {
        Some(Shape::Section(fields)) => structure(Some(fields), &path, sides, found),
        None if matches!(sides.want.or(sides.was), Some(Value::Map(_))) => {
            structure(None, &path, sides, found);
        }
        Some(Shape::List { key, items, owner }) => list(key, items, owner, &path, sides, found),
        Some(Shape::Text | Shape::Integer | Shape::Flag | Shape::Texts) | None => {
            leaf(field, path, sides, found);
        }
    }
}

fn leaf(
    field: Option<&'static Field>,
    path: String,
    sides: DiffSides<'_>,
    found: &mut Vec<FieldChange>,
) {
    let DiffSides { want, was, have, is_new } = sides;
    let mut push = |after: Option<Value>, reason| {
        found.push(FieldChange {
            path: path.clone(),
            before: have.filter(|value| !value.is_unset()).map(|value| sides.veiled(value)),
            after: after.map(|value| sides.veiled(&value)),
            reason,
            immutable: field.and_then(|field| field.immutable),
            code: field.is_some_and(Field::is_code),
        });
    };
    if want.is_some() {
        let is_told = is_new && want.is_some_and(|value| !value.is_unset());
        if is_told || !same(field, want, have) {
            push(want.cloned(), moved(field, sides));
        }
    } else if was.is_some() && !returned(field, have) {
        push(default_of(field), ChangeReason::Removed);
    }
}

/// Returns which side changed a named value that is not what it should be.
fn moved(field: Option<&Field>, sides: DiffSides<'_>) -> ChangeReason {
    let git_moved = sides.was.is_none() || !same(field, sides.want, sides.was);
    let service_moved = sides.was.is_some() && !same(field, sides.was, sides.have);
    match (git_moved, service_moved) {
        (true, true) => ChangeReason::Both,
        (false, _) => ChangeReason::Drift,
        (true, false) => ChangeReason::Manifest,
    }
}

/// Returns whether a value that is no longer named is already back to its default.
fn returned(field: Option<&Field>, have: Option<&Value>) -> bool {
    have.is_none_or(Value::is_unset)
        || have.is_some_and(|value| is_fallback(field, value))
        || field.is_some_and(|field| field.fallback == Fallback::Service)
}

fn default_of(field: Option<&Field>) -> Option<Value> {
    match field.map(|field| field.fallback) {
        Some(Fallback::Text(text)) => Some(Value::from(text)),
        Some(Fallback::Integer(number)) => Some(Value::from(number)),
        Some(Fallback::Unset | Fallback::Service) | None => None,
    }
}

fn list(
    key: &'static str,
    fields: &'static [Field],
    owner: ListOwner,
    path: &str,
    sides: DiffSides<'_>,
    found: &mut Vec<FieldChange>,
) {
    let [want, was, have] = sides.items(key);
    // Only a manifest that names a list owns what others put into it.
    let owns_all = owner == ListOwner::Manifest && sides.want.is_some();
    let foreign = have.keys().filter(|_| owns_all);
    let names: BTreeSet<&String> = want.keys().chain(was.keys()).chain(foreign).collect();
    for name in names {
        let part = DiffSides {
            want: want.get(name).copied(),
            was: was.get(name).copied(),
            have: have.get(name).copied(),
            is_new: sides.is_new,
        };
        item(key, fields, format!("{path}[{name}]"), part, found);
    }
}

fn item(
    key: &'static str,
    fields: &'static [Field],
    path: String,
    sides: DiffSides<'_>,
    found: &mut Vec<FieldChange>,
) {
    if let Some(only) = only_value(key, fields) {
        return pair(only, path, sides, found);
    }
    match (sides.want, sides.have) {
        (Some(_), Some(_)) => structure(Some(fields), &path, sides, found),
        (None, None) => {}
        (want, have) => {
            let reason = match (want, sides.was) {
                (Some(_), Some(_)) | (None, None) => ChangeReason::Drift,
                (Some(_), None) => ChangeReason::Manifest,
                (None, Some(_)) => ChangeReason::Removed,
            };
            found.push(FieldChange {
                path,
                before: have.map(|value| sides.veiled(value)),
                after: want.map(|value| sides.veiled(value)),
                reason,
                immutable: None,
                code: false,
            });
        }
    }
}

/// A ParamKey/ParamValue item is one value with the key in its path.
///
/// An item with an empty value is still an item: the official answers show such keys.
fn pair(only: &'static Field, path: String, sides: DiffSides<'_>, found: &mut Vec<FieldChange>) {
    let values = sides.of(only.name);
    let there = |item: Option<&Value>, value: Option<&Value>| {
        item.map(|_| value.map_or_else(|| Value::from(""), |value| values.veiled(value)))
    };
    let reason = match (sides.want, sides.have) {
        (Some(_), Some(_)) => return leaf(Some(only), path, values, found),
        (None, None) => return,
        (Some(_), None) if sides.was.is_some() => ChangeReason::Drift,
        (Some(_), None) => ChangeReason::Manifest,
        (None, Some(_)) if sides.was.is_some() => ChangeReason::Removed,
        (None, Some(_)) => ChangeReason::Drift,
    };
    let (before, after) = (there(sides.have, values.have), there(sides.want, values.want));
    found.push(FieldChange { path, before, after, reason, immutable: None, code: false });
}

fn only_value(key: &str, fields: &'static [Field]) -> Option<&'static Field> {
    let mut others = fields.iter().filter(|field| field.name != key);
    let only = others.next()?;
    others.next().is_none().then_some(only)
}

/// Items by key; of items with the same key the last counts. Where no field is the key, the index
/// is.
fn keyed<'a>(side: Option<&'a Value>, key: &str) -> BTreeMap<String, &'a Value> {
    let items = side.and_then(Value::as_list).unwrap_or_default();
    items
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let name = match item.get(key) {
                None if key == BY_POSITION => place.to_string(),
                Some(Value::Text(text)) => text.clone(),
                Some(other) => other.to_json().as_str().unwrap_or_default().to_owned(),
                None => String::new(),
            };
            (name, item)
        })
        .collect()
}
