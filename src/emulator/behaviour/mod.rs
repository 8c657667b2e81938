//! What the documents of the API leave open, as switches with names.
//!
//! A switch says how the service answers; what it does is done by the actions.

mod reading;
mod life;
mod switch;

pub use life::{
    FolderNames, FolderTypes, Folders, Jobs, ScheduleMode, Site, StartFailures, Starts, Submits,
    UnifiedSchedules, WorkflowDeletes, WorkflowNames, WorkflowUpdates,
};
pub use reading::{
    Behaviour, Deletes, Lists, Missing, NameFilter, Names, Omitted, Order, PartialLists,
    RemovalPaths, ServerKeys, ServiceIds, Spelling, TriggerVersions, Upstreams, Workflows,
};
pub use switch::{Switch, SwitchError, Word, switches};
