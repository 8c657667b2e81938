//! When the service treats two values of a field as equal.

use crate::kinds::{Fallback, Field, FieldFormat, Shape};
use crate::model::{Seal, Value};

/// Returns whether the service treats two values of a field as the same.
///
/// null, "", [] and absent are equal, also to the documented default; a number equals its text;
/// `;73170;` equals `73170`; a list of texts is a set.
pub fn same(field: Option<&Field>, a: Option<&Value>, b: Option<&Value>) -> bool {
    let set = |value: Option<&Value>| value.is_some_and(|value| !value.is_unset());
    match (a, b) {
        _ if !set(a) && !set(b) => true,
        (Some(a), Some(b)) if !a.is_unset() && !b.is_unset() => same_set(field, a, b),
        (value, other) => {
            let present = if set(value) { value } else { other };
            present.is_some_and(|value| is_fallback(field, value))
        }
    }
}

/// Returns whether a value is the one that the service uses when the field is left out.
pub fn is_fallback(field: Option<&Field>, value: &Value) -> bool {
    match field.map(|field| field.fallback) {
        Some(Fallback::Text(text)) => same_set(field, value, &Value::from(text)),
        Some(Fallback::Integer(number)) => same_set(field, value, &Value::from(number)),
        Some(Fallback::Unset | Fallback::Service) | None => false,
    }
}

fn same_set(field: Option<&Field>, a: &Value, b: &Value) -> bool {
    let (a, b) = (a.revealed(), b.revealed());
    if let (Value::Sealed(seal), value) | (value, Value::Sealed(seal)) = (a, b) {
        return holds(field, seal, value);
    }
    if let Some(field) = field {
        if field.format == FieldFormat::Semicolons {
            return ids(a) == ids(b);
        }
        if field.shape == Shape::Texts {
            return texts(a) == texts(b);
        }
    }
    match (a, b) {
        (Value::Text(text), Value::Number(number)) | (Value::Number(number), Value::Text(text)) => {
            number.to_string() == *text
        }
        (a, b) => a == b,
    }
}

/// Returns whether a digest is that of a value, in any spelling that the service treats as equal.
fn holds(field: Option<&Field>, seal: &Seal, value: &Value) -> bool {
    if let Value::Sealed(other) = value {
        return seal == other;
    }
    let is_ids = field.is_some_and(|field| field.format == FieldFormat::Semicolons);
    let spellings = match value.as_text().filter(|_| is_ids) {
        Some(text) => {
            let ids = text.trim_matches(';');
            vec![ids.to_owned(), format!(";{ids};"), format!(";{ids}"), format!("{ids};")]
        }
        None => Vec::new(),
    };
    seal.holds(&value.spelled()) || spellings.iter().any(|text| seal.holds(text))
}

fn ids(value: &Value) -> Vec<String> {
    let text = value.as_text().unwrap_or_default();
    text.split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> =
        value.as_list().unwrap_or_default().iter().filter_map(Value::as_text).collect();
    texts.sort_unstable();
    texts
}
