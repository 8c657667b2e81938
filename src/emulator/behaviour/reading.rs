//! What the API documentation leaves open, as switches. The default is the most likely reading.
//!
//! The command line takes the names of the values and their help from the docs here: see `switch`.

use clap::ValueEnum;

use super::life::{
    FolderNames, FolderReading, FolderTypes, JobReading, ProjectMode, ServiceSite, StartFailures,
    StartReading, SubmitReading, UnifiedSchedules, WorkflowDeletes, WorkflowNames, WorkflowUpdates,
};

/// One switch for each open question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// Which spellings GetTask shows for fields that have two.
    pub spelling: FieldSpelling,
    /// What Get and Delete return for a task or workflow that does not exist.
    pub missing: MissingReading,
    /// What a full update does to a field that it omits.
    pub omitted: OmittedReading,
    /// What a full update does to ext keys of the server that it omits.
    pub server_keys: ServerKeys,
    /// What a partial update does to a list.
    pub partial_lists: PartialLists,
    /// Which section names FieldToRemoveList accepts for trigger tasks.
    pub removal_paths: RemovalPaths,
    /// Whether two tasks of a workflow may have the same name.
    pub names: NameRule,
    /// How lists compare TaskName.
    pub name_filter: NameFilter,
    /// The order of lists.
    pub order: ListOrder,
    /// What ListTriggerTasks returns.
    pub trigger_list: ListReading,
    /// Whether GetTriggerTask shows the saved version.
    pub trigger_versions: TriggerVersions,
    /// Which workflows exist.
    pub workflows: WorkflowReading,
    /// Whether upstream tasks must exist.
    pub upstreams: Upstreams,
    /// Which tasks may be deleted.
    pub deletes: DeleteReading,
    /// How Get spells SourceServiceId and TargetServiceId.
    pub service_ids: ServiceIds,
    /// How many list calls do not show a new task or workflow yet.
    pub list_delay: u32,
    /// How many get calls do not find a new task or workflow yet.
    pub get_delay: u32,
    /// Whether GetTask shows TaskFolderPath: the official responses omit it.
    pub show_folder: bool,
    /// Whether two workflows of a project may have the same name.
    pub workflow_names: WorkflowNames,
    /// What an update of a workflow does to a field that it omits.
    pub workflow_updates: WorkflowUpdates,
    /// Which workflows may be deleted.
    pub workflow_deletes: WorkflowDeletes,
    /// What the unified schedule of a workflow does to the tasks in it.
    pub unified_schedules: UnifiedSchedules,
    /// Which folders must exist.
    pub folders: FolderReading,
    /// Whether the type of a task's folder matters.
    pub folder_types: FolderTypes,
    /// The response to a create of a folder that exists.
    pub folder_names: FolderNames,
    /// What a submit leads to.
    pub submits: SubmitReading,
    /// Whether SubmitTask returns Status: the official response omits it.
    pub show_submit_status: bool,
    /// Which submitted tasks can be started.
    pub starts: StartReading,
    /// How StartOpsTasks reports a failure.
    pub start_failures: StartFailures,
    /// How a pause or a stop ends.
    pub jobs: JobReading,
    /// How many more GetOpsAsyncJob calls, after the first, show a pause or stop as RUNNING.
    pub job_delay: u32,
    /// The scheduleMode of every project.
    pub schedule_mode: ProjectMode,
    /// Which site's parameters the service knows.
    pub site: ServiceSite,
    /// Whether a project refuses tasks and workflows of the other mode: FailedOperation.
    pub mode_checked: bool,
}

/// Spellings in GetTask; the documented response has only the disabled ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FieldSpelling {
    /// The disabled ones: `RunPriority`.
    #[default]
    Old,
    /// The current ones: `RunPriorityType`.
    New,
    /// Both.
    Both,
}

/// Responses about a task that does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MissingReading {
    /// ResourceNotFound.
    #[default]
    NotFound,
    /// FailedOperation: the documentation of some actions lists no other code.
    Failed,
    /// `Data: null` without an error.
    Null,
}

/// Fields that a full update omits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OmittedReading {
    /// They are reset to their default: the update replaces the object. What Get does not show
    /// (TaskFolderPath) and what the service chose (StartTime) is kept.
    #[default]
    Reset,
    /// They keep their value.
    Kept,
}

/// Ext keys of the server that a full update omits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ServerKeys {
    /// They are removed, like any other item.
    #[default]
    Lost,
    /// They are kept.
    Kept,
}

/// Lists in a partial update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PartialLists {
    /// Items are added, or replaced by key; an empty list changes nothing.
    #[default]
    Upsert,
    /// The list is replaced; an empty one clears it.
    Replace,
}

/// Section names in FieldToRemoveList for trigger tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RemovalPaths {
    /// `TaskSchedulerConfiguration/…` and `TriggerTaskSchedulerConfiguration/…`.
    #[default]
    Any,
    /// `TaskSchedulerConfiguration/…` only, as in the official example.
    Plain,
    /// `TriggerTaskSchedulerConfiguration/…` only.
    Prefixed,
}

/// Names of tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NameRule {
    /// Two tasks may have the same name.
    #[default]
    Free,
    /// A second one in a workflow is refused: InvalidParameter.DuplicateName.
    UniqueInWorkflow,
}

/// The TaskName filter of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NameFilter {
    /// Part of the name is enough.
    #[default]
    Fuzzy,
    /// The whole name.
    Exact,
}

/// The order of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListOrder {
    /// By id, and so by creation.
    #[default]
    Created,
    /// An order that a caller cannot predict, but always the same.
    Shuffled,
}

/// What ListTriggerTasks returns; the official example contains ordinary tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListReading {
    /// Trigger tasks.
    #[default]
    OwnKind,
    /// Tasks of both kinds.
    BothKinds,
}

/// TaskLatestVersionNo in GetTriggerTask; the official example has null after edits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TriggerVersions {
    /// As in every other response.
    #[default]
    Shown,
    /// null.
    Null,
}

/// Which workflows exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WorkflowReading {
    /// Any that a request names.
    #[default]
    Any,
    /// Those created here; a create in another one is refused: ResourceNotFound.
    Made,
    /// These; a create in another one is refused: ResourceNotFound.
    Known(Vec<String>),
}

/// Upstream tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Upstreams {
    /// Any id is accepted.
    #[default]
    Any,
    /// One that does not exist is refused: ResourceNotFound.
    MustExist,
}

/// Which tasks may be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeleteReading {
    /// Any.
    #[default]
    Any,
    /// Any on which no other depends; else FailedOperation.
    NotDependedOn,
    /// Any but an ordinary one that is scheduled or not yet offline (Status Y, T): FailedOperation.
    NotScheduled,
}

/// SourceServiceId and TargetServiceId in Get; the official examples use both forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ServiceIds {
    /// As they were sent.
    #[default]
    AsSent,
    /// Between semicolons: `;73170;`.
    Wrapped,
}
