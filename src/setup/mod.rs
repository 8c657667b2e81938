//! Resolves what a run works on from plain values: the project and its target, how its manifests
//! are read, limits, guards, the places of the state and the service, and the connection to it.
//!
//! Errors are returned as data: nothing is printed here, and nothing depends on a command line.
//! No manifest is read.

mod inputs;
mod error;
mod this_process;
mod state_place;
mod resolved_target;
mod resolve;
mod embedded_service;
mod connection;

pub use connection::{Connection, ConnectionKey};
pub use embedded_service::LOCAL_KEY;
pub use error::SetupError;
pub use inputs::{EnvLookup, GuardOverrides, SetupInputs};
pub use resolve::resolve;
pub use resolved_target::{ResolvedTarget, ServiceAt};
pub use state_place::StatePlace;
pub use this_process::this_process;
