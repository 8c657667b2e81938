//! Reads the service into [`Observed`](crate::model::Observed): what is read, how often, and which
//! answers count.
//!
//! It does not decide what that means for a plan.

mod error;
mod list;
mod observer;
mod dependents;

pub use dependents::surround;
pub use error::ObserveError;
pub use list::{list, list_unless_longer};
pub use observer::{Refresh, observe, read};
