//! The way in: sockets, requests and answers, signatures, rate limits and refusals.
//!
//! What an action does is not known here.

mod message;
mod seen_calls;
mod faulty_listener;
pub mod request_auth;
mod api_error;
mod server;
mod throttle;

pub use api_error::Refusal;
pub use message::{Answer, Outcome, Request};
pub use request_auth::Admitted;
pub use seen_calls::{Calls, SeenCall};
pub use server::Emulator;
pub use throttle::Throttle;
