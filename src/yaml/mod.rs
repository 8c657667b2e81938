//! YAML as hostile input: trees with the place of every key and value, and problems with a place,
//! an excerpt and a hint.
//!
//! Nothing here depends on WeData: tables say which keys exist.

mod tree;
mod source;
mod problem;
mod suggest;
mod key;
mod diagnostics;
pub mod reader;
pub mod scalar;
mod file_text;
mod render;

pub(crate) use diagnostics::{Diagnostics, FieldPath, KnownFields};
pub use file_text::{exists, read_text};
pub use key::{KnownKey, ValueForm, key};
pub(crate) use problem::Location;
pub use problem::{Problem, Problems, RelatedPlace, Severity};
pub use render::render;
pub use source::{Excerpt, SourceText};
pub use suggest::nearest;
pub(crate) use suggest::quote;
pub use tree::{Span, YamlData, YamlEntry, YamlNode};
