//! `lifecycle` of a manifest.

use super::keys;
use super::load_options::LoadOptions;
use crate::kinds::{self, FOLDER_TYPES, Shape, Table, children};
use crate::model::{Kind, Lifecycle, Schedule};
use crate::project::schedule;
use crate::yaml::{Diagnostics, FieldPath, YamlNode, nearest, quote};

/// Reads `lifecycle`; the schedule is the target's when the manifest is silent.
pub(crate) fn read(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    kind: Kind,
    node: Option<&YamlNode>,
) -> Lifecycle {
    let schedule_of_target = fitting(kind, options.schedule);
    let mut lifecycle = Lifecycle { schedule: schedule_of_target, ..Lifecycle::default() };
    let path = FieldPath::Root.key("lifecycle");
    let Some(node) = node else { return lifecycle };
    let Some(fields) = diagnostics.fields(node, path, keys::LIFECYCLE) else {
        return lifecycle;
    };
    if let Some(node) = fields.get("schedule")
        && let Some(schedule) = schedule(diagnostics, node, path.key("schedule"))
    {
        lifecycle.schedule = schedule;
        misfit(diagnostics, kind, schedule, node, path.key("schedule"));
    }
    if let Some(node) = fields.get("folder_type") {
        lifecycle.folder_type = folder_type(diagnostics, kind, node, path.key("folder_type"));
    }
    if let Some(node) = fields.get("protect") {
        lifecycle.protect = diagnostics.flag(node, path.key("protect")).unwrap_or_default();
    }
    if let Some(node) = fields.get("ignore") {
        let path = path.key("ignore");
        let items = diagnostics.list(node, path).unwrap_or_default();
        for (number, item) in items.iter().enumerate() {
            let path = path.item(number);
            if let Some(text) = diagnostics.text(item, path) {
                ignore(diagnostics, kinds::table(kind), item, text, path);
                lifecycle.ignore.push(text.to_owned());
            }
        }
    }
    lifecycle
}

/// Reads the type of the folders that are made for a task.
fn folder_type(
    diagnostics: &mut Diagnostics,
    kind: Kind,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> Option<String> {
    let text = diagnostics.text(node, path)?;
    if kind.home().is_none() {
        let message = "the folders of workflows have no type".to_owned();
        diagnostics.error(node.span, path, message).help("leave it out");
        return None;
    }
    if FOLDER_TYPES.contains(&text) {
        return Some(text.to_owned());
    }
    let close = nearest(text, FOLDER_TYPES);
    let problem =
        diagnostics.error(node.span, path, format!("{} is not a valid folder type", quote(text)));
    problem.replacement = close.map(str::to_owned);
    problem.help(match close {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("one of {}", FOLDER_TYPES.join(", ")),
    });
    None
}
/// Keeps everything of a development target a draft; tells whether more was asked for.
pub(crate) fn force_draft(options: &LoadOptions, lifecycle: &mut Lifecycle) -> bool {
    let is_held = options.developer.is_some() && lifecycle.schedule != Schedule::Draft;
    if is_held {
        lifecycle.schedule = Schedule::Draft;
    }
    is_held
}

/// Returns how much of the target's schedule a kind can follow: periodic workflows have none, and
/// the tasks of a trigger workflow run when the workflow does.
fn fitting(kind: Kind, schedule: Schedule) -> Schedule {
    match kind {
        Kind::Task | Kind::TriggerWorkflow => schedule,
        Kind::TriggerTask => schedule.min(Schedule::Submitted),
        Kind::Workflow => Schedule::Draft,
    }
}

/// Reports a schedule that the kind cannot have.
fn misfit(
    diagnostics: &mut Diagnostics,
    kind: Kind,
    schedule: Schedule,
    node: &YamlNode,
    path: FieldPath<'_>,
) {
    if let Some((message, help)) = why_not(kind, schedule) {
        diagnostics.error(node.span, path, message.to_owned()).help(help);
    }
}

/// Returns the schedules that a kind can have.
pub(crate) fn schedules(kind: Kind) -> impl Iterator<Item = Schedule> {
    Schedule::ALL.into_iter().filter(move |schedule| why_not(kind, *schedule).is_none())
}

/// Returns why a kind cannot have a schedule, and a way out.
fn why_not(kind: Kind, schedule: Schedule) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Workflow if schedule != Schedule::Draft => Some((
            "a periodic workflow has no schedule state",
            "write it in the manifests of its tasks",
        )),
        Kind::TriggerTask if schedule > Schedule::Submitted => Some((
            "the tasks of a trigger workflow run when the workflow does",
            "write `submitted` here, and the schedule in the manifest of the TriggerWorkflow",
        )),
        Kind::TriggerWorkflow if schedule == Schedule::Submitted => Some((
            "a trigger workflow is not submitted",
            "write `running` or `paused`; its tasks are submitted",
        )),
        Kind::Workflow | Kind::TriggerTask | Kind::TriggerWorkflow | Kind::Task => None,
    }
}

/// Checks that a path to ignore leads somewhere: a slip would go unnoticed.
fn ignore(
    diagnostics: &mut Diagnostics,
    table: &'static Table,
    node: &YamlNode,
    text: &str,
    path: FieldPath<'_>,
) {
    let names = text.split_once('[').map_or(text, |(names, _)| names);
    let mut fields = table.fields;
    for (number, name) in names.split('.').enumerate() {
        let Some(field) = kinds::find(fields, name) else {
            let close = nearest(name, fields.iter().map(|field| field.name));
            let message = format!("{} leads to no field: unknown {}", quote(text), quote(name));
            let problem = diagnostics.error(node.span, path, message);
            problem.help = close.map(|close| format!("did you mean `{close}`?"));
            return;
        };
        let keyed = text.contains('[') && names.split('.').count() == number + 1;
        let is_list = matches!(field.shape, Shape::List { .. } | Shape::Texts);
        if keyed && (!is_list || !text.ends_with(']')) {
            let message = format!("{} is not a list: `[key]` does not fit", quote(name));
            diagnostics.error(node.span, path, message);
            return;
        }
        fields = children(field.shape).unwrap_or_default();
    }
}
