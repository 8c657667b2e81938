//! A kind as data: its fields, its actions, its task types.

use super::capability::{
    Dependents, FolderField, Home, ImportFlag, Listing, ScheduleRule, StepMeans,
};
use super::field::{Field, FieldFormat, Shape};
use crate::model::{Kind, Schedule, ScheduleMode, Step};

/// The mark of ownership: put on by the create, never by a manifest.
pub const MARK: [&str; 2] = ["BundleId", "BundleInfo"];

/// Everything that is known of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Which kind.
    pub kind: Kind,
    /// The API actions that serve it.
    pub actions: Actions,
    /// The steps of its schedule; none for what has no schedule of its own.
    pub steps: &'static [Step],
    /// By what means these steps are taken.
    pub step_means: StepMeans,
    /// The name of its id in requests and answers.
    pub id: &'static str,
    /// The path of the name that people gave it.
    pub name: &'static [&'static str],
    /// What it lies in.
    pub home: Home,
    /// The kind of what lies in it.
    pub holds: Option<Kind>,
    /// The kinds whose ids its fields can hold, its homes first.
    pub refers_to: &'static [Kind],
    /// The folder that it is put into.
    pub folder: FolderField,
    /// The path of the structure that holds BundleId and BundleInfo, the spec itself when empty;
    /// none where requests take no such thing, so that a resource is known by its id alone and is
    /// never adopted by its mark.
    pub mark: Option<&'static [&'static str]>,
    /// The projects that take it; none when all do.
    pub mode: Option<ScheduleMode>,
    /// The kind that does the same in projects of the other mode. Its resources may be shown by
    /// lists of this one, as the official answers do.
    pub counterpart: Option<Kind>,
    /// Which schedules a manifest may ask for.
    pub schedules: ScheduleRule,
    /// What its list action can be asked.
    pub listing: Listing,
    /// How an import is asked for one.
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
    /// Makes one; not idempotent.
    pub create: &'static str,
    /// Reads one whole.
    pub get: &'static str,
    /// Replaces one whole.
    pub update: &'static str,
    /// Changes some fields of one; empty where the API has no such action.
    pub update_partially: &'static str,
    /// Removes one.
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
    /// Returns the path of the field that says what it lies in.
    pub fn home_field(&self) -> Option<&'static [&'static str]> {
        match self.home {
            Home::Project => None,
            Home::Folder(field) | Home::Workflow { field, .. } => Some(field),
        }
    }

    /// Returns the kind of the workflow that it lies in; none for what lies in no workflow.
    pub fn home_kind(&self) -> Option<Kind> {
        match self.home {
            Home::Workflow { kind, .. } => Some(kind),
            Home::Project | Home::Folder(_) => None,
        }
    }

    /// Tells what would suffer if one were deleted.
    pub fn dependents(&self) -> Dependents {
        match self.holds {
            Some(kind) => Dependents::Inside(kind),
            None if self.actions.downstream.is_empty() => Dependents::Nothing,
            None => Dependents::Downstream,
        }
    }

    /// Tells whether it is submitted.
    pub fn submits(&self) -> bool {
        self.steps.contains(&Step::Submit)
    }

    /// Tells whether calls of its own start, pause and stop it.
    pub fn starts(&self) -> bool {
        self.step_means == StepMeans::Calls && self.steps.contains(&Step::Start)
    }

    /// Tells whether an update of its status field lets it run.
    pub fn has_status_field(&self) -> bool {
        self.step_means == StepMeans::StatusField
    }

    /// Tells whether it is put into folders that have a TaskFolderType.
    pub fn has_typed_folders(&self) -> bool {
        matches!(self.folder, FolderField::OfTasks(_))
    }

    /// Tells whether a project takes it.
    pub fn fits(&self, mode: ScheduleMode) -> bool {
        self.mode.is_none_or(|own| own == mode)
    }

    /// Returns how much of its target's schedule a silent manifest follows.
    pub fn schedule_in(&self, target: Schedule) -> Schedule {
        self.schedules.allowed.last().map_or(Schedule::Draft, |most| target.min(*most))
    }

    /// Tells whether manifests can ask for another schedule than that of a draft.
    pub fn has_schedule(&self) -> bool {
        self.schedules.allowed.len() > 1
    }

    /// Tells whether the spec is parted into the three sections of a task.
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

    /// Tells whether it has code.
    pub fn has_code(&self) -> bool {
        !self.configuration.is_empty()
    }

    /// Tells whether every list and plan shows a field: it names a resource, or says where it
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

    /// Returns the number of a task type by its name; case, blanks and hyphens do not count.
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

/// Tells whether answers may leave out the field of a path; items of lists are not told apart.
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
    /// Tells whether manifests may name it.
    pub fn is_settable(&self) -> bool {
        self.uses.create
    }

    /// Tells whether it holds the code of a task.
    pub fn is_code(&self) -> bool {
        self.format == FieldFormat::Code
    }
}
