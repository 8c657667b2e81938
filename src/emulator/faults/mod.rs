//! Injected faults: which fault, on which call, before or after the effect.
//!
//! A fault changes how a call ends, never what an action does.

mod chaos;
mod fault;
mod fault_text;
mod fault_plan;

pub use chaos::{Chaos, ChaosError};
pub use fault::{Fault, FaultKind, FaultMoment};
pub use fault_plan::FaultPlan;
pub use fault_text::FaultError;
