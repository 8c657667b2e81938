//! A spec as the state file stores it: code as text, so that a diff of the state is readable.

use serde_json::Value as Json;

use super::table::Table;
use crate::model::{Code, Value};

/// The key that stands for CodeContent when the code is text.
const CODE: &str = "Code";

/// Returns a spec as JSON with CodeContent as `Code`, where it is UTF-8 text.
pub fn to_record(table: &Table, spec: &Value) -> Json {
    let mut json = spec.to_stored();
    let path @ [section, field] = table.code_path();
    let code = spec.at(&path).and_then(Value::to_code);
    if let Some(map) = json.get_mut(section).and_then(Json::as_object_mut)
        && let Some(text) = code.as_ref().and_then(Code::text)
    {
        map.remove(field);
        map.insert(CODE.to_owned(), text.into());
    }
    json
}

/// Returns the spec of [`to_record`]'s JSON.
pub fn from_record(table: &Table, mut json: Json) -> Value {
    let [section, field] = table.code_path();
    let map = json.get_mut(section).and_then(Json::as_object_mut);
    let code = map.and_then(|map| match map.remove(CODE) {
        Some(Json::String(text)) => Some(Code::from(text.as_str())),
        Some(_) | None => map.get(field).and_then(Json::as_str).and_then(Code::decode),
    });
    let mut spec = Value::from_stored(json);
    let map = spec.as_map_mut().and_then(|spec| spec.get_mut(section)?.as_map_mut());
    if let (Some(map), Some(code)) = (map, code) {
        map.insert(field.to_owned(), Value::Code(code));
    }
    spec
}
