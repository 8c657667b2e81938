//! Plain scalars by the core schema of YAML 1.2, for values whose type is in no table.

use serde_json::Number;

use super::tree::{YamlData, YamlNode, YamlScalar};
use crate::model::Value;

/// Returns the value of a tree whose types only YAML determines.
pub(crate) fn value(node: &YamlNode, text: &mut dyn FnMut(&YamlNode, &str) -> Value) -> Value {
    match &node.data {
        YamlData::Scalar(scalar) if scalar.plain => core(scalar, node, text),
        YamlData::Scalar(scalar) => text(node, &scalar.text),
        YamlData::List(items) => Value::List(items.iter().map(|item| value(item, text)).collect()),
        YamlData::Map(entries) => Value::Map(
            entries.iter().map(|entry| (entry.key.clone(), value(&entry.value, text))).collect(),
        ),
    }
}

/// Returns the truth value that a text spells, in any form of the core schema.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Returns the integer that a text spells, in any form of the core schema.
pub(crate) fn integer(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return unsigned(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return unsigned(digits, 8);
    }
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if !whole.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    };
    whole.parse().ok()
}

fn unsigned(digits: &str, radix: u32) -> Option<i64> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(digits, radix).ok()
}

fn core(
    scalar: &YamlScalar,
    node: &YamlNode,
    text: &mut dyn FnMut(&YamlNode, &str) -> Value,
) -> Value {
    if scalar.is_null() {
        return Value::Null;
    }
    if let Some(flag) = flag(&scalar.text) {
        return Value::Bool(flag);
    }
    match number(&scalar.text) {
        Some(number) => Value::Number(number),
        None => text(node, &scalar.text),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if !text.contains(['.', 'e', 'E']) || text.starts_with("0x") {
        return match integer(text) {
            Some(number) => Some(number.into()),
            None => text.parse::<u64>().ok().map(Number::from),
        };
    }
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if plain { text.parse().ok().and_then(Number::from_f64) } else { None }
}
