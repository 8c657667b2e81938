//! The HTTP side: sockets, requests and responses, signatures, rate limits and refusals.
//!
//! Nothing here knows what an action does.

mod message;
mod seen_calls;
mod faulty_listener;
pub mod request_auth;
mod api_error;
mod server;
mod throttle;

pub use api_error::ApiError;
pub use message::{ApiAnswer, ApiRequest, CallEnding};
pub use request_auth::AdmittedCall;
pub use seen_calls::{SeenCall, SeenCalls};
pub use server::Emulator;
pub use throttle::Throttle;
