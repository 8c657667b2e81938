//! What the daemon tells: the store of where everything stands, and its pages over HTTP.
//!
//! It shows what passes have told; it never asks the service and wakes no pass.

mod store;
mod resource_status;
mod daemon_info;
mod history;
mod snapshot;
mod health;
mod connection_limit;
mod server;
mod metrics;
mod page;
mod http;
mod listener;

pub use daemon_info::{ActiveSuspension, DaemonInfo, DaemonPhase};
pub use history::{PassEnding, PassResult};
pub use listener::StatusListener;
pub use server::{ListenError, ListenReach, StatusServer};
pub use snapshot::{ResourceDetails, ResourceSnapshot, ResourceState, StatusSnapshot};
pub use store::StatusStore;
