//! Which names stand for a secret: what people are shown of them is the mask.
//!
//! The one rule: a word of the name says so. A name that only looks like it costs a reader a value,
//! one that is missed costs a password.

use crate::model::{MASK, Value};

/// Names that hold one of these anywhere, without regard to case and separators.
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

/// Names of which one of these is a word: `max_tokens` is none, `authToken` is.
const WORDS: [&str; 2] = ["token", "pwd"];

/// Tells whether a field, a parameter or an ext key of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    ANYWHERE.iter().any(|part| joined.contains(part))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || joined.ends_with("token")
}

/// Words in lower case, apart at separators and where a small letter is followed by a capital.
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

/// Returns a value with those replaced whose name is that of a secret: of fields, of the keys of
/// maps, and of ParamKey/ParamValue items. Code is text of people's own and stays.
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

/// Returns what is shown of a secret; that there is none may be seen.
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
