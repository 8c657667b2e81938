//! What the documents of the API leave open, as switches with names.
//!
//! A switch says how the service answers. Nothing is done here: that is for the actions.

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
