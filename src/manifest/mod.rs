//! Loads files into Desired: discovers manifests, reads them with the place of every value, checks
//! them by the tables of the kinds, fills in variables and resolves references.
//!
//! Every problem of every file is reported in one run. Nothing here talks to the service, and
//! nothing outside the root of the project is read.

mod keys;
mod spec;
mod discover;
mod incremental;
mod load_options;
mod loaded_manifests;
mod manifest_draft;
mod load;
mod lifecycle;
mod document;
mod resolve;
mod digest;
mod write;
mod schema;

pub use incremental::ManifestCache;
pub use load::load;
pub use load_options::LoadOptions;
pub use loaded_manifests::LoadedManifests;
pub use schema::{kind_schema, project_schema, schema};
pub use write::{
    CodePlace, RequestError, WrittenManifest, from_request, name_from, write, write_in,
};
