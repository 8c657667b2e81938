//! One pass: lock, load, recover what an earlier run left, observe, plan, carry out, record.
//!
//! `plan` and `apply` walk the same steps; what a person is asked in between is not known here.

mod session;
mod markers;
mod secrets;

pub use session::{PassError, PassScope, Session, observe_and_plan};
