//! The status of the daemon: the store of the state of everything, and its pages over HTTP.
//!
//! It shows what passes have reported; it never calls the service and wakes no pass.

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
