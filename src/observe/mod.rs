//! The service to [`Observed`](crate::model::Observed): what is read, how often, and what is
//! believed.
//!
//! Nothing is decided about what it means for a plan.

mod observer;
mod list;
mod dependents;

pub use dependents::surround;
pub use list::{list, list_unless_longer};
pub use observer::{ObserveError, Refresh, observe, read};
