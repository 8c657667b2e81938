//! X-TC-Action: which kind, and what to do with it.

use crate::kinds::{Table, table};
use crate::model::Kind;

/// One of the actions served here.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Of which kind are the tasks that it is about, or that its workflows hold.
    pub table: &'static Table,
    /// What is to be done.
    pub work: Work,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
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
    Neighbours(Direction),
    /// Does something to workflows.
    Workflow(Step),
    /// Does something to folders.
    Folder(Place, Step),
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
pub enum Step {
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
pub enum Place {
    /// Workflows.
    Project,
    /// Tasks.
    Workflow,
}

/// Which way dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the tasks on which one depends.
    Up,
    /// To the tasks that depend on one.
    Down,
}

/// The kinds of tasks.
const KINDS: [Kind; 2] = [Kind::Task, Kind::TriggerTask];

/// The actions that are in no table of a kind.
const OTHERS: [(&str, Kind, Work); 36] = [
    ("GetTaskVersion", Kind::Task, Work::Version),
    ("GetTriggerTaskVersion", Kind::TriggerTask, Work::Version),
    ("ListTaskVersions", Kind::Task, Work::Versions),
    ("ListTriggerTaskVersions", Kind::TriggerTask, Work::Versions),
    ("ListUpstreamTasks", Kind::Task, Work::Neighbours(Direction::Up)),
    ("ListUpstreamTriggerTasks", Kind::TriggerTask, Work::Neighbours(Direction::Up)),
    ("ListDownstreamTasks", Kind::Task, Work::Neighbours(Direction::Down)),
    ("ListDownstreamTriggerTasks", Kind::TriggerTask, Work::Neighbours(Direction::Down)),
    ("CreateWorkflow", Kind::Task, Work::Workflow(Step::Create)),
    ("GetWorkflow", Kind::Task, Work::Workflow(Step::Get)),
    ("UpdateWorkflow", Kind::Task, Work::Workflow(Step::Update)),
    ("DeleteWorkflow", Kind::Task, Work::Workflow(Step::Delete)),
    ("ListWorkflows", Kind::Task, Work::Workflow(Step::List)),
    ("CreateTriggerWorkflow", Kind::TriggerTask, Work::Workflow(Step::Create)),
    ("GetTriggerWorkflow", Kind::TriggerTask, Work::Workflow(Step::Get)),
    ("UpdateTriggerWorkflow", Kind::TriggerTask, Work::Workflow(Step::Update)),
    ("UpdateTriggerWorkflowPartially", Kind::TriggerTask, Work::Workflow(Step::UpdatePartially)),
    ("DeleteTriggerWorkflow", Kind::TriggerTask, Work::Workflow(Step::Delete)),
    ("ListTriggerWorkflows", Kind::TriggerTask, Work::Workflow(Step::List)),
    ("CreateTaskFolder", Kind::Task, Work::Folder(Place::Workflow, Step::Create)),
    ("GetTaskFolder", Kind::Task, Work::Folder(Place::Workflow, Step::Get)),
    ("UpdateTaskFolder", Kind::Task, Work::Folder(Place::Workflow, Step::Update)),
    ("DeleteTaskFolder", Kind::Task, Work::Folder(Place::Workflow, Step::Delete)),
    ("ListTaskFolders", Kind::Task, Work::Folder(Place::Workflow, Step::List)),
    ("CreateWorkflowFolder", Kind::Task, Work::Folder(Place::Project, Step::Create)),
    ("GetWorkflowFolder", Kind::Task, Work::Folder(Place::Project, Step::Get)),
    ("UpdateWorkflowFolder", Kind::Task, Work::Folder(Place::Project, Step::Update)),
    ("DeleteWorkflowFolder", Kind::Task, Work::Folder(Place::Project, Step::Delete)),
    ("ListWorkflowFolders", Kind::Task, Work::Folder(Place::Project, Step::List)),
    ("StartOpsTasks", Kind::Task, Work::Start),
    ("PauseOpsTasksAsync", Kind::Task, Work::Pause),
    ("StopOpsTasksAsync", Kind::Task, Work::Stop),
    ("GetOpsAsyncJob", Kind::Task, Work::Job),
    ("GetOpsTask", Kind::Task, Work::OpsTask),
    ("ListOpsTasks", Kind::Task, Work::OpsTasks),
    ("GetProject", Kind::Task, Work::Project),
];

impl Action {
    /// Returns the action of a name, if it is served here.
    pub fn parse(name: &str) -> Option<Action> {
        Action::all().find(|(known, _)| *known == name).map(|(_, action)| action)
    }

    /// Tells whether it changes nothing.
    pub fn reads(self) -> bool {
        self.work.is_read()
    }

    /// Returns every action that is served here, with its name.
    pub fn all() -> impl Iterator<Item = (&'static str, Action)> {
        let of_tasks = KINDS.into_iter().map(table).flat_map(|table| {
            let actions = table.actions;
            let known = [
                (actions.create, Work::Create),
                (actions.get, Work::Get),
                (actions.update, Work::Update),
                (actions.update_partially, Work::UpdatePartially),
                (actions.delete, Work::Delete),
                (actions.list, Work::List),
                (actions.submit, Work::Submit),
                (actions.code, Work::Code),
            ];
            known.map(|(name, work)| (name, Action { table, work }))
        });
        let others = OTHERS.into_iter();
        of_tasks.chain(others.map(|(name, kind, work)| (name, Action { table: table(kind), work })))
    }
}

impl Work {
    /// Tells whether nothing is changed, so that the answer may be of the past.
    pub fn is_read(self) -> bool {
        match self {
            Work::Get
            | Work::List
            | Work::Code
            | Work::Version
            | Work::Versions
            | Work::Neighbours(_)
            | Work::Job
            | Work::OpsTask
            | Work::OpsTasks
            | Work::Project => true,
            Work::Create
            | Work::Update
            | Work::UpdatePartially
            | Work::Delete
            | Work::Submit
            | Work::Start
            | Work::Pause
            | Work::Stop => false,
            Work::Workflow(step) | Work::Folder(_, step) => {
                matches!(step, Step::Get | Step::List)
            }
        }
    }

    /// Tells whether the answer can say no by `Status: false`.
    pub fn says_status(self) -> bool {
        match self {
            Work::Update | Work::UpdatePartially | Work::Delete | Work::Submit | Work::Start => {
                true
            }
            Work::Create
            | Work::Get
            | Work::List
            | Work::Code
            | Work::Version
            | Work::Versions
            | Work::Neighbours(_)
            | Work::Pause
            | Work::Stop
            | Work::Job
            | Work::OpsTask
            | Work::OpsTasks
            | Work::Project => false,
            Work::Workflow(step) | Work::Folder(_, step) => {
                matches!(step, Step::Update | Step::UpdatePartially | Step::Delete)
            }
        }
    }
}
