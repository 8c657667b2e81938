//! The spec of a manifest by the table of its kind: keys, values, references, code, checks.
//!
//! One manifest at a time: nothing here reads another one. Checks between manifests are in
//! `resolve`.

pub mod trigger_schedule;
mod cron;
mod format;
pub mod code;
pub mod text;
pub mod checks;
mod unknown_keys;
mod decoder;
mod sections;
mod code_value;
mod typed;
pub mod size;
pub mod code_files;

pub(crate) use checks::{Dependency, against_table};
pub(crate) use code::CodeFile;
pub(crate) use code_files::NamedCodeFile;
pub(crate) use decoder::{ManifestHead, SpecDecoder};
pub(crate) use sections::is_pair;
pub(crate) use text::ReferenceUse;
