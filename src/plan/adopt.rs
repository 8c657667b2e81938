//! What a manifest has to name so that a task stays as it was read: the inverse of a diff.
//!
//! It is next to the diff because both must agree: what is left out here (defaults, what the
//! service makes by itself) is what the diff does not compare, and for every answer `differences`
//! of the two is empty.

use std::collections::BTreeMap;

use super::compare::is_fallback;
use crate::kinds::{Field, FieldFormat, ListOwner, MARK, Shape, is_server_made, table, task_type};
use crate::model::{Address, Kind, TextPart, Value};

/// Named also when it is the default: the rest of a schedule cannot be read without it.
const ALWAYS: [&str; 1] = ["CycleType"];

/// How much of a resource its new manifest names. What it does not name is not managed: a change of
/// it at the service is not reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedExtent {
    /// Only what differs from the documented defaults.
    #[default]
    Chosen,
    /// Every field that has a value, so that a change of a default is seen as drift too.
    Everything,
}

/// Returns the spec of a manifest that wants exactly what was read.
///
/// It leaves out unset fields, documented defaults (depending on `extent`), fields and ext keys
/// that the service sets, and the mark of ownership. Parameters are sorted by key, because the
/// service shuffles them.
pub fn managed(kind: Kind, seen: &Value, extent: ManagedExtent) -> Value {
    let number = task_type(kind, seen).and_then(|text| text.parse().ok());
    if !table(kind).is_sectioned() {
        return Value::Map(
            SpecReader { task_type: number, extent }.structure(table(kind).fields, seen),
        );
    }
    let mut sections = BTreeMap::new();
    for section in table(kind).fields {
        let (Shape::Section(fields), Some(have)) = (section.shape, seen.get(section.name)) else {
            continue;
        };
        let map = SpecReader { task_type: number, extent }.structure(fields, have);
        if !map.is_empty() {
            sections.insert(section.name.to_owned(), Value::Map(map));
        }
    }
    Value::Map(sections)
}

/// Returns a spec that names tasks instead of their ids, where `address_of` knows one.
pub fn refer(
    kind: Kind,
    spec: &Value,
    address_of: &mut dyn FnMut(&str) -> Option<Address>,
) -> Value {
    structure_with(table(kind).fields, spec, address_of)
}

struct SpecReader {
    task_type: Option<u32>,
    extent: ManagedExtent,
}

impl SpecReader {
    fn structure(&self, fields: &'static [Field], have: &Value) -> BTreeMap<String, Value> {
        let named =
            fields.iter().filter(|field| field.is_settable() && !MARK.contains(&field.name));
        let kept = named.filter_map(|field| {
            let value = have.get(field.name).filter(|value| !value.is_unset())?;
            Some((field.name.to_owned(), self.value(field, value)?))
        });
        kept.collect()
    }

    fn value(&self, field: &'static Field, value: &Value) -> Option<Value> {
        match (field.shape, value) {
            (Shape::Section(fields), Value::Map(_)) => {
                let map = self.structure(fields, value);
                (!map.is_empty()).then_some(Value::Map(map))
            }
            (Shape::List { key, items, owner }, Value::List(list)) => {
                let list = self.list(key, items, owner, list);
                (!list.is_empty()).then_some(Value::List(list))
            }
            (Shape::Text, Value::Text(text)) if field.format == FieldFormat::Semicolons => {
                Some(Value::from(text.trim_matches(';')))
            }
            (Shape::Text, Value::Text(_) | Value::Code(_))
            | (Shape::Integer, Value::Number(_) | Value::Text(_))
            | (Shape::Flag, Value::Bool(_))
            | (Shape::Texts, Value::List(_)) => self.is_told(field, value).then(|| value.clone()),
            _ => None,
        }
    }

    fn is_told(&self, field: &'static Field, value: &Value) -> bool {
        match self.extent {
            ManagedExtent::Everything => true,
            ManagedExtent::Chosen => {
                ALWAYS.contains(&field.name) || !is_fallback(Some(field), value)
            }
        }
    }

    fn list(
        &self,
        key: &'static str,
        fields: &'static [Field],
        owner: ListOwner,
        list: &[Value],
    ) -> Vec<Value> {
        let items = list.iter().filter(|item| owner == ListOwner::Manifest || !self.is_made(item));
        let items = items.map(|item| Value::Map(self.item(key, fields, item)));
        if !matches!(fields, [_, _]) {
            return items.collect();
        }
        // Of a parameter that appears twice, the last one counts.
        let by_key: BTreeMap<String, Value> = items
            .map(|item| {
                (item.get(key).and_then(Value::as_text).unwrap_or_default().to_owned(), item)
            })
            .collect();
        by_key.into_values().collect()
    }

    /// Keeps what Create needs also when it is empty: the answer shows null for it.
    fn item(
        &self,
        key: &'static str,
        fields: &'static [Field],
        have: &Value,
    ) -> BTreeMap<String, Value> {
        let mut map = self.structure(fields, have);
        for field in fields.iter().filter(|field| field.name == key || field.required) {
            map.entry(field.name.to_owned()).or_insert_with(|| Value::from(""));
        }
        map
    }

    fn is_made(&self, item: &Value) -> bool {
        let text = |name: &str| item.get(name).and_then(Value::as_text).unwrap_or_default();
        is_server_made(self.task_type, text("ParamKey"), text("ParamValue"))
    }
}

fn is_id(field: &Field) -> bool {
    matches!(field.format, FieldFormat::TaskId | FieldFormat::WorkflowId)
}

fn structure_with(
    fields: &'static [Field],
    have: &Value,
    address_of: &mut dyn FnMut(&str) -> Option<Address>,
) -> Value {
    let Value::Map(map) = have else { return have.clone() };
    let map = map.iter().map(|(name, value)| {
        let field = fields.iter().find(|field| field.name == name);
        (name.clone(), field.map_or_else(|| value.clone(), |f| value_with(f, value, address_of)))
    });
    Value::Map(map.collect())
}

fn value_with(
    field: &'static Field,
    value: &Value,
    address_of: &mut dyn FnMut(&str) -> Option<Address>,
) -> Value {
    match (field.shape, value) {
        (Shape::Section(fields), _) => structure_with(fields, value, address_of),
        (Shape::List { items, .. }, Value::List(list)) => {
            Value::List(list.iter().map(|item| structure_with(items, item, address_of)).collect())
        }
        (_, Value::Text(id)) if is_id(field) => match address_of(id) {
            Some(address) => Value::Template(vec![TextPart::IdOf(address)]),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}
