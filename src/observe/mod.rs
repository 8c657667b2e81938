//! The service to [`Observed`](crate::model::Observed): what is read, how often, and what is
//! believed.
//!
//! Nothing is decided about what it means for a plan.

mod error;
mod list;
mod observer;
mod dependents;

pub use dependents::surround;
pub use error::ObserveError;
pub use list::{list, list_unless_longer};
pub use observer::{Refresh, observe, read};
