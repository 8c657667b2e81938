//! The embedded service: a faithful fake of the WeData API of 2025-08-06 on loopback.
//!
//! It refuses what the service is documented to refuse, answers in the documented shapes, and
//! makes each thing that the documents leave open a switch ([`Behaviour`]). It runs no tasks.

mod action;
mod answer;
mod behaviour;
mod behaviour_life;
mod calls;
mod change;
mod chaos;
mod check;
mod create;
mod desk;
mod door;
mod fault;
mod fault_text;
mod folder;
mod folder_type;
mod folders;
mod gate;
mod job;
mod jobs;
mod list;
mod log;
mod moment;
mod neighbours;
mod noise;
mod ops;
mod page;
mod parameter;
mod project;
mod records;
mod refusal;
mod removal;
mod scalar;
mod server;
mod service;
mod settings;
mod shelf;
mod show;
mod store;
mod submit;
mod switch;
mod task;
mod throttle;
mod unify;
mod version;
mod workflow;
mod workflow_fields;
mod workflow_list;
mod workflow_show;
mod workflow_update;
mod workflows;

pub use answer::{Answer, Outcome, Request};
pub use behaviour::{
    Behaviour, Deletes, Lists, Missing, NameFilter, Names, Omitted, Order, PartialLists,
    RemovalPaths, ServerKeys, ServiceIds, Spelling, TriggerVersions, Upstreams, Workflows,
};
pub use behaviour_life::{
    FolderNames, FolderTypes, Folders, Jobs, ScheduleMode, Site, StartFailures, Starts, Submits,
    UnifiedSchedules, WorkflowDeletes, WorkflowNames, WorkflowUpdates,
};
pub use calls::SeenCall;
pub use chaos::{Chaos, ChaosError};
pub use fault::{Effect, Fault, FaultKind, FaultPlan};
pub use fault_text::FaultError;
pub use server::Emulator;
pub use service::Service;
pub use settings::{EmulatorError, Settings};
pub use switch::{Switch, SwitchError, Word, switches};
