//! Sensitive values: sent, but shown to nobody, and kept only as a keyed digest.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::hex::hex;
use super::value::Value;

/// What stands for a sensitive value wherever somebody may read it.
pub const MASK: &str = "(sensitive)";

/// The key of a stored digest, which no field of the API can be called.
const STORED: &str = "$sensitive";
/// How a stored digest was made.
const METHOD: &str = "hmac-sha256";
/// So many bytes of the key are kept.
const KEY_BYTES: usize = 16;

/// A value that is sent and never shown.
#[derive(Clone, PartialEq)]
pub struct Secret {
    value: Box<Value>,
    /// The sensitive pieces of a longer text: they are not to be repeated either.
    pieces: Vec<String>,
}

impl Secret {
    /// Returns the value, for a request or a comparison.
    pub fn reveal(&self) -> &Value {
        &self.value
    }

    /// Returns the same secret with another form of its value.
    pub(super) fn map(&self, change: impl FnOnce(&Value) -> Value) -> Secret {
        Secret { value: Box::new(change(&self.value)), pieces: self.pieces.clone() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// The key under which one state keeps the digests of its sensitive values.
///
/// It comes from the state's lineage, a random id of 122 bits: digests of two states cannot be
/// compared, while one state always makes the same digest of a value. Who reads the state file can
/// try guesses, so a short secret is no better hidden in it than behind any salted digest.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey(String);

impl SealKey {
    /// Returns the key of a lineage.
    pub fn of(lineage: &str) -> SealKey {
        SealKey(hex(digest(lineage, b"taskloom: sensitive values").split_at(KEY_BYTES).0))
    }

    /// Returns the keyed digest of some bytes, in lower-case hexadecimal.
    pub fn digest(&self, bytes: &[u8]) -> String {
        hex(&digest(&self.0, bytes))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// The keyed digest of a sensitive value, with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    key: SealKey,
    digest: String,
}

impl Seal {
    /// Returns the digest of a value.
    pub fn of(key: &SealKey, value: &Value) -> Seal {
        Seal { key: key.clone(), digest: key.digest(value.spelled().as_bytes()) }
    }

    /// Tells whether a value is the one that was digested.
    pub fn holds(&self, value: &Value) -> bool {
        self.key.digest(value.spelled().as_bytes()) == self.digest
    }

    /// Returns the digest as it is written into files.
    pub fn text(&self) -> String {
        format!("{METHOD}:{}:{}", self.key.0, self.digest)
    }

    /// Reads a digest that was written into a file.
    pub fn parse(text: &str) -> Option<Seal> {
        let (key, digest) = text.strip_prefix(METHOD)?.strip_prefix(':')?.split_once(':')?;
        Some(Seal { key: SealKey(key.to_owned()), digest: digest.to_owned() })
    }
}

/// A value that nobody may read, as it is known.
#[derive(Clone, Copy)]
pub(super) enum Hidden<'a> {
    Secret(&'a Value),
    Sealed(&'a Seal),
}

impl Value {
    /// Returns the value as one that is never shown; an unset one hides nothing.
    pub fn hidden(self) -> Value {
        if self.is_hidden() || self.is_unset() {
            self
        } else {
            Value::Secret(Secret { value: Box::new(self), pieces: Vec::new() })
        }
    }

    /// Does the same for a text that holds these sensitive pieces.
    pub fn hidden_for(self, pieces: Vec<String>) -> Value {
        let mut value = self.hidden();
        if let Value::Secret(secret) = &mut value {
            secret.pieces = pieces;
        }
        value
    }

    /// Tells whether this is a sensitive value or the digest of one.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Value::Secret(_) | Value::Sealed(_))
    }

    /// Tells whether a sensitive value or the digest of one is in it.
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

    /// Returns what a sensitive value is, and every other value itself.
    pub fn revealed(&self) -> &Value {
        if let Value::Secret(secret) = self { secret.reveal() } else { self }
    }

    /// Returns the text that a value is inside a longer one: a number is its text, as it is to the
    /// service. What is hidden is spelled out.
    pub fn spelled(&self) -> String {
        let json = self.revealed().to_json();
        json.as_str().map_or_else(|| json.to_string(), str::to_owned)
    }

    /// Returns the value with digests for what is sensitive.
    pub fn sealed(&self, key: &SealKey) -> Value {
        self.mapped(&|hidden| match hidden {
            Hidden::Secret(value) => Value::Sealed(Seal::of(key, value)),
            Hidden::Sealed(seal) => Value::Sealed(seal.clone()),
        })
    }

    /// Returns the value with a mask for what is sensitive.
    pub fn masked(&self) -> Value {
        self.mapped(&|_| Value::from(MASK))
    }

    /// Tells whether a record says exactly this; what is sensitive is compared by its digest.
    pub fn is_recorded_as(&self, record: &Value) -> bool {
        match (self, record) {
            (Value::Secret(secret), Value::Sealed(seal)) => seal.holds(secret.reveal()),
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

    /// Returns the value as a request holds it: the only form in which a secret is to be read.
    pub fn to_request(&self) -> Json {
        self.json(&|hidden| match hidden {
            Hidden::Secret(value) => value.to_json(),
            Hidden::Sealed(_) => {
                unreachable!("requests are made of manifests and answers, which hold no digest")
            }
        })
    }

    /// Returns the value as files of the state hold it; a secret that was not sealed stays out.
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
                found.extend(secret.pieces.iter().cloned());
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

    /// Returns a copy with something else for what is hidden.
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

fn digest(key: &str, bytes: &[u8]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}
