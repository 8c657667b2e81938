//! The JSON Schemas of manifests and of taskloom.yaml, from the tables that check them.
//!
//! No rule stands here that no table has.

mod scalar;
mod spec;
mod keys;
mod documents;

pub use documents::{kind_schema, project_schema, schema};
