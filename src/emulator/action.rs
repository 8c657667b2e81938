//! X-TC-Action: which kind, and what to do with it.

use crate::kinds::{Table, table};
use crate::model::Kind;

/// One of the actions served here.
#[derive(Clone, Copy, Debug)]
pub struct ApiAction {
    /// Of which kind are the tasks that it is about, or that its workflows hold.
    pub table: &'static Table,
    /// What is to be done.
    pub work: ActionWork,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionWork {
    /// Makes a task.
    Create,
    /// Reads a task.
    Get,
    /// Replaces a task.
    Update,
    /// Changes parts of a task.
    UpdatePartially,
    /// Removes a task.
    Delete,
    /// Reads the base attributes of many tasks.
    List,
    /// Submits the saved version of a task.
    Submit,
    /// Reads the code of a task.
    Code,
    /// Reads a submitted version of a task.
    Version,
    /// Reads which versions of a task there are.
    Versions,
    /// Reads the tasks on which a task depends, or those that depend on it.
    Neighbours(ListDirection),
    /// Does something to workflows.
    Workflow(LifeAction),
    /// Does something to folders.
    Folder(FolderPlace, LifeAction),
    /// Starts tasks.
    Start,
    /// Begins to pause tasks.
    Pause,
    /// Begins to take tasks offline.
    Stop,
    /// Reads how far a pause or stop is.
    Job,
    /// Reads the version of a task that is in production.
    OpsTask,
    /// Reads many tasks in production.
    OpsTasks,
    /// Reads a project.
    Project,
}

/// What is done to a workflow or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeAction {
    /// Makes one.
    Create,
    /// Reads one.
    Get,
    /// Changes one.
    Update,
    /// Changes parts of one.
    UpdatePartially,
    /// Removes one.
    Delete,
    /// Reads many.
    List,
}

/// What the folders hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderPlace {
    /// Workflows.
    Project,
    /// Tasks.
    Workflow,
}

/// Which way dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListDirection {
    /// To the tasks on which one depends.
    Up,
    /// To the tasks that depend on one.
    Down,
}

/// The kinds of tasks.
const KINDS: [Kind; 2] = [Kind::Task, Kind::TriggerTask];

/// The actions that are in no table of a kind.
const OTHERS: [(&str, Kind, ActionWork); 36] = [
    ("GetTaskVersion", Kind::Task, ActionWork::Version),
    ("GetTriggerTaskVersion", Kind::TriggerTask, ActionWork::Version),
    ("ListTaskVersions", Kind::Task, ActionWork::Versions),
    ("ListTriggerTaskVersions", Kind::TriggerTask, ActionWork::Versions),
    ("ListUpstreamTasks", Kind::Task, ActionWork::Neighbours(ListDirection::Up)),
    ("ListUpstreamTriggerTasks", Kind::TriggerTask, ActionWork::Neighbours(ListDirection::Up)),
    ("ListDownstreamTasks", Kind::Task, ActionWork::Neighbours(ListDirection::Down)),
    ("ListDownstreamTriggerTasks", Kind::TriggerTask, ActionWork::Neighbours(ListDirection::Down)),
    ("CreateWorkflow", Kind::Task, ActionWork::Workflow(LifeAction::Create)),
    ("GetWorkflow", Kind::Task, ActionWork::Workflow(LifeAction::Get)),
    ("UpdateWorkflow", Kind::Task, ActionWork::Workflow(LifeAction::Update)),
    ("DeleteWorkflow", Kind::Task, ActionWork::Workflow(LifeAction::Delete)),
    ("ListWorkflows", Kind::Task, ActionWork::Workflow(LifeAction::List)),
    ("CreateTriggerWorkflow", Kind::TriggerTask, ActionWork::Workflow(LifeAction::Create)),
    ("GetTriggerWorkflow", Kind::TriggerTask, ActionWork::Workflow(LifeAction::Get)),
    ("UpdateTriggerWorkflow", Kind::TriggerTask, ActionWork::Workflow(LifeAction::Update)),
    (
        "UpdateTriggerWorkflowPartially",
        Kind::TriggerTask,
        ActionWork::Workflow(LifeAction::UpdatePartially),
    ),
    ("DeleteTriggerWorkflow", Kind::TriggerTask, ActionWork::Workflow(LifeAction::Delete)),
    ("ListTriggerWorkflows", Kind::TriggerTask, ActionWork::Workflow(LifeAction::List)),
    ("CreateTaskFolder", Kind::Task, ActionWork::Folder(FolderPlace::Workflow, LifeAction::Create)),
    ("GetTaskFolder", Kind::Task, ActionWork::Folder(FolderPlace::Workflow, LifeAction::Get)),
    ("UpdateTaskFolder", Kind::Task, ActionWork::Folder(FolderPlace::Workflow, LifeAction::Update)),
    ("DeleteTaskFolder", Kind::Task, ActionWork::Folder(FolderPlace::Workflow, LifeAction::Delete)),
    ("ListTaskFolders", Kind::Task, ActionWork::Folder(FolderPlace::Workflow, LifeAction::List)),
    (
        "CreateWorkflowFolder",
        Kind::Task,
        ActionWork::Folder(FolderPlace::Project, LifeAction::Create),
    ),
    ("GetWorkflowFolder", Kind::Task, ActionWork::Folder(FolderPlace::Project, LifeAction::Get)),
    (
        "UpdateWorkflowFolder",
        Kind::Task,
        ActionWork::Folder(FolderPlace::Project, LifeAction::Update),
    ),
    (
        "DeleteWorkflowFolder",
        Kind::Task,
        ActionWork::Folder(FolderPlace::Project, LifeAction::Delete),
    ),
    ("ListWorkflowFolders", Kind::Task, ActionWork::Folder(FolderPlace::Project, LifeAction::List)),
    ("StartOpsTasks", Kind::Task, ActionWork::Start),
    ("PauseOpsTasksAsync", Kind::Task, ActionWork::Pause),
    ("StopOpsTasksAsync", Kind::Task, ActionWork::Stop),
    ("GetOpsAsyncJob", Kind::Task, ActionWork::Job),
    ("GetOpsTask", Kind::Task, ActionWork::OpsTask),
    ("ListOpsTasks", Kind::Task, ActionWork::OpsTasks),
    ("GetProject", Kind::Task, ActionWork::Project),
];

impl ApiAction {
    /// Returns the action of a name, if it is served here.
    pub fn parse(name: &str) -> Option<ApiAction> {
        ApiAction::all().find(|(known, _)| *known == name).map(|(_, action)| action)
    }

    /// Tells whether it changes nothing.
    pub fn reads(self) -> bool {
        self.work.is_read()
    }

    /// Returns every action that is served here, with its name.
    pub fn all() -> impl Iterator<Item = (&'static str, ApiAction)> {
        let of_tasks = KINDS.into_iter().map(table).flat_map(|table| {
            let actions = table.actions;
            let known = [
                (actions.create, ActionWork::Create),
                (actions.get, ActionWork::Get),
                (actions.update, ActionWork::Update),
                (actions.update_partially, ActionWork::UpdatePartially),
                (actions.delete, ActionWork::Delete),
                (actions.list, ActionWork::List),
                (actions.submit, ActionWork::Submit),
                (actions.code, ActionWork::Code),
            ];
            known.map(|(name, work)| (name, ApiAction { table, work }))
        });
        let others = OTHERS.into_iter();
        of_tasks
            .chain(others.map(|(name, kind, work)| (name, ApiAction { table: table(kind), work })))
    }
}

impl ActionWork {
    /// Tells whether nothing is changed, so that the answer may be of the past.
    pub fn is_read(self) -> bool {
        match self {
            ActionWork::Get
            | ActionWork::List
            | ActionWork::Code
            | ActionWork::Version
            | ActionWork::Versions
            | ActionWork::Neighbours(_)
            | ActionWork::Job
            | ActionWork::OpsTask
            | ActionWork::OpsTasks
            | ActionWork::Project => true,
            ActionWork::Create
            | ActionWork::Update
            | ActionWork::UpdatePartially
            | ActionWork::Delete
            | ActionWork::Submit
            | ActionWork::Start
            | ActionWork::Pause
            | ActionWork::Stop => false,
            ActionWork::Workflow(step) | ActionWork::Folder(_, step) => {
                matches!(step, LifeAction::Get | LifeAction::List)
            }
        }
    }

    /// Tells whether the answer can say no by `Status: false`.
    pub fn says_status(self) -> bool {
        match self {
            ActionWork::Update
            | ActionWork::UpdatePartially
            | ActionWork::Delete
            | ActionWork::Submit
            | ActionWork::Start => true,
            ActionWork::Create
            | ActionWork::Get
            | ActionWork::List
            | ActionWork::Code
            | ActionWork::Version
            | ActionWork::Versions
            | ActionWork::Neighbours(_)
            | ActionWork::Pause
            | ActionWork::Stop
            | ActionWork::Job
            | ActionWork::OpsTask
            | ActionWork::OpsTasks
            | ActionWork::Project => false,
            ActionWork::Workflow(step) | ActionWork::Folder(_, step) => {
                matches!(
                    step,
                    LifeAction::Update | LifeAction::UpdatePartially | LifeAction::Delete
                )
            }
        }
    }
}
