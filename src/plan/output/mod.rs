//! A plan as text, JSON, Markdown and HTML.
//!
//! Nothing is decided here: all formats show the same plan.

mod cause_text;
mod lines;
mod page;
mod text;
mod json;

pub use cause_text::reasons;
pub use json::{changes_digest, errors_json, to_json};
pub use lines::{DiffLine, DiffMark, lines};
pub use page::PlanPage;
pub use text::{TextStyle, printable, render, told};
