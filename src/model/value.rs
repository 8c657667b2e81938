//! A value of a spec: JSON, and texts that contain the id of a resource which may not exist yet.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::address::{Address, RemoteId};
use super::code::Code;
use super::seal::Seal;

/// What is shown in place of a sensitive value.
pub const MASK: &str = "(sensitive)";

/// JSON with references.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Present, but without a value: sent as it is, never compared.
    Null,
    /// true or false.
    Bool(bool),
    /// A number; ids are never numbers.
    Number(serde_json::Number),
    /// A text without references.
    Text(String),
    /// The code of a task; Base64 for the API.
    Code(Code),
    /// A text with at least one id that is filled in before the call.
    Template(Vec<TextPart>),
    /// A list, in the order of the manifest or of the answer.
    List(Vec<Value>),
    /// Named values.
    Map(BTreeMap<String, Value>),
    /// A sensitive value of a manifest: sent, never shown.
    Secret(Secret),
    /// The stored digest of a sensitive value: compared, never sent.
    Sealed(Seal),
}

/// A piece of a [`Value::Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// Plain text.
    Text(String),
    /// The remote id of a resource: `${task.NAME.id}`.
    IdOf(Address),
}

/// A value that is sent and never shown.
#[derive(Clone, PartialEq)]
pub struct Secret {
    value: Box<Value>,
    /// The sensitive pieces of a longer text: they must not be shown either.
    pieces: Vec<String>,
}

/// A sensitive value, in the form in which it is known.
#[derive(Clone, Copy)]
pub(super) enum Hidden<'a> {
    Secret(&'a Value),
    Sealed(&'a Seal),
}

impl Secret {
    /// Returns a value as one that is never shown.
    pub(super) fn new(value: Value) -> Secret {
        Secret { value: Box::new(value), pieces: Vec::new() }
    }

    /// Returns the value, for a request or a comparison.
    pub fn reveal(&self) -> &Value {
        &self.value
    }

    /// Returns its sensitive pieces.
    pub(super) fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// Sets its sensitive pieces.
    pub(super) fn set_pieces(&mut self, pieces: Vec<String>) {
        self.pieces = pieces;
    }

    /// Returns the same secret with another form of its value.
    fn map(&self, change: impl FnOnce(&Value) -> Value) -> Secret {
        Secret { value: Box::new(change(&self.value)), pieces: self.pieces.clone() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Value {
    /// Returns an empty map.
    pub fn map() -> Value {
        Value::Map(BTreeMap::new())
    }

    /// Returns the value of a key, if this is a map with that key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map().and_then(|map| map.get(key))
    }

    /// Returns the value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the text, if this is a text without references.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the code, also if this is its Base64.
    pub fn to_code(&self) -> Option<Code> {
        match self {
            Value::Code(code) => Some(code.clone()),
            Value::Text(text) => Code::decode(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Template(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Secret(_)
            | Value::Sealed(_) => None,
        }
    }

    /// Returns the entries, if this is a map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        if let Value::Map(map) = self { Some(map) } else { None }
    }

    /// Returns the entries, if this is a map.
    pub fn as_map_mut(&mut self) -> Option<&mut BTreeMap<String, Value>> {
        if let Value::Map(map) = self { Some(map) } else { None }
    }

    /// Returns the items, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Value::List(items) = self { Some(items) } else { None }
    }

    /// Returns whether the service treats this as unset: null, "", [] and {} are equal.
    pub fn is_unset(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::Code(code) => code.bytes().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
            Value::Secret(secret) => secret.reveal().is_unset(),
            Value::Bool(_) | Value::Number(_) | Value::Template(_) | Value::Sealed(_) => false,
        }
    }

    /// Returns every resource whose id this value holds.
    pub fn references(&self) -> BTreeSet<&Address> {
        let mut found = BTreeSet::new();
        self.visit_references(&mut |address| {
            found.insert(address);
        });
        found
    }

    fn visit_references<'a>(&'a self, visit: &mut dyn FnMut(&'a Address)) {
        match self {
            Value::Template(parts) => {
                for part in parts {
                    if let TextPart::IdOf(address) = part {
                        visit(address);
                    }
                }
            }
            Value::List(items) => items.iter().for_each(|item| item.visit_references(visit)),
            Value::Map(map) => map.values().for_each(|value| value.visit_references(visit)),
            Value::Secret(secret) => secret.reveal().visit_references(visit),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Code(_)
            | Value::Sealed(_) => {}
        }
    }

    /// Returns the value with every id that is known filled in; unknown ones stay references.
    pub fn resolve(&self, id_of: &dyn Fn(&Address) -> Option<RemoteId>) -> Value {
        match self {
            Value::Template(parts) => resolve_parts(parts, id_of),
            Value::List(items) => {
                Value::List(items.iter().map(|item| item.resolve(id_of)).collect())
            }
            Value::Map(map) => Value::Map(
                map.iter().map(|(key, value)| (key.clone(), value.resolve(id_of))).collect(),
            ),
            Value::Secret(secret) => Value::Secret(secret.map(|value| value.resolve(id_of))),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Code(_)
            | Value::Sealed(_) => self.clone(),
        }
    }

    /// Returns the value as JSON for people; a reference is printed as it is written in a manifest,
    /// and sensitive values are masked.
    pub fn to_json(&self) -> serde_json::Value {
        self.json(&|_| MASK.into())
    }

    /// Returns the value as JSON, with the result of `hidden` in place of sensitive values.
    pub(super) fn json(
        &self,
        hidden: &dyn Fn(Hidden<'_>) -> serde_json::Value,
    ) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Number(number) => number.clone().into(),
            Value::Text(text) => text.clone().into(),
            Value::Code(code) => code.encode().into(),
            Value::Template(parts) => parts.iter().map(TextPart::source).collect::<String>().into(),
            Value::List(items) => items.iter().map(|item| item.json(hidden)).collect(),
            Value::Map(map) => serde_json::Value::Object(
                map.iter().map(|(key, value)| (key.clone(), value.json(hidden))).collect(),
            ),
            Value::Secret(secret) => hidden(Hidden::Secret(secret.reveal())),
            Value::Sealed(seal) => hidden(Hidden::Sealed(seal)),
        }
    }
}

fn resolve_parts(parts: &[TextPart], id_of: &dyn Fn(&Address) -> Option<RemoteId>) -> Value {
    let mut open = false;
    let resolved: Vec<TextPart> = parts
        .iter()
        .map(|part| match part {
            TextPart::Text(text) => TextPart::Text(text.clone()),
            TextPart::IdOf(address) => match id_of(address) {
                Some(id) => TextPart::Text(id.0),
                None => {
                    open = true;
                    part.clone()
                }
            },
        })
        .collect();
    if open {
        return Value::Template(resolved);
    }
    Value::Text(resolved.iter().map(TextPart::source).collect())
}

impl TextPart {
    /// Returns the piece as a manifest spells it.
    pub fn source(&self) -> String {
        match self {
            TextPart::Text(text) => text.clone(),
            TextPart::IdOf(address) => {
                format!("${{{}.{}.id}}", address.kind.reference_word(), address.name)
            }
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => {
                Value::List(items.into_iter().map(Value::from).collect())
            }
            serde_json::Value::Object(map) => {
                Value::Map(map.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number.into())
    }
}
