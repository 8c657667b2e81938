//! What the documents leave open about workflows, folders and the life of a task.

use clap::ValueEnum;

/// Two workflows of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorkflowNames {
    /// They may be.
    #[default]
    Free,
    /// A second one of its kind in a project is refused: InvalidParameter.DuplicateName.
    UniqueInProject,
}

/// Fields that an update of a workflow leaves out; the official examples send the name alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorkflowUpdates {
    /// They keep their value.
    #[default]
    Kept,
    /// They go back to their default.
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
    /// Nothing that ModifyCycleValue and ClearLink do not say.
    #[default]
    WorkflowOnly,
    /// Every task gets the cycle, the times and the self-dependency.
    TasksToo,
}

/// Folders that are named but were not made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderReading {
    /// A workflow's folder must exist; a task's too, when its workflow was made here.
    #[default]
    OfMadeWorkflows,
    /// A workflow's folder and every task's must exist.
    MustExist,
    /// Any folder is taken.
    Any,
}

/// Which of a workflow's folders a task may name: one path can be there once for each type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderTypes {
    /// One of any type.
    #[default]
    Any,
    /// One of the type that goes with its task type.
    OfTaskType,
}

/// A folder of a name that is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FolderNames {
    /// ResourceInUse: the code is listed for every action of folders.
    #[default]
    InUse,
    /// InvalidParameter.DuplicateName.
    Duplicate,
    /// The answer is the id of the one that is there.
    Same,
}

/// What a submit leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SubmitReading {
    /// The saved version is the submitted one at once.
    #[default]
    Taken,
    /// It waits for an approval, and Get shows the submitted version of before: standard mode.
    Waiting,
    /// It waits for an approval, and Get shows it as submitted already.
    WaitingShown,
    /// `Data.Status: false`, and nothing is submitted.
    StatusFalse,
}

/// Which submitted tasks can be started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StartReading {
    /// Every one; one that runs goes on.
    #[default]
    Any,
    /// Not one that is offline (Status F).
    NotOffline,
    /// Not one that runs (Status Y).
    NotRunning,
}

/// How StartOpsTasks says no; the tasks that can be started are started all the same.
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
    /// SUCCESS; PART_SUCCESS or FAIL when it cannot be done to some or all of the tasks.
    #[default]
    Success,
    /// FAIL: nothing is done.
    Fail,
    /// PART_SUCCESS: it is not done to the last task.
    PartSuccess,
    /// It does not end.
    Never,
}

/// The scheduleMode that GetProject answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProjectMode {
    /// None: the official answer has no WorkspaceExt.
    #[default]
    Unsaid,
    /// `task`.
    Task,
    /// `workflow`: trigger tasks.
    Workflow,
}

impl ProjectMode {
    /// Returns the word for it, if it is said.
    pub fn name(self) -> Option<&'static str> {
        match self {
            ProjectMode::Task => Some("task"),
            ProjectMode::Workflow => Some("workflow"),
            ProjectMode::Unsaid => None,
        }
    }
}

/// Whose parameters the service knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ServiceSite {
    /// Those of the site of China.
    #[default]
    China,
    /// Those of the international site: a trigger workflow has no SchedulerStatus, TriggerMode,
    /// ExecuteUserUin and TriggerWorkflowRunConfiguration.
    International,
}
