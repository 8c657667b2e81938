//! What the API documentation leaves open, as named switches.
//!
//! A switch says how the service behaves. The behaviour itself is in the actions, not here.

mod reading;
mod life;
mod switch;

pub use life::{
    FolderNames, FolderReading, FolderTypes, JobReading, ProjectMode, ServiceSite, StartFailures,
    StartReading, SubmitReading, UnifiedSchedules, WorkflowDeletes, WorkflowNames, WorkflowUpdates,
};
pub use reading::{
    Behaviour, DeleteReading, FieldSpelling, ListOrder, ListReading, MissingReading, NameFilter,
    NameRule, OmittedReading, PartialLists, RemovalPaths, ServerKeys, ServiceIds, TriggerVersions,
    Upstreams, WorkflowReading,
};
pub use switch::{Switch, SwitchError, Word, switches};
