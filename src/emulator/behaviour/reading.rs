//! What the documents of the API leave open, as switches. The default is the likeliest reading.
//!
//! The names of the values and what they mean are read from here for the command line: see `switch`.

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
    /// What Get and Delete say of a task or workflow that does not exist.
    pub missing: MissingReading,
    /// What a full update does to a field that it leaves out.
    pub omitted: OmittedReading,
    /// What a full update does to server-made ext keys that it leaves out.
    pub server_keys: ServerKeys,
    /// What a partial update does to a list.
    pub partial_lists: PartialLists,
    /// Which section names FieldToRemoveList takes for trigger tasks.
    pub removal_paths: RemovalPaths,
    /// Whether two tasks of a workflow may have one name.
    pub names: NameRule,
    /// How lists compare TaskName.
    pub name_filter: NameFilter,
    /// In which order lists answer.
    pub order: ListOrder,
    /// What ListTriggerTasks answers with.
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
    /// Whether GetTask shows TaskFolderPath: the official answers leave it out.
    pub show_folder: bool,
    /// Whether two workflows of a project may have one name.
    pub workflow_names: WorkflowNames,
    /// What an update of a workflow does to a field that it leaves out.
    pub workflow_updates: WorkflowUpdates,
    /// Which workflows may be deleted.
    pub workflow_deletes: WorkflowDeletes,
    /// What the unified schedule of a workflow does to the tasks in it.
    pub unified_schedules: UnifiedSchedules,
    /// Which folders must exist.
    pub folders: FolderReading,
    /// Whether the type of a task's folder matters.
    pub folder_types: FolderTypes,
    /// What comes of making a folder that is there.
    pub folder_names: FolderNames,
    /// What a submit leads to.
    pub submits: SubmitReading,
    /// Whether SubmitTask answers Status: the official answer leaves it out.
    pub show_submit_status: bool,
    /// Which submitted tasks can be started.
    pub starts: StartReading,
    /// How StartOpsTasks says no.
    pub start_failures: StartFailures,
    /// How a pause or a stop ends.
    pub jobs: JobReading,
    /// How many more GetOpsAsyncJob calls, after the first, show a pause or stop as RUNNING.
    pub job_delay: u32,
    /// The scheduleMode of every project.
    pub schedule_mode: ProjectMode,
    /// Whose parameters the service knows.
    pub site: ServiceSite,
    /// Whether a project refuses tasks and workflows of the other mode: FailedOperation.
    pub mode_checked: bool,
}

/// Spellings in GetTask; the documented answer has the disabled ones only.
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

/// Answers about a task that does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MissingReading {
    /// ResourceNotFound.
    #[default]
    NotFound,
    /// FailedOperation: the documents of some actions list no other code.
    Failed,
    /// `Data: null` without an error.
    Null,
}

/// Fields that a full update leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OmittedReading {
    /// They go back to their default: the update replaces the object. What Get does not show
    /// (TaskFolderPath) and what the service chose (StartTime) stays.
    #[default]
    Reset,
    /// They keep their value.
    Kept,
}

/// Server-made ext keys that a full update leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ServerKeys {
    /// They are gone, like any other item.
    #[default]
    Lost,
    /// They stay.
    Kept,
}

/// Lists in a partial update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PartialLists {
    /// Items are added or replaced by their key; an empty list changes nothing.
    #[default]
    Upsert,
    /// The list is the new list; an empty one clears it.
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
    /// Two tasks may have one name.
    #[default]
    Free,
    /// A second one in a workflow is refused: InvalidParameter.DuplicateName.
    UniqueInWorkflow,
}

/// The TaskName filter of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NameFilter {
    /// A part of the name is enough.
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
    /// None that a caller could guess, but always the same.
    Shuffled,
}

/// What ListTriggerTasks answers with; the official example holds ordinary tasks.
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
    /// Like everywhere else.
    #[default]
    Shown,
    /// null.
    Null,
}

/// Which workflows exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WorkflowReading {
    /// Any that is named.
    #[default]
    Any,
    /// Those that were made here; a create in another one is refused: ResourceNotFound.
    Made,
    /// These; a create in another one is refused: ResourceNotFound.
    Known(Vec<String>),
}

/// Upstream tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Upstreams {
    /// Any id is taken.
    #[default]
    Any,
    /// One that does not exist is refused: ResourceNotFound.
    MustExist,
}

/// Which tasks may be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeleteReading {
    /// Every one.
    #[default]
    Any,
    /// Not one that another depends on: FailedOperation.
    NotDependedOn,
    /// Not an ordinary one that is scheduled or not offline yet (Status Y, T): FailedOperation.
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
