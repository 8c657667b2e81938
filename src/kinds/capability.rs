//! The types that describe what a kind can do and what it accepts.
//!
//! A type belongs here when its value differs from kind to kind. The values are in the files of the
//! kinds, each with its reason.

use crate::model::{Kind, Schedule};

/// What contains a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Only its project: no field says more.
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

/// The folder that a resource is put into; it is created when it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderField {
    /// The kind has no folders.
    None,
    /// One of the folders of workflows, which have no type; the path of the field that names it.
    OfWorkflows(&'static [&'static str]),
    /// One of the folders of tasks inside a workflow, which have a TaskFolderType; the path of the
    /// field that names it.
    OfTasks(&'static [&'static str]),
}

/// How the steps of a kind are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMeans {
    /// Each by a call of its own; without any step there is no call either.
    Calls,
    /// SchedulerStatus, one of its fields: an update starts or pauses it.
    StatusField,
}

/// Which values of `lifecycle.schedule` a kind accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleRule {
    /// The ones that a manifest may name, in the order of a task's life. The last one is the
    /// furthest that a manifest without a schedule follows its target's.
    pub allowed: &'static [Schedule],
    /// Why it accepts no other; empty when it accepts all.
    pub because: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// What would suffer if a resource were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependents {
    /// Nothing known.
    Nothing,
    /// The tasks that wait for it: `actions.downstream` lists them.
    Downstream,
    /// The resources of this kind inside it.
    Inside(Kind),
}

/// The filters of the list action of a kind, and what its items contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The parameter that searches for a name.
    pub by_name: &'static str,
    /// The parameter that filters by home; `None` where there is no such filter.
    pub by_home: Option<&'static str>,
    /// The parameter that filters by bundle id; `None` where there is no such filter.
    pub by_bundle: Option<&'static str>,
    /// Whether items contain their home.
    pub shows_home: bool,
}

/// The flag of `taskloom import` for one resource of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportFlag {
    /// The flag that takes an id: `--task`.
    pub flag: &'static str,
    /// The help text of the flag, where only this kind has it.
    pub about: &'static str,
    /// Whether several kinds share the flag, so that the kind of the id is known only after
    /// reading; the contents of the resource are then imported with it.
    pub is_shared: bool,
    /// What to try when nothing has that id.
    pub absent: &'static str,
}

impl ScheduleRule {
    /// The rule of a kind that accepts every schedule.
    pub const ALL: ScheduleRule =
        ScheduleRule { allowed: &Schedule::ALL, because: "", instead: "" };
}
