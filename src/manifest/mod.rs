//! From files to Desired: discovers manifests, reads them with the place of every value, checks
//! them by the tables of the kinds, fills in variables and resolves references.
//!
//! Every problem of every file is reported in one run. Nothing here talks to the service, and
//! nothing outside the root of the project is read.

mod tree;
mod source;
mod problem;
mod suggest;
mod key;
mod keys;
mod page;
mod reader;
mod running;
mod scalar;
mod reference;
mod cron;
mod format;
mod code;
mod file_text;
mod discover;
mod moved;
mod load;
mod text;
mod checks;
mod stray;
mod spec;
mod typed;
mod schedule_word;
mod lifecycle;
mod limits;
mod envelope;
mod understand;
mod sheet;
mod resolve;
mod join;
mod shelf;
mod size;
mod sugar;
mod digest;
mod variable;
mod project_keys;
mod project_text;
mod declare;
mod target;
mod project;
mod given_values;
mod render;
mod name;
mod place;
mod write_yaml;
mod write;
mod request;
mod schema_scalar;
mod schema_spec;
mod schema_keys;
mod schema;

pub use limits::Limits;
pub use load::{Loaded, Request, load};
pub use name::name_from;
pub use problem::{Problem, Problems, Related, Severity};
pub use project::{Guards, Project, find_project};
pub use render::render;
pub use request::{RequestError, from_request};
pub use schema::{kind_schema, project_schema, schema};
pub use shelf::Shelf;
pub use source::Excerpt;
pub use suggest::nearest;
pub use target::{Mode, TargetSettings};
pub use variable::{Variable, VariableError, VariableType, VariableValue};
pub use write::{CodePlace, Written, write, write_in};
