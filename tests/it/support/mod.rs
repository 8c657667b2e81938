//! What the tests share: a project in a temporary folder against the embedded service, without
//! sockets and on tokio's paused time.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

pub mod build;
pub mod program;
mod wire;
mod world;

pub use world::{World, after, fault, task, trigger_task};
