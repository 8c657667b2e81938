//! The embedded service: a faithful fake of the WeData API of 2025-08-06 on loopback.
//!
//! It refuses what the service is documented to refuse, answers in the documented shapes, and
//! makes each thing that the documents leave open a switch ([`Behaviour`]). It runs no tasks.

mod action;
mod call_context;
mod paging;
mod parameter;
mod project;
mod service;
mod settings;
mod records;
mod tasks;
mod faults;
mod folders;
mod behaviour;
mod http;
mod workflows;
mod operations;

pub use behaviour::{
    Behaviour, Deletes, FolderNames, FolderTypes, Folders, Jobs, Lists, Missing, NameFilter, Names,
    Omitted, Order, PartialLists, RemovalPaths, ScheduleMode, ServerKeys, ServiceIds, Site,
    Spelling, StartFailures, Starts, Submits, Switch, SwitchError, TriggerVersions,
    UnifiedSchedules, Upstreams, Word, WorkflowDeletes, WorkflowNames, WorkflowUpdates, Workflows,
    switches,
};
pub use faults::{Chaos, ChaosError, Effect, Fault, FaultError, FaultKind, FaultPlan};
pub use http::{Answer, Emulator, Outcome, Request, SeenCall};
pub use service::Service;
pub use settings::{EmulatorError, Settings};
