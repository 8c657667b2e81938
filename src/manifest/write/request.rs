//! Converts a documented JSON request to a manifest.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::document::is_request;
use super::manifest::{CodePlace, WrittenManifest, write};
use super::name::name_from;
use crate::kinds::{self, Shape, find, normalise, table, task_name};
use crate::model::{Address, DesiredResource, Kind, Lifecycle, ManifestPlace, Value};

/// Why a text is not a request that can become a manifest.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// It is not JSON.
    #[error("this is not JSON")]
    Json(#[from] serde_json::Error),
    /// None of the sections that identify the kind is present.
    #[error(
        "this is not a request that creates a task or a workflow: it has neither TaskBaseAttribute \
         nor TriggerTaskBaseAttribute nor WorkflowName"
    )]
    NoKind,
    /// A section is not a JSON object.
    #[error("{section} is not an object")]
    Section {
        /// Which section.
        section: &'static str,
    },
}

/// Returns the manifest of a request that creates a task or a workflow, with the code inside.
///
/// A request with only the fields that both kinds of workflows have is one of a periodic workflow.
///
/// Everything in the request is kept, defaults too: unknown fields go to `extra`, and only
/// ProjectId is dropped, because the target names the project.
///
/// # Errors
/// When it is not such a request.
pub fn from_request(text: &str) -> Result<WrittenManifest, RequestError> {
    let body: Json = serde_json::from_str(text)?;
    let has = |name: &str| body.get(name).is_some();
    let is_one = |kind: &Kind| is_request(table(*kind), &has);
    let kind = Kind::ALL.into_iter().find(is_one).ok_or(RequestError::NoKind)?;
    for section in table(kind).fields.iter().filter(|f| matches!(f.shape, Shape::Section(_))) {
        if body.get(section.name).is_some_and(|value| !value.is_object() && !value.is_null()) {
            return Err(RequestError::Section { section: section.name });
        }
    }
    let (spec, extra) = parts(kind, &body);
    let name = name_from(task_name(kind, &spec).unwrap_or_default());
    let resource = DesiredResource {
        spec,
        extra,
        lifecycle: Lifecycle::default(),
        labels: BTreeMap::new(),
        formerly: Vec::new(),
        place: ManifestPlace { file: String::new(), line: 1 },
    };
    Ok(write(&Address::new(kind, name), &resource, CodePlace::Inside))
}

/// Splits a request into the fields that are in the tables and the others.
fn parts(kind: Kind, body: &Json) -> (Value, Value) {
    let (mut spec, mut extra) = (BTreeMap::new(), BTreeMap::new());
    let normal = normalise(table(kind), body);
    if !table(kind).is_sectioned() {
        let settable =
            |name: &str| find(table(kind).fields, name).is_some_and(kinds::Field::is_settable);
        for (name, value) in normal.as_map().into_iter().flatten() {
            let part = if settable(name) { &mut spec } else { &mut extra };
            if name != "ProjectId" {
                part.insert(name.clone(), value.clone());
            }
        }
        return (Value::Map(spec), Value::Map(extra));
    }
    for section in table(kind).fields {
        let Shape::Section(fields) = section.shape else { continue };
        let Some(map) = normal.get(section.name).and_then(Value::as_map) else { continue };
        let settable = |name: &str| find(fields, name).is_some_and(kinds::Field::is_settable);
        let (known, unknown): (BTreeMap<_, _>, BTreeMap<_, _>) =
            map.clone().into_iter().partition(|(name, _)| settable(name));
        if body.get(section.name).is_some() {
            spec.insert(section.name.to_owned(), Value::Map(known));
        }
        if !unknown.is_empty() {
            extra.insert(section.name.to_owned(), Value::Map(unknown));
        }
    }
    let beside = body.as_object().into_iter().flatten();
    for (name, value) in beside {
        if table(kind).section(name).is_none() && name != "ProjectId" && !value.is_null() {
            extra.insert(name.clone(), Value::from(value.clone()));
        }
    }
    (Value::Map(spec), Value::Map(extra))
}
