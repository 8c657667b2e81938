//! The actions on tasks and trigger tasks: create, read, list, change, submit, delete.
//!
//! Both kinds share this code; their differences are in the tables of the kinds, so this folder
//! has no rule for one kind that a table can express.

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
