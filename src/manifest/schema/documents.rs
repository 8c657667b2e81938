//! The JSON Schemas of manifests and of taskloom.yaml, for editors and other programs.
//!
//! Everything that the loader accepts without an error is valid by them; what they refuse, it
//! refuses. They are derived from the tables that the loader uses, and contain nothing else. Only
//! the loader checks fields and files against each other.

use serde_json::{Map, Value as Json, json};

use super::super::keys::{self, API_VERSION};
use super::keys::{about, differing, object};
use super::scalar::or_null;
use crate::model::Kind;
use crate::project::PROJECT;

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns the schema of a manifest of any kind.
pub fn schema() -> Json {
    let mut schema = object(keys::MANIFEST, None);
    let kinds = Kind::ALL.map(|kind| {
        let body = json!({"$ref": format!("#/$defs/{kind}")});
        json!({"if": {"properties": {"kind": {"const": kind.name()}}, "required": ["kind"]}, "then": body})
    });
    let definitions: Map<String, Json> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.name().to_owned(), json!({"properties": differing(kind)})))
        .collect();
    schema.insert("allOf".to_owned(), kinds.to_vec().into());
    schema.insert("$defs".to_owned(), definitions.into());
    document(schema, "manifest", "A manifest of taskloom".to_owned())
}

/// Returns the schema of a manifest of one kind.
pub fn kind_schema(kind: Kind) -> Json {
    let schema = object(keys::MANIFEST, Some(kind));
    let name = format!("manifest:{kind}");
    document(schema, &name, format!("A manifest of a {kind} of taskloom"))
}

/// Returns the schema of taskloom.yaml.
pub fn project_schema() -> Json {
    let schema = object(PROJECT, None);
    document(schema, "project", "taskloom.yaml, the project file of taskloom".to_owned())
}

/// Adds the dialect and the id of the schema. The id is not a URL: nothing should be fetched.
fn document(mut schema: Map<String, Json>, name: &str, title: String) -> Json {
    let version = API_VERSION.replace('/', ":");
    // An empty document is skipped, and an empty project file is valid.
    or_null(&mut schema);
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("$id".to_owned(), format!("urn:taskloom:schema:{version}:{name}").into());
    about(&mut schema, "title", &title);
    schema.into()
}
