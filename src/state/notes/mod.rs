//! What people and the daemon leave for each other beside a state: suspensions, the plan that
//! waits and the word for it. What a pass makes of them is not decided here.

mod json_note;
mod suspension;
mod approval;

pub use approval::{PlanApproval, WaitingPlan, settle};
pub use suspension::{Suspension, Suspensions};
