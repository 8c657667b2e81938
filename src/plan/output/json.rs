//! A plan as JSON for programs: `format_version` 1.0.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::super::change::{Change, FieldChange, Plan, PlanAction};
use super::super::withheld::ResourceError;
use super::cause_text::reasons;
use crate::model::{Value, hex};

/// Returns the `changes`, `summary` and `observed` of a plan, and its `errors` when it has any.
pub fn to_json(plan: &Plan) -> Map<String, Json> {
    let summary = plan.summary();
    let mut counts: Map<String, Json> = PlanAction::ALL
        .into_iter()
        .map(|action| (action.name().to_owned(), summary.count(action).into()))
        .collect();
    counts.insert("unchanged".to_owned(), summary.unchanged.into());
    let mut json = Map::new();
    json.insert("observed".to_owned(), plan.observed.into());
    json.insert("changes".to_owned(), plan.changes.iter().map(change).collect());
    json.insert("summary".to_owned(), counts.into());
    if !plan.errors.is_empty() {
        json.insert("errors".to_owned(), errors_json(&plan.errors));
    }
    json
}

/// Returns the resources that a plan leaves as they are.
pub fn errors_json(errors: &[ResourceError]) -> Json {
    let one = |error: &ResourceError| {
        json!({
            "address": error.address,
            "id": error.id,
            "source": error.place.as_ref().map(ToString::to_string),
            "message": error.to_string(),
            "help": error.way_out(),
        })
    };
    errors.iter().map(one).collect()
}

/// Returns the digest of what a plan does, in lower-case hexadecimal; the places of the manifests
/// are not part of it.
pub fn changes_digest(plan: &Plan) -> String {
    let mut changes = to_json(plan).remove("changes").unwrap_or_default();
    for change in changes.as_array_mut().into_iter().flatten() {
        if let Some(change) = change.as_object_mut() {
            change.remove("source");
        }
    }
    hex(&Sha256::digest(Json::to_string(&changes).as_bytes()))
}

fn change(change: &Change) -> Json {
    json!({
        "address": change.address,
        "action": change.action.name(),
        "id": change.id,
        "source": change.place.as_ref().map(ToString::to_string),
        "moved_from": change.moved_from,
        "reasons": reasons(change),
        "needed_by": change.needed_by.iter().map(|one| json!({"id": one.id, "name": one.name})).collect::<Vec<_>>(),
        "stops_first": change.stops,
        "then": change.followers().iter().map(|verb| verb.name()).collect::<Vec<_>>(),
        "fields": change.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn field(field: &FieldChange) -> Json {
    let side = |value: &Option<Value>| match value {
        Some(value) if field.code => match value.to_code() {
            Some(code) => match code.text() {
                Some(text) => Json::from(text),
                None => json!({"base64": code.encode()}),
            },
            None => value.to_json(),
        },
        Some(value) => value.to_json(),
        None => Json::Null,
    };
    let mut json = json!({
        "path": field.path,
        "before": side(&field.before),
        "after": side(&field.after),
        "reason": field.reason.name(),
    });
    if let Some(map) = json.as_object_mut().filter(|_| field.is_sensitive()) {
        map.insert("sensitive".to_owned(), true.into());
    }
    json
}
