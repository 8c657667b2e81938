//! taskloom.yaml: the project, its targets, variables, guards and limits.
//!
//! It returns problems and prints nothing.

mod reference;
mod schedule_word;
mod limits;
mod variable;
mod keys;
mod text;
mod variable_decls;
mod target;
mod project_file;
mod given_values;

pub use keys::PROJECT;
pub use limits::Limits;
pub use project_file::{PROJECT_FILE, Project, ProjectGuards, find_project};
pub(crate) use reference::{ReferenceMeaning, TextPiece, escape, may_refer, pieces};
pub(crate) use schedule_word::schedule;
pub use target::{TargetMode, TargetSettings};
pub(crate) use variable::env_name;
pub use variable::{Variable, VariableError, VariableType, VariableValue};
