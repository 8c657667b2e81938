//! What goes wrong on purpose: which fault, on which call, before or after the effect.
//!
//! A fault changes how a call ends and never what an action means.

mod chaos;
mod fault;
mod fault_text;

pub use chaos::{Chaos, ChaosError};
pub use fault::{Fault, FaultKind, FaultMoment, FaultPlan};
pub use fault_text::FaultError;
