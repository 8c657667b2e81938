//! What a kind can do and what it takes: the questions that the rest of the program asks a table.
//!
//! A question stands here when its answer differs from kind to kind. No answer stands here: those
//! are in the files of the kinds, each with its reason.

use crate::model::{Kind, Schedule};

/// What a resource lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Its project alone: no field says more.
    Project,
    /// A folder of the project. The field at this path holds the path of the folder.
    Folder(&'static [&'static str]),
    /// A workflow.
    Workflow {
        /// Of which kind the workflow is.
        kind: Kind,
        /// The path of the field that holds its id.
        field: &'static [&'static str],
    },
}

/// The folder that a resource is put into, and that is made when it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderField {
    /// The kind knows no folders.
    None,
    /// One of the folders of workflows, which have no type; the path of the field that names it.
    OfWorkflows(&'static [&'static str]),
    /// One of the folders of tasks inside a workflow, which have a TaskFolderType; the path of the
    /// field that names it.
    OfTasks(&'static [&'static str]),
}

/// By what means the steps of a kind are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMeans {
    /// Each by a call of its own; without any step there is no call either.
    Calls,
    /// SchedulerStatus, one of its fields: an update lets it run or rest.
    StatusField,
}

/// Which values of `lifecycle.schedule` a kind takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleRule {
    /// The ones that a manifest may name, in the order of a task's life. The last one is as much
    /// of its target's schedule as a silent manifest follows.
    pub allowed: &'static [Schedule],
    /// Why it takes no other; empty when it takes all.
    pub because: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// What would suffer if a resource were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependents {
    /// Nothing that is known of.
    Nothing,
    /// What waits for it: `actions.downstream` lists that.
    Downstream,
    /// What lies in it: the resources of this kind.
    Inside(Kind),
}

/// What the list action of a kind can be asked, and what its items tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The parameter that searches for a name.
    pub by_name: &'static str,
    /// The parameter that asks for what lies in one home; none where the list is not narrowed.
    pub by_home: Option<&'static str>,
    /// The parameter that asks for what carries a bundle id; none where there is no such thing.
    pub by_bundle: Option<&'static str>,
    /// Whether items tell what they lie in.
    pub shows_home: bool,
}

/// How `taskloom import` is asked for one resource of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportFlag {
    /// The flag that takes an id: `--task`.
    pub flag: &'static str,
    /// What the flag says of itself, where it is this kind's own.
    pub about: &'static str,
    /// Whether the flag leaves open of which kind the id is, so that only reading tells; what lies
    /// in the resource is then imported with it.
    pub is_shared: bool,
    /// What to try when there is nothing of that id.
    pub absent: &'static str,
}

impl ScheduleRule {
    /// The rule of a kind that takes every schedule.
    pub const ALL: ScheduleRule =
        ScheduleRule { allowed: &Schedule::ALL, because: "", instead: "" };
}
