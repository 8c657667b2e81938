//! A spec as the state file keeps it: code as text, so that a diff of the state can be read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::table::Table;
use crate::model::Value;

/// The key that stands for CodeContent when the code is text.
const CODE: &str = "Code";

/// Returns a spec as JSON with CodeContent decoded into `Code`, where it is UTF-8 text.
pub fn to_record(table: &Table, spec: &Value) -> Json {
    let mut json = spec.to_stored();
    let [section, field] = table.code_path();
    if let Some(map) = json.get_mut(section).and_then(Json::as_object_mut)
        && let Some(text) = map.get(field).and_then(Json::as_str).and_then(code_text)
    {
        map.remove(field);
        map.insert(CODE.to_owned(), Json::String(text));
    }
    json
}

/// Returns the spec of [`to_record`]'s JSON.
pub fn from_record(table: &Table, mut json: Json) -> Value {
    let [section, field] = table.code_path();
    if let Some(map) = json.get_mut(section).and_then(Json::as_object_mut)
        && let Some(Json::String(text)) = map.remove(CODE)
    {
        map.insert(field.to_owned(), Json::String(STANDARD.encode(text)));
    }
    Value::from_stored(json)
}

/// Returns the text behind CodeContent, or None when it is not text.
pub fn code_text(content: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(content).ok()?).ok()
}
