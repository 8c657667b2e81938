//! What the tests share: a project in a temporary folder against the embedded service, without
//! sockets and on tokio's paused time.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper fails the test")]
#![expect(clippy::disallowed_methods, reason = "helpers make the files that are read")]

mod audit;
pub mod build;
mod clock;
mod graph;
pub mod program;
mod wire;
mod world;

pub use graph::Graph;
pub use world::{PROJECT, World, after, fault, holder, task, trigger_task};
