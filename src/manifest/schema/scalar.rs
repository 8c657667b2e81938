//! The schemas of texts, numbers, flags and words.
//!
//! The loader reads a scalar by its source text, so a number is equivalent to its text, and the
//! other way round.

use serde_json::{Map, Value as Json, json};

use crate::kinds::{Field, FieldFormat, Shape, Table};

/// A text with a reference, a variable or a parameter of WeData: its final value is not known.
const OPEN: &str = r"\$\{";
/// A text with a variable: the only reference that can become a number or a flag.
const VARIABLE: &str = r"\$\{(var|target)\.";
/// A variable that stands for a whole list.
pub(super) const LIST_VARIABLE: &str = r"^\$\{var\.[^}]+\}$";
const FLAG: &str = "^([Tt]rue|TRUE|[Ff]alse|FALSE)$";
const INTEGER: &str = r"^\s*([+-]?[0-9]+(\.0*)?|0x[0-9a-fA-F]+|0o[0-7]+)\s*$";

/// Returns the schema of any text.
pub(super) fn text() -> Map<String, Json> {
    object(json!({"type": ["string", "number", "boolean"]}))
}

/// Returns the schema of a text that an expression matches.
pub(super) fn text_of(pattern: &str) -> Map<String, Json> {
    with(text(), "pattern", pattern)
}

/// Returns the schema of a text that cannot be a number or a flag.
pub(super) fn string_of(pattern: &str) -> Map<String, Json> {
    object(json!({"type": "string", "pattern": pattern}))
}

/// Returns the schema of true and false.
pub(super) fn flag() -> Map<String, Json> {
    object(json!({"type": ["boolean", "string"], "pattern": FLAG}))
}

/// Returns the schema of one of a few words.
pub(super) fn words(words: &[&str]) -> Map<String, Json> {
    object(json!({"enum": words}))
}

/// Returns the schema of a whole number from 0.
pub(super) fn count(most: usize) -> Map<String, Json> {
    let schema =
        object(json!({"type": ["integer", "string"], "minimum": 0, "pattern": r"^\+?[0-9]+$"}));
    if most == usize::MAX { schema } else { with(schema, "maximum", most) }
}

/// Accepts null, which is equivalent to leaving the value out.
pub(super) fn or_null(schema: &mut Map<String, Json>) {
    if let Some(Json::Array(schemas)) = schema.get_mut("anyOf") {
        schemas.push(json!({"type": "null"}));
    } else if let Some(Json::Array(values)) = schema.get_mut("enum") {
        values.push(Json::Null);
    } else if let Some(Json::Array(types)) = schema.get_mut("type") {
        types.push("null".into());
    } else if let Some(one) = schema.remove("type") {
        schema.insert("type".to_owned(), json!([one, "null"]));
    }
}

/// Returns the schema of a field that holds a text.
pub(super) fn text_field(field: &Field, table: &Table) -> Map<String, Json> {
    if field.format == FieldFormat::TaskType {
        return task_type(table);
    }
    let free = if field.never_empty { OPEN.to_owned() } else { format!("^$|{OPEN}") };
    if !field.values.is_empty() {
        return choice(field, &free);
    }
    match form(field.format) {
        Some(form) if field.is_code() => text_of(form),
        Some(form) if field.format == FieldFormat::Offsets => {
            with(string_of(&format!("{free}|{form}")), "type", json!(["string", "integer"]))
        }
        Some(form) => string_of(&format!("{free}|{form}")),
        None if field.never_empty => with(text(), "minLength", 1),
        None => text(),
    }
}

/// Returns the schema of a field that holds a whole number.
pub(super) fn integer_field(field: &Field) -> Map<String, Json> {
    if field.values.is_empty() {
        let pattern = format!("{INTEGER}|{VARIABLE}");
        return object(json!({"type": ["integer", "string"], "pattern": pattern}));
    }
    let values = field.values.join("|");
    choice(field, &format!(r"^\s*\+?0*({values})(\.0*)?\s*$|{VARIABLE}"))
}

/// Returns the schema of a field that holds true or false.
pub(super) fn flag_field() -> Map<String, Json> {
    object(json!({"type": ["boolean", "string"], "pattern": format!("{FLAG}|{VARIABLE}")}))
}

/// One of the documented values, or a text that matches `free`.
fn choice(field: &Field, free: &str) -> Map<String, Json> {
    let number = |value: &&str| value.parse::<i64>().ok().map(Json::from);
    let texts = field.values.iter().map(|value| Json::from(*value));
    let numbers = field.values.iter().filter_map(number);
    // An editor offers the first one first.
    let values: Vec<Json> = match field.shape {
        Shape::Integer => numbers.collect(),
        Shape::Text | Shape::Flag | Shape::Section(_) | Shape::List { .. } | Shape::Texts => {
            texts.chain(numbers).collect()
        }
    };
    object(json!({"anyOf": [{"enum": values}, {"type": "string", "pattern": free}]}))
}

/// Returns the pattern of a format; None when every text is accepted, at most with a warning.
fn form(format: FieldFormat) -> Option<&'static str> {
    match format {
        FieldFormat::Code => Some(r"^[A-Za-z0-9+/=\s]*$"),
        FieldFormat::DateTime => Some(
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$",
        ),
        FieldFormat::TimeOfDay => Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        FieldFormat::Cron => Some(r"^\s*(\S+\s+){5,6}\S+\s*$"),
        FieldFormat::Offsets => Some(r"^\s*[+-]?[0-9]+\s*(,\s*[+-]?[0-9]+\s*)*$"),
        FieldFormat::Any
        | FieldFormat::Semicolons
        | FieldFormat::TaskType
        | FieldFormat::TaskId
        | FieldFormat::WorkflowId
        | FieldFormat::Folder => None,
    }
}

/// Task types by name or number. Undocumented numbers are accepted; those of another kind are not.
fn task_type(table: &Table) -> Map<String, Json> {
    let names = table.task_types.iter().map(|(_, name)| Json::from(*name));
    let numbers = table.task_types.iter().map(|(number, _)| Json::from(*number));
    let texts = table.task_types.iter().map(|(number, _)| Json::from(number.to_string()));
    let known: Vec<Json> = names.chain(numbers).chain(texts).collect();
    let others = crate::kinds::ALL.iter().flat_map(|other| other.task_types);
    let foreign = others.filter(|(number, _)| table.task_type_name(*number).is_none());
    let foreign: Vec<Json> =
        foreign.flat_map(|(number, _)| [json!(number), json!(number.to_string())]).collect();
    let spelled: Vec<String> = table.task_types.iter().map(|(_, name)| spelled(name)).collect();
    let pattern = format!(r"{VARIABLE}|^\s*\+?[0-9]+\s*$|^({})$", spelled.join("|"));
    object(json!({"anyOf": [
        {"enum": known},
        {"type": ["integer", "string"], "minimum": 0, "maximum": u32::MAX, "pattern": pattern, "not": {"enum": foreign}},
    ]}))
}

/// Returns the pattern for a name that ignores case, blanks and hyphens.
fn spelled(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let either = letters.map(|c| match (c.to_ascii_uppercase(), c.to_ascii_lowercase()) {
        (upper, lower) if upper == lower => c.to_string(),
        (upper, lower) => format!("[{upper}{lower}]"),
    });
    // Not `\W`: its class beyond ASCII is large, and it would follow each letter.
    let between = "[^0-9A-Za-z]*";
    format!("{between}{}{between}", either.collect::<Vec<_>>().join(between))
}

fn with(mut schema: Map<String, Json>, key: &str, value: impl Into<Json>) -> Map<String, Json> {
    schema.insert(key.to_owned(), value.into());
    schema
}

/// Returns the entries of an object.
pub(super) fn object(json: Json) -> Map<String, Json> {
    if let Json::Object(map) = json { map } else { Map::new() }
}
