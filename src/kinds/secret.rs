//! Which names stand for a secret: their values are shown as the mask.
//!
//! The only rule: a word of the name says so. A false match hides a harmless value, a missed one
//! reveals a password.

use crate::model::{MASK, Value};

/// Names that contain one of these anywhere, ignoring case and separators.
const ANYWHERE: [&str; 8] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "credential",
    "accesskey",
    "privatekey",
    "apikey",
];

/// Names that have one of these as a word: `max_tokens` does not match, `authToken` does.
const WORDS: [&str; 2] = ["token", "pwd"];

/// Returns whether a field, a parameter or an ext key of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    ANYWHERE.iter().any(|part| joined.contains(part))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || joined.ends_with("token")
}

/// Returns the words in lower case, split at separators and between a small letter and a capital.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_small {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase() || c.is_numeric();
    }
    words
}

/// Returns a value with masks for the values whose name stands for a secret: names of fields, keys
/// of maps and of ParamKey/ParamValue items. Code is written by people and stays.
pub fn masked(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(masked).collect()),
        Value::Map(map) => {
            let key = map.get("ParamKey").and_then(Value::as_text).unwrap_or_default();
            let one = |(name, value): (&String, &Value)| {
                let is_hidden = is_secret(name) || name == "ParamValue" && is_secret(key);
                (name.clone(), if is_hidden { hidden(value) } else { masked(value) })
            };
            Value::Map(map.iter().map(one).collect())
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Code(_)
        | Value::Template(_)
        | Value::Secret(_)
        | Value::Sealed(_) => value.clone(),
    }
}

/// Returns what is shown of a secret; an unset one is shown as unset.
pub fn hidden(value: &Value) -> Value {
    match value {
        Value::List(_) | Value::Map(_) => masked(value),
        Value::Number(_) | Value::Text(_) | Value::Code(_) | Value::Template(_)
            if !value.is_unset() =>
        {
            Value::from(MASK)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Code(_)
        | Value::Template(_)
        | Value::Secret(_)
        | Value::Sealed(_) => value.clone(),
    }
}
