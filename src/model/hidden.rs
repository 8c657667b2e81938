//! Sensitive values: sent, but never shown, and stored only as a keyed digest.

use serde_json::{Value as Json, json};

use super::seal::{Seal, SealKey};
use super::value::{Hidden, MASK, Secret, Value};

/// The key of a stored digest; no field of the API can have this name.
const STORED: &str = "$sensitive";

impl Value {
    /// Returns the value as one that is never shown; an unset one stays as it is.
    pub fn hidden(self) -> Value {
        if self.is_hidden() || self.is_unset() { self } else { Value::Secret(Secret::new(self)) }
    }

    /// Does the same for a text that contains these sensitive pieces.
    pub fn hidden_for(self, pieces: Vec<String>) -> Value {
        let mut value = self.hidden();
        if let Value::Secret(secret) = &mut value {
            secret.set_pieces(pieces);
        }
        value
    }

    /// Returns whether this is a sensitive value or the digest of one.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Value::Secret(_) | Value::Sealed(_))
    }

    /// Returns whether it contains a sensitive value or the digest of one.
    pub fn holds_hidden(&self) -> bool {
        match self {
            Value::Secret(_) | Value::Sealed(_) => true,
            Value::List(items) => items.iter().any(Value::holds_hidden),
            Value::Map(map) => map.values().any(Value::holds_hidden),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Code(_)
            | Value::Template(_) => false,
        }
    }

    /// Returns the content of a sensitive value, and every other value itself.
    pub fn revealed(&self) -> &Value {
        if let Value::Secret(secret) = self { secret.reveal() } else { self }
    }

    /// Returns the text of a value inside a longer one: a number is its text, as it is for the
    /// service. Hidden values are spelled out.
    pub fn spelled(&self) -> String {
        let json = self.revealed().to_json();
        json.as_str().map_or_else(|| json.to_string(), str::to_owned)
    }

    /// Returns the value with digests in place of sensitive values.
    pub fn sealed(&self, key: &SealKey) -> Value {
        self.mapped(&|hidden| match hidden {
            Hidden::Secret(value) => Value::Sealed(Seal::of(key, &value.spelled())),
            Hidden::Sealed(seal) => Value::Sealed(seal.clone()),
        })
    }

    /// Returns the value with masks in place of sensitive values.
    pub fn masked(&self) -> Value {
        self.mapped(&|_| Value::from(MASK))
    }

    /// Returns whether a record has exactly this value; sensitive values are compared by digest.
    pub fn is_recorded_as(&self, record: &Value) -> bool {
        match (self, record) {
            (Value::Secret(secret), Value::Sealed(seal)) => seal.holds(&secret.reveal().spelled()),
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_recorded_as(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                let same = |(name, value): (&String, &Value)| {
                    b.get(name).is_some_and(|record| value.is_recorded_as(record))
                };
                a.len() == b.len() && a.iter().all(same)
            }
            (a, b) => a == b,
        }
    }

    /// Returns the value as a request contains it: the only form in which a secret can be read.
    pub fn to_request(&self) -> Json {
        self.json(&|hidden| match hidden {
            Hidden::Secret(value) => value.to_json(),
            Hidden::Sealed(_) => {
                unreachable!("requests are made of manifests and answers, which hold no digest")
            }
        })
    }

    /// Returns the value as files of the state contain it; a secret that was not sealed is left
    /// out.
    pub fn to_stored(&self) -> Json {
        self.json(&|hidden| match hidden {
            Hidden::Sealed(seal) => json!({ STORED: seal.text() }),
            Hidden::Secret(_) => MASK.into(),
        })
    }

    /// Returns the value that [`Value::to_stored`] wrote.
    pub fn from_stored(json: Json) -> Value {
        unstored(Value::from(json))
    }

    /// Adds every text that must not be shown to a list.
    pub fn secrets(&self, found: &mut Vec<String>) {
        match self {
            Value::Secret(secret) => {
                found.push(secret.reveal().spelled());
                found.extend(secret.pieces().iter().cloned());
            }
            Value::List(items) => items.iter().for_each(|item| item.secrets(found)),
            Value::Map(map) => map.values().for_each(|value| value.secrets(found)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Code(_)
            | Value::Template(_)
            | Value::Sealed(_) => {}
        }
    }

    /// Returns a copy with replacements for hidden values.
    fn mapped(&self, hidden: &dyn Fn(Hidden<'_>) -> Value) -> Value {
        match self {
            Value::Secret(secret) => hidden(Hidden::Secret(secret.reveal())),
            Value::Sealed(seal) => hidden(Hidden::Sealed(seal)),
            Value::List(items) => {
                Value::List(items.iter().map(|item| item.mapped(hidden)).collect())
            }
            Value::Map(map) => Value::Map(
                map.iter().map(|(key, value)| (key.clone(), value.mapped(hidden))).collect(),
            ),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Code(_)
            | Value::Template(_) => self.clone(),
        }
    }
}

fn unstored(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(unstored).collect()),
        Value::Map(map) => {
            let text = map.get(STORED).filter(|_| map.len() == 1).and_then(Value::as_text);
            match text.and_then(Seal::parse) {
                Some(seal) => Value::Sealed(seal),
                None => {
                    Value::Map(map.into_iter().map(|(key, value)| (key, unstored(value))).collect())
                }
            }
        }
        value @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Code(_)
        | Value::Template(_)
        | Value::Secret(_)
        | Value::Sealed(_)) => value,
    }
}
