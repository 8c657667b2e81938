//! The JSON Schemas and the loader agree: each value of a whole document is changed, one at a
//! time, and both accept the result or both refuse it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use taskloom::kinds::{self, Field, FieldFormat, Shape};
use taskloom::manifest::{load, project_schema, schema};
use taskloom::model::Kind;
use taskloom::project::find_project;

use crate::manifest::{Folder, request};
use crate::support::Judge;

/// The values that replace each value.
fn probes() -> Vec<Json> {
    vec![
        json!(null),
        json!(""),
        json!("x"),
        json!("7"),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(true),
        json!("true"),
        json!({}),
        json!({"a": "b"}),
        json!({"a": {}}),
        json!([]),
        json!(["x"]),
        json!([7]),
    ]
}

/// A document without one of its keys, and the name of that key.
fn lacking(whole: &Json) -> Vec<(String, Json)> {
    let mut lacking = Vec::new();
    for path in pointers(whole, "") {
        let Some(Json::Object(map)) = whole.pointer(&path) else { continue };
        for key in map.keys() {
            let mut document = whole.clone();
            document.pointer_mut(&path).unwrap().as_object_mut().unwrap().remove(key);
            lacking.push((format!("{path}/{key}"), document));
        }
    }
    lacking
}

/// A document with one change, and a name for it; what is neither needed nor changed is left out.
fn mutants(whole: &Json, needed: &BTreeSet<String>) -> Vec<(String, Json)> {
    let mut mutants = Vec::new();
    for path in pointers(whole, "") {
        let lean = lean(whole, "", needed, &path);
        for probe in probes() {
            let mut mutant = lean.clone();
            *mutant.pointer_mut(&path).unwrap() = probe.clone();
            mutants.push((format!("{path}={probe}"), mutant));
        }
        let mut mutant = lean;
        if let Some(Json::Object(map)) = mutant.pointer_mut(&path) {
            map.insert("Nope".to_owned(), 1.into());
            mutants.push((format!("{path}/Nope=1"), mutant));
        }
    }
    mutants
}

fn lean(value: &Json, here: &str, needed: &BTreeSet<String>, path: &str) -> Json {
    let is_on_the_way = |place: &str| format!("{path}/").starts_with(&format!("{place}/"));
    match value {
        Json::Object(map) => map
            .iter()
            .map(|(key, value)| (key, value, format!("{here}/{key}")))
            .filter(|(_, _, place)| needed.contains(place) || is_on_the_way(place))
            .map(|(key, value, place)| (key.clone(), lean(value, &place, needed, path)))
            .collect::<Map<_, _>>()
            .into(),
        Json::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(n, item)| lean(item, &format!("{here}/{n}"), needed, path)).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}

fn pointers(value: &Json, path: &str) -> Vec<String> {
    let inner: Vec<(String, &Json)> = match value {
        Json::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Json::Array(items) => {
            items.iter().enumerate().map(|(place, value)| (place.to_string(), value)).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    };
    let mut all = vec![path.to_owned()];
    for (name, value) in inner {
        all.extend(pointers(value, &format!("{path}/{name}")));
    }
    all
}

/// Returns everything about which the two disagree.
fn disagreements(
    whole: &Json,
    judge: &Judge,
    loads: &dyn Fn(&Json) -> bool,
    is_for_the_loader_alone: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    assert_eq!(judge.complaint(whole), None);
    assert!(loads(whole), "{whole:#}");
    let mut wrong = Vec::new();
    let (mut taken, mut needed) = (0, BTreeSet::new());
    let mut compare = |what: &str, document: &Json| {
        let (valid, loads) = (judge.complaint(document).is_none(), loads(document));
        if valid != loads && !(valid && is_for_the_loader_alone(what)) {
            wrong.push(format!("{what}: schema {valid}, loader {loads}"));
        }
        loads
    };
    for (place, document) in lacking(whole) {
        if !compare(&place, &document) {
            needed.insert(place);
        }
    }
    let mutants = mutants(whole, &needed);
    for (what, mutant) in &mutants {
        taken += usize::from(compare(what, mutant));
    }
    assert!(taken > 50 && mutants.len() - taken > 200, "{taken} of {}", mutants.len());
    wrong
}

/// Returns a manifest with every field in the tables of its kind.
fn whole(kind: Kind) -> Json {
    let table = kinds::table(kind);
    let mut spec = structure(table.fields);
    spec["ProjectId"] = "1".into();
    let mut lifecycle = json!({
        "schedule": "draft", "protect": true, "ignore": [table.name.join(".")],
    });
    if table.has_typed_folders() {
        lifecycle["folder_type"] = "ETL".into();
    }
    json!({
        "apiVersion": "wedata/2025-08-06", "kind": kind.name(),
        "metadata": {"name": "a", "labels": {"team": "x"}, "formerly": ["b"]},
        "lifecycle": lifecycle, "spec": spec, "extra": {"New": 1},
    })
}

fn structure(fields: &[Field]) -> Json {
    let settable = fields.iter().filter(|field| field.is_settable());
    settable.map(|field| (field.name.to_owned(), sample(field))).collect::<Map<_, _>>().into()
}

fn sample(field: &Field) -> Json {
    match field.shape {
        Shape::Text => text(field).into(),
        Shape::Integer => field.values.first().map_or(7, |value| value.parse().unwrap()).into(),
        Shape::Flag => true.into(),
        Shape::Section(fields) => structure(fields),
        Shape::List { items, .. } => json!([structure(items)]),
        Shape::Texts => json!([field.values.first().unwrap_or(&"text")]),
    }
}

fn text(field: &Field) -> &'static str {
    match (field.name, field.format) {
        // The three values that must fit together.
        ("CycleType", _) => "DAY_CYCLE",
        ("MainCyclicConfig", _) => "DAY",
        ("SubordinateCyclicConfig", _) => "CURRENT_DAY",
        ("EndTime", _) => "2027-01-01 00:00:00",
        (_, FieldFormat::DateTime) => "2026-01-01 00:00:00",
        (_, FieldFormat::TimeOfDay) => "08:30",
        (_, FieldFormat::Cron) => "0 0 2 * * ?",
        (_, FieldFormat::Offsets) => "-1,0",
        (_, FieldFormat::Code) => "ZGF0ZQ==",
        (_, FieldFormat::TaskType) => "35",
        (_, FieldFormat::TaskId) => "20260101000000000",
        (_, FieldFormat::WorkflowId | FieldFormat::Semicolons) => "1",
        (_, FieldFormat::Folder) => "/a",
        (_, FieldFormat::Any) => field.values.first().copied().unwrap_or("text"),
    }
}

fn loads(folder: &Folder, manifest: &Json) -> bool {
    folder.write("a.yaml", manifest.to_string());
    let mut request = request(folder.path());
    request.project_id = None;
    !load(&request).problems.has_errors()
}

#[test]
fn the_loader_and_the_schema_take_and_refuse_the_same_changes_of_a_manifest() {
    let (judge, folder) = (Judge::new(&schema()), Folder::new());
    // A regular expression cannot decide whether a text is Base64.
    let alone = |what: &str| what.contains("/CodeContent=");
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let found = disagreements(&whole(kind), &judge, &|json| loads(&folder, json), &alone);
        wrong.extend(found.into_iter().map(|line| format!("{kind} {line}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A project file with every key.
fn project() -> Json {
    json!({
        "bundle": {"name": "sales", "id": "0d0c6f0a"},
        "manifests": ["tasks"],
        "variables": {"v": {"description": "d", "type": "string", "default": "x", "sensitive": false}},
        "targets": {"t": {
            "default": true, "mode": "development", "endpoint": "embedded", "project_id": "1",
            "region": "r", "schedule": "draft", "variables": {"v": "x"}, "include": ["a"],
            "exclude": ["b"],
        }},
        "guards": {"deletes_max": 3, "deletes_max_percent": 30, "spare_downstream": true},
        "limits": {"timeout": "30m", "call_timeout": "60s", "lock_timeout": "1h30m"},
    })
}

fn is_project(folder: &Path, json: &Json) -> bool {
    std::fs::write(folder.join("taskloom.yaml"), json.to_string()).unwrap();
    find_project(folder, &|_| None).is_ok()
}

#[test]
fn the_loader_and_the_schema_take_and_refuse_the_same_changes_of_a_project() {
    let (judge, folder) = (Judge::new(&project_schema()), Folder::new());
    // Rules that depend on another place: the type of a variable, its existence, a name for an id.
    let alone = |what: &str| {
        let places = ["/variables", "/targets/t/variables", "/bundle/name"];
        places.iter().any(|place| what.starts_with(place)) || what.starts_with("/bundle/id")
    };
    let wrong = disagreements(&project(), &judge, &|json| is_project(folder.path(), json), &alone);
    assert_eq!(wrong, Vec::<String>::new());
}
