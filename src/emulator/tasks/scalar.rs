//! The format checks of single values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{DateTime, Time};
use serde_json::Value as Json;

use super::super::http::ApiError;
use crate::kinds::{Field, FieldFormat, Shape};

/// Returns the value of a disabled spelling in the type of the current one.
pub fn modernise(field: &Field, value: Json, path: &str) -> Result<Option<Json>, ApiError> {
    match (field.shape, &value) {
        // In the disabled spelling an empty text means that the number is unset.
        (Shape::Integer, Json::String(text)) if text.is_empty() => Ok(None),
        (Shape::Integer, Json::String(text)) => match text.parse::<i64>() {
            Ok(number) => Ok(Some(number.into())),
            Err(_) => Err(ApiError::bad_value(path, "it is not an integer")),
        },
        _ => Ok(Some(value)),
    }
}

/// Checks allowed values and format; empty texts count as unset.
pub fn check(
    task_types: &[(u32, &str)],
    field: &Field,
    value: &Json,
    path: &str,
) -> Result<(), ApiError> {
    check_enumeration(field, value, path)?;
    let Some(text) = value.as_str() else { return Ok(()) };
    if text.is_empty() && field.format != FieldFormat::TaskType {
        return Ok(());
    }
    match problem(task_types, field.format, text) {
        Some(why) => Err(ApiError::bad_value(path, why)),
        None => Ok(()),
    }
}

fn check_enumeration(field: &Field, value: &Json, path: &str) -> Result<(), ApiError> {
    if field.values.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = match value {
        Json::String(text) => vec![text.clone()],
        Json::Number(number) => vec![number.to_string()],
        Json::Array(items) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Json::Null | Json::Bool(_) | Json::Object(_) => Vec::new(),
    };
    let unknown =
        texts.iter().find(|text| !text.is_empty() && !field.values.contains(&text.as_str()));
    match unknown {
        Some(text) => {
            let why = format!("`{text}` is not one of {}", field.values.join(", "));
            Err(ApiError::bad_value(path, &why))
        }
        None => Ok(()),
    }
}

fn problem(task_types: &[(u32, &str)], format: FieldFormat, text: &str) -> Option<&'static str> {
    let (good, why) = match format {
        FieldFormat::Any
        | FieldFormat::Semicolons
        | FieldFormat::TaskId
        | FieldFormat::WorkflowId
        | FieldFormat::Folder => (true, ""),
        FieldFormat::Code => (STANDARD.decode(text).is_ok(), "it is not standard Base64"),
        FieldFormat::DateTime => (is_date_time(text), "it is not of the form yyyy-MM-dd HH:mm:ss"),
        FieldFormat::TimeOfDay => (is_time(text), "it is not of the form HH:mm"),
        FieldFormat::Cron => {
            let n_fields = text.split_whitespace().count();
            ((6..=7).contains(&n_fields), "it does not have six or seven fields")
        }
        FieldFormat::Offsets => {
            let integer = |part: &str| part.trim().parse::<i64>().is_ok();
            (text.split(',').all(integer), "it is not a list of integers")
        }
        FieldFormat::TaskType => {
            let known = task_types.iter().any(|(number, _)| text.parse() == Ok(*number));
            (known, "the kind does not have this task type")
        }
    };
    (!good).then_some(why)
}

/// Returns whether a text is a time as the service prints it: `yyyy-MM-dd HH:mm:ss`.
pub fn is_date_time(text: &str) -> bool {
    text.len() == 19 && DateTime::strptime("%Y-%m-%d %H:%M:%S", text).is_ok()
}

fn is_time(text: &str) -> bool {
    text.len() == 5 && Time::strptime("%H:%M", text).is_ok()
}
