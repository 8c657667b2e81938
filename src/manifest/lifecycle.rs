//! `lifecycle` of a manifest.

use super::keys;
use super::load_options::LoadOptions;
use crate::kinds::{self, FOLDER_TYPES, FolderField, ScheduleRule, Shape, Table, children};
use crate::model::{Kind, Lifecycle, Schedule};
use crate::project::schedule;
use crate::yaml::{Diagnostics, FieldPath, YamlNode, nearest, quote};

/// Reads `lifecycle`; the schedule is the target's when the manifest does not name one.
pub(crate) fn read(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    kind: Kind,
    node: Option<&YamlNode>,
) -> Lifecycle {
    let schedule_of_target = kinds::table(kind).schedule_in(options.schedule);
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

/// Reads the type of the folders that are created for a task.
fn folder_type(
    diagnostics: &mut Diagnostics,
    kind: Kind,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> Option<String> {
    let text = diagnostics.text(node, path)?;
    let untyped = match kinds::table(kind).folder {
        FolderField::OfTasks(_) => None,
        FolderField::OfWorkflows(_) => Some("the folders of workflows have no type".to_owned()),
        FolderField::None => Some(format!("no {kind} lies in a folder")),
    };
    if let Some(message) = untyped {
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
/// Keeps everything of a development target a draft; returns whether the manifest wanted more.
pub(crate) fn force_draft(options: &LoadOptions, lifecycle: &mut Lifecycle) -> bool {
    let is_held = options.developer.is_some() && lifecycle.schedule != Schedule::Draft;
    if is_held {
        lifecycle.schedule = Schedule::Draft;
    }
    is_held
}

/// Reports a schedule that the kind cannot have.
fn misfit(
    diagnostics: &mut Diagnostics,
    kind: Kind,
    schedule: Schedule,
    node: &YamlNode,
    path: FieldPath<'_>,
) {
    let ScheduleRule { allowed, because, instead } = kinds::table(kind).schedules;
    if !allowed.contains(&schedule) {
        diagnostics.error(node.span, path, because.to_owned()).help(instead);
    }
}

/// Checks that a path to ignore exists: a typing mistake would go unnoticed.
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
            let message =
                format!("{} is not the path of a field: unknown {}", quote(text), quote(name));
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
