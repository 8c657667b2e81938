//! A plan as text, JSON, Markdown and HTML.
//!
//! Nothing is decided here: all formats show the same plan.

mod lines;
mod page;
mod text;
mod json;

pub use json::{changes_digest, errors_json, to_json};
pub use lines::{Line, Mark, lines};
pub use page::Page;
pub use text::{Style, printable, render, told};
