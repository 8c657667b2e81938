//! How far along its life a resource is wanted, as people write it.

use crate::model::Schedule;
use crate::yaml::{Diagnostics, FieldPath, YamlNode, nearest, quote};

/// Reads a schedule state.
pub(crate) fn schedule(
    page: &mut Diagnostics,
    node: &YamlNode,
    trail: FieldPath<'_>,
) -> Option<Schedule> {
    let text = page.text(node, trail)?;
    let found = Schedule::ALL.into_iter().find(|schedule| schedule.name() == text);
    if found.is_none() {
        let names = Schedule::ALL.map(Schedule::name);
        let close = nearest(text, names);
        let message = format!("{} is not a valid schedule", quote(text));
        let problem = page.error(node.span, trail, message);
        problem.replacement = close.map(str::to_owned);
        problem.help(match close {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("one of {}", names.join(", ")),
        });
    }
    found
}
