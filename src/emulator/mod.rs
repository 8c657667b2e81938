//! The embedded service: a faithful fake of the WeData API 2025-08-06 on loopback.
//!
//! It refuses what the service is documented to refuse, responds in the documented shapes, and
//! has a switch for everything that the documentation leaves open ([`Behaviour`]). It does not
//! run tasks.

mod action;
mod served;
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
    Behaviour, DeleteReading, FieldSpelling, FolderNames, FolderReading, FolderTypes, JobReading,
    ListOrder, ListReading, MissingReading, NameFilter, NameRule, OmittedReading, PartialLists,
    ProjectMode, RemovalPaths, ServerKeys, ServiceIds, ServiceSite, StartFailures, StartReading,
    SubmitReading, Switch, SwitchError, TriggerVersions, UnifiedSchedules, Upstreams, Word,
    WorkflowDeletes, WorkflowNames, WorkflowReading, WorkflowUpdates, switches,
};
pub use faults::{Chaos, ChaosError, Fault, FaultError, FaultKind, FaultMoment, FaultPlan};
pub use http::{ApiAnswer, ApiRequest, CallEnding, Emulator, SeenCall};
pub use service::Service;
pub use settings::{EmulatorError, EmulatorSettings};
