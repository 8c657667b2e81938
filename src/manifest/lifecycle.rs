//! `lifecycle` of a manifest.

use super::load::Request;
use super::page::{Page, Trail};
use super::suggest::{nearest, quote};
use super::tree::Node;
use crate::kinds::{self, Shape, Table, children};
use crate::model::{Kind, Lifecycle, Schedule};

/// Reads `lifecycle`; the schedule is the target's when the manifest is silent.
pub(super) fn read(
    page: &mut Page,
    request: &Request,
    kind: Kind,
    node: Option<&Node>,
) -> Lifecycle {
    let mut lifecycle = Lifecycle { schedule: request.schedule, ..Lifecycle::default() };
    let trail = Trail::Root.key("lifecycle");
    let Some(node) = node else { return lifecycle };
    let Some(fields) = page.fields(node, trail, &["schedule", "protect", "ignore"]) else {
        return lifecycle;
    };
    if let Some(node) = fields.get("schedule")
        && let Some(schedule) = schedule(page, node, trail.key("schedule"))
    {
        lifecycle.schedule = schedule;
        if schedule != Schedule::Draft {
            let message = too_far(schedule);
            page.error(node.span, trail.key("schedule"), message).help(WAY_OUT);
        }
    }
    if let Some(node) = fields.get("protect") {
        lifecycle.protect = page.flag(node, trail.key("protect")).unwrap_or_default();
    }
    if let Some(node) = fields.get("ignore") {
        let trail = trail.key("ignore");
        let items = page.list(node, trail).unwrap_or_default();
        for (number, item) in items.iter().enumerate() {
            let trail = trail.item(number);
            if let Some(text) = page.text(item, trail) {
                ignore(page, kinds::table(kind), item, text, trail);
                lifecycle.ignore.push(text.to_owned());
            }
        }
    }
    lifecycle
}

/// What to do about a schedule that this version cannot keep.
pub(super) const WAY_OUT: &str = "write `draft`, and submit and start the task in the console";

/// Returns the message for a schedule that this version cannot keep.
pub(super) fn too_far(schedule: Schedule) -> String {
    let name = schedule.name();
    format!("this version saves drafts only: it does not bring a task to `{name}` yet")
}

/// Reads a schedule state.
pub(super) fn schedule(page: &mut Page, node: &Node, trail: Trail<'_>) -> Option<Schedule> {
    let text = page.text(node, trail)?;
    let found = Schedule::ALL.into_iter().find(|schedule| schedule.name() == text);
    if found.is_none() {
        let names = Schedule::ALL.map(Schedule::name);
        let close = nearest(text, names);
        let message = format!("{} is no schedule", quote(text));
        let problem = page.error(node.span, trail, message);
        problem.replacement = close.map(str::to_owned);
        problem.help(match close {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("one of {}", names.join(", ")),
        });
    }
    found
}

/// Checks that a path to ignore leads somewhere: a slip would go unnoticed.
fn ignore(page: &mut Page, table: &'static Table, node: &Node, text: &str, trail: Trail<'_>) {
    let path = text.split_once('[').map_or(text, |(path, _)| path);
    let mut fields = table.fields;
    for (number, name) in path.split('.').enumerate() {
        let Some(field) = kinds::find(fields, name) else {
            let close = nearest(name, fields.iter().map(|field| field.name));
            let message = format!("{} leads to no field: unknown {}", quote(text), quote(name));
            let problem = page.error(node.span, trail, message);
            problem.help = close.map(|close| format!("did you mean `{close}`?"));
            return;
        };
        let keyed = text.contains('[') && path.split('.').count() == number + 1;
        let is_list = matches!(field.shape, Shape::List { .. } | Shape::Texts);
        if keyed && (!is_list || !text.ends_with(']')) {
            let message = format!("{} is no list: `[key]` does not fit", quote(name));
            page.error(node.span, trail, message);
            return;
        }
        fields = children(field.shape).unwrap_or_default();
    }
}
