//! The JSON Schemas of manifests and of taskloom.yaml, from the tables that check them.
//!
//! Every rule comes from a table; none is written here.

mod scalar;
mod spec;
mod keys;
mod documents;

pub use documents::{kind_schema, project_schema, schema};
