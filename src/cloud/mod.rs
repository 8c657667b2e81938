//! The service's front door: a call becomes a signed HTTP request and its answer a reply.
//!
//! What a failed call means for a plan is not decided here.

mod sign;

pub use sign::{Signature, Signing, sign};
