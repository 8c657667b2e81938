//! A kind as data: its fields, its actions, its task types.

use super::capability::{
    Dependents, FolderField, Home, ImportFlag, Listing, ScheduleRule, StepMeans,
};
use super::field::{Field, FieldFormat, Shape};
use crate::model::{Kind, Schedule, ScheduleMode, Step};

/// The mark of ownership: set by the create call, never by a manifest.
pub const MARK: [&str; 2] = ["BundleId", "BundleInfo"];

/// Everything that is known of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Which kind.
    pub kind: Kind,
    /// The API actions that serve it.
    pub actions: Actions,
    /// The steps of its schedule; empty for kinds without a schedule of their own.
    pub steps: &'static [Step],
    /// How these steps are carried out.
    pub step_means: StepMeans,
    /// The name of its id in requests and answers.
    pub id: &'static str,
    /// The path of the name that people gave it.
    pub name: &'static [&'static str],
    /// What contains it.
    pub home: Home,
    /// The kind of the resources in it.
    pub holds: Option<Kind>,
    /// The kinds whose ids its fields can hold, its homes first.
    pub refers_to: &'static [Kind],
    /// The folder that it is put into.
    pub folder: FolderField,
    /// The path of the structure that holds BundleId and BundleInfo, the spec itself when empty;
    /// `None` where requests do not have these fields, so that a resource is known only by its id
    /// and never adopted by its mark.
    pub mark: Option<&'static [&'static str]>,
    /// The scheduling mode of the projects that accept it; `None` when all do.
    pub mode: Option<ScheduleMode>,
    /// The equivalent kind in projects of the other mode. Lists of this kind may contain its
    /// resources, as the official answers do.
    pub counterpart: Option<Kind>,
    /// Which schedules a manifest may ask for.
    pub schedules: ScheduleRule,
    /// The filters of its list action.
    pub listing: Listing,
    /// The flag that imports one.
    pub import: ImportFlag,
    /// The section of a task with name, type and workflow; a workflow has no sections, so this
    /// and the next two are empty.
    pub base: &'static str,
    /// The section of a task with code and resources.
    pub configuration: &'static str,
    /// The section of a task with cycles and dependencies.
    pub scheduler: &'static str,
    /// The top of the spec: the three sections of a task, the fields of a workflow.
    pub fields: &'static [Field],
    /// The documented task types: number and name.
    pub task_types: &'static [(u32, &'static str)],
}

/// The API actions of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Actions {
    /// Creates one; not idempotent.
    pub create: &'static str,
    /// Reads one in full.
    pub get: &'static str,
    /// Replaces one in full.
    pub update: &'static str,
    /// Changes some fields of one; empty where the API has no such action.
    pub update_partially: &'static str,
    /// Deletes one.
    pub delete: &'static str,
    /// Reads the base attributes of many.
    pub list: &'static str,
    /// Submits one; empty for workflows, which are not submitted.
    pub submit: &'static str,
    /// Reads one submitted version of one; empty for workflows.
    pub version: &'static str,
    /// Lists what depends on one; empty for workflows.
    pub downstream: &'static str,
    /// Reads the code of one; empty for workflows.
    pub code: &'static str,
}

impl Table {
    /// Returns the path of the field that names its home.
    pub fn home_field(&self) -> Option<&'static [&'static str]> {
        match self.home {
            Home::Project => None,
            Home::Folder(field) | Home::Workflow { field, .. } => Some(field),
        }
    }

    /// Returns the kind of the workflow that contains it; None for kinds outside of workflows.
    pub fn home_kind(&self) -> Option<Kind> {
        match self.home {
            Home::Workflow { kind, .. } => Some(kind),
            Home::Project | Home::Folder(_) => None,
        }
    }

    /// Returns what would suffer if one were deleted.
    pub fn dependents(&self) -> Dependents {
        match self.holds {
            Some(kind) => Dependents::Inside(kind),
            None if self.actions.downstream.is_empty() => Dependents::Nothing,
            None => Dependents::Downstream,
        }
    }

    /// Returns whether it is submitted.
    pub fn submits(&self) -> bool {
        self.steps.contains(&Step::Submit)
    }

    /// Returns whether calls of its own start, pause and stop it.
    pub fn starts(&self) -> bool {
        self.step_means == StepMeans::Calls && self.steps.contains(&Step::Start)
    }

    /// Returns whether an update of its status field starts it.
    pub fn has_status_field(&self) -> bool {
        self.step_means == StepMeans::StatusField
    }

    /// Returns whether it is put into folders that have a TaskFolderType.
    pub fn has_typed_folders(&self) -> bool {
        matches!(self.folder, FolderField::OfTasks(_))
    }

    /// Returns whether a project accepts it.
    pub fn fits(&self, mode: ScheduleMode) -> bool {
        self.mode.is_none_or(|own| own == mode)
    }

    /// Returns the schedule of a manifest without one, given its target's.
    pub fn schedule_in(&self, target: Schedule) -> Schedule {
        self.schedules.allowed.last().map_or(Schedule::Draft, |most| target.min(*most))
    }

    /// Returns whether manifests can ask for another schedule than that of a draft.
    pub fn has_schedule(&self) -> bool {
        self.schedules.allowed.len() > 1
    }

    /// Returns whether the spec is divided into the three sections of a task.
    pub fn is_sectioned(&self) -> bool {
        !self.base.is_empty()
    }

    /// Returns the fields of a section, if the kind has it.
    pub fn section(&self, name: &str) -> Option<&'static [Field]> {
        let field = find(self.fields, name)?;
        if let Shape::Section(fields) = field.shape { Some(fields) } else { None }
    }

    /// Returns the field at a path of names: list items are reached by the list's own name.
    pub fn field(&self, path: &[&str]) -> Option<&'static Field> {
        let (last, parents) = path.split_last()?;
        let fields = parents
            .iter()
            .try_fold(self.fields, |fields, name| children(find(fields, name)?.shape))?;
        find(fields, last)
    }

    /// Returns the path of the field that holds the code.
    pub fn code_path(&self) -> [&'static str; 2] {
        [self.configuration, "CodeContent"]
    }

    /// Returns whether it has code.
    pub fn has_code(&self) -> bool {
        !self.configuration.is_empty()
    }

    /// Returns whether every list and plan shows a field: it names a resource, or says where it
    /// belongs or whose it is.
    pub fn always_shows(&self, field: &Field) -> bool {
        let folder = match self.folder {
            FolderField::None => None,
            FolderField::OfWorkflows(path) | FolderField::OfTasks(path) => Some(path),
        };
        let paths = [Some(self.name), self.home_field(), folder];
        let mut names = paths.into_iter().flatten().filter_map(|path| path.last());
        names.any(|name| *name == field.name) || MARK.contains(&field.name)
    }

    /// Returns the name of a task type.
    pub fn task_type_name(&self, number: u32) -> Option<&'static str> {
        self.task_types.iter().find(|(n, _)| *n == number).map(|(_, name)| *name)
    }

    /// Returns the number of a task type by its name; case, blanks and hyphens are ignored.
    pub fn task_type_number(&self, name: &str) -> Option<u32> {
        let plain = |text: &str| {
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
        };
        self.task_types.iter().find(|(_, known)| plain(known) == plain(name)).map(|(n, _)| *n)
    }
}

/// Returns the field of a name.
pub fn find(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}

/// Returns the field that has this disabled spelling.
pub fn find_disabled(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.disabled.is_some_and(|disabled| disabled.name == name))
}

/// Returns whether answers may leave out the field of a path; items of lists are not distinguished.
pub fn is_unanswered(kind: Kind, path: &str) -> bool {
    let mut fields = super::table(kind).fields;
    for name in path.split('.') {
        let Some(field) = find(fields, name) else { return false };
        if field.unanswered {
            return true;
        }
        fields = children(field.shape).unwrap_or_default();
    }
    false
}

/// Returns the fields inside a section or the items of a list.
pub fn children(shape: Shape) -> Option<&'static [Field]> {
    match shape {
        Shape::Section(fields) => Some(fields),
        Shape::List { items, .. } => Some(items),
        Shape::Text | Shape::Integer | Shape::Flag | Shape::Texts => None,
    }
}

impl Field {
    /// Returns whether manifests may name it.
    pub fn is_settable(&self) -> bool {
        self.uses.create
    }

    /// Returns whether it holds the code of a task.
    pub fn is_code(&self) -> bool {
        self.format == FieldFormat::Code
    }
}
