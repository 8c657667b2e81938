//! The actions on tasks and trigger tasks: create, read, list, change, submit, delete.
//!
//! What both kinds have in common is written once; the table of the kind makes the difference, so
//! no rule for one kind stands here that a table can hold.

mod change;
pub mod check;
mod create;
mod list;
mod dependents;
mod server_keys;
mod removal;
mod scalar;
pub mod response;
pub mod submit;
mod life;
mod actions;

pub use actions::ACTIONS;
pub use change::upsert;
pub use check::{RequestForm, Sections};
pub use list::{is_within, span};
pub use response::inside;
