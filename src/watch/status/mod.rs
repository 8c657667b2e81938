//! What the daemon tells: the store of where everything stands, and its pages over HTTP.
//!
//! It shows what passes have told; it never asks the service and wakes no pass.

mod store;
mod resource_status;
mod daemon_info;
mod history;
mod snapshot;
mod health;
mod limited_stream;
mod server;
mod metrics;
mod page;
mod http;
mod listener;

pub use daemon_info::{About, Hold, Phase};
pub use history::{Ending, PassResult};
pub use listener::Posted;
pub use server::{ListenError, Reach, Server};
pub use snapshot::{Details, Resource, Snapshot, State};
pub use store::Board;
