//! The embedded service: a faithful fake of the WeData API of 2025-08-06 on loopback.
//!
//! It refuses what the service is documented to refuse, answers in the documented shapes, and
//! makes each thing that the documents leave open a switch ([`Behaviour`]). It runs no tasks.

mod action;
mod answer;
mod behaviour;
mod calls;
mod change;
mod check;
mod create;
mod desk;
mod door;
mod fault;
mod gate;
mod list;
mod log;
mod moment;
mod noise;
mod parameter;
mod refusal;
mod removal;
mod scalar;
mod server;
mod service;
mod settings;
mod show;
mod store;
mod task;
mod throttle;

pub use answer::{Answer, Outcome, Request};
pub use behaviour::{
    Behaviour, Deletes, Lists, Missing, NameFilter, Names, Omitted, Order, PartialLists,
    RemovalPaths, ServerKeys, ServiceIds, Spelling, TriggerVersions, Upstreams, Workflows,
};
pub use calls::SeenCall;
pub use fault::{Effect, Fault, FaultError, FaultKind, FaultPlan};
pub use server::Emulator;
pub use service::Service;
pub use settings::{EmulatorError, Settings};
