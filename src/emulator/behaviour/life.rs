//! What the documentation leaves open about workflows, folders and the life of a task.

use clap::ValueEnum;

/// Whether two workflows may have the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorkflowNames {
    /// They may.
    #[default]
    Free,
    /// A second one of its kind in a project is refused: InvalidParameter.DuplicateName.
    UniqueInProject,
}

/// Fields that an update of a workflow omits; the official examples send only the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorkflowUpdates {
    /// They keep their value.
    #[default]
    Kept,
    /// They are reset to their default.
    Reset,
}

/// Workflows that still hold tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorkflowDeletes {
    /// They cannot be deleted: FailedOperation.
    #[default]
    Empty,
    /// They are deleted with their tasks.
    WithTasks,
}

/// What the unified schedule of a workflow does to the tasks in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UnifiedSchedules {
    /// Only what ModifyCycleValue and ClearLink say.
    #[default]
    WorkflowOnly,
    /// Every task gets the cycle, the times and the self-dependency.
    TasksToo,
}

/// Folders that a request names but that were never created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderReading {
    /// A workflow's folder must exist; a task's too, if its workflow was created here.
    #[default]
    OfMadeWorkflows,
    /// A workflow's folder and every task's must exist.
    MustExist,
    /// Any folder is accepted.
    Any,
}

/// Which of a workflow's folders a task may name: a path can exist once for each type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderTypes {
    /// One of any type.
    #[default]
    Any,
    /// One of the type that belongs to its task type.
    OfTaskType,
}

/// The response to a create of a folder that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderNames {
    /// ResourceInUse: every action on folders lists this code.
    #[default]
    InUse,
    /// InvalidParameter.DuplicateName.
    Duplicate,
    /// The id of the existing folder.
    Same,
}

/// What a submit leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SubmitReading {
    /// The saved version is submitted immediately.
    #[default]
    Taken,
    /// It waits for approval, and Get shows the previous submitted version: standard mode.
    Waiting,
    /// It waits for approval, and Get already shows it as submitted.
    WaitingShown,
    /// `Data.Status: false`, and nothing is submitted.
    StatusFalse,
}

/// Which submitted tasks can be started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StartReading {
    /// Any; a running one keeps running.
    #[default]
    Any,
    /// Any that is not offline (Status F).
    NotOffline,
    /// Any that is not running (Status Y).
    NotRunning,
}

/// How StartOpsTasks reports a failure; the tasks that can be started are started anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StartFailures {
    /// `Data.Status: false`.
    #[default]
    StatusFalse,
    /// FailedOperation.
    Error,
}

/// How a pause or a stop ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum JobReading {
    /// SUCCESS; PART_SUCCESS or FAIL when it is impossible for some or all of the tasks.
    #[default]
    Success,
    /// FAIL: nothing is done.
    Fail,
    /// PART_SUCCESS: the last task is left as it is.
    PartSuccess,
    /// It never ends.
    Never,
}

/// The scheduleMode that GetProject returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProjectMode {
    /// None: the official response has no WorkspaceExt.
    #[default]
    Unsaid,
    /// `task`.
    Task,
    /// `workflow`: trigger tasks.
    Workflow,
}

impl ProjectMode {
    /// Returns its value in the response, if there is one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            ProjectMode::Task => Some("task"),
            ProjectMode::Workflow => Some("workflow"),
            ProjectMode::Unsaid => None,
        }
    }
}

/// Which site's parameters the service knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ServiceSite {
    /// Those of the China site.
    #[default]
    China,
    /// Those of the international site: a trigger workflow has no SchedulerStatus, TriggerMode,
    /// ExecuteUserUin and TriggerWorkflowRunConfiguration.
    International,
}
