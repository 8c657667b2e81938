//! A documented request that is pasted under `spec` is sent exactly so.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use taskloom::kinds::{self, Shape, Table};
use taskloom::model::Kind;

use crate::manifest::{Folder, request};
use crate::support::TASKS;

fn requests(kind: Kind) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/requests");
    let entries = fs::read_dir(folder.join(kind.name())).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Loads a manifest with the request under `spec` as JSON and returns what would be sent.
fn sent(kind: Kind, body: &Json) -> Json {
    let folder = Folder::new();
    let manifest = serde_json::json!({
        "apiVersion": "wedata/2025-08-06", "kind": kind.name(),
        "metadata": {"name": "pasted"}, "spec": body,
    });
    folder.write("pasted.json", serde_json::to_string_pretty(&manifest).unwrap());
    sent_from(&folder, kind, body)
}

fn sent_from(folder: &Folder, kind: Kind, body: &Json) -> Json {
    let project = body["ProjectId"].as_str().unwrap();
    let mut request = request(folder.path());
    request.project_id = Some(project.to_owned());
    let loaded = taskloom::manifest::load(&request);
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    let (_, resource) = loaded.desired.resources.first_key_value().unwrap();
    let table = kinds::table(kind);
    let call = kinds::create_call(table, project, &resource.spec, &resource.extra);
    serde_json::from_slice(&call.body).unwrap()
}

/// Returns the request with current instead of disabled spellings, and with the table's types.
fn current(table: &'static Table, body: &Json) -> Json {
    let mut body = body.clone();
    for section in table.fields {
        let Shape::Section(fields) = section.shape else { unreachable!() };
        let old = body[section.name].as_object().unwrap().clone();
        let renamed: Map<String, Json> = old
            .into_iter()
            .map(|(key, value)| match kinds::find_disabled(fields, &key) {
                None => (key, value),
                Some(field) => {
                    let number: i64 = value.as_str().unwrap().parse().unwrap();
                    (field.name.to_owned(), number.into())
                }
            })
            .collect();
        body[section.name] = Json::Object(renamed);
    }
    body
}

#[test]
fn every_documented_request_is_sent_as_it_is_documented() {
    let mut count = 0;
    for kind in TASKS {
        for path in requests(kind) {
            let body: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let expected = current(kinds::table(kind), &body);
            assert_eq!(sent(kind, &body), expected, "{}", path.display());
            count += 1;
        }
    }
    assert_eq!(count, 16);
}

#[test]
fn the_same_request_as_block_yaml_is_sent_the_same() {
    for kind in TASKS {
        for path in requests(kind) {
            let body: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let yaml = serde_yaml::to_string(&body).unwrap().replace('\n', "\n  ");
            let folder = Folder::new();
            let head = format!("apiVersion: wedata/2025-08-06\nkind: {kind}");
            let text = format!("{head}\nmetadata: {{name: pasted}}\nspec:\n  {yaml}\n");
            folder.write("pasted.yaml", text);
            let expected = current(kinds::table(kind), &body);
            assert_eq!(sent_from(&folder, kind, &body), expected, "{}", path.display());
        }
    }
}
