//! The wanted schedule state of a resource, as people write it.

use crate::model::Schedule;
use crate::yaml::{Diagnostics, FieldPath, YamlNode, nearest, quote};

/// Reads a schedule state.
pub(crate) fn schedule(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> Option<Schedule> {
    let text = diagnostics.text(node, path)?;
    let found = Schedule::ALL.into_iter().find(|schedule| schedule.name() == text);
    if found.is_none() {
        let names = Schedule::ALL.map(Schedule::name);
        let close = nearest(text, names);
        let message = format!("{} is not a valid schedule", quote(text));
        let problem = diagnostics.error(node.span, path, message);
        problem.replacement = close.map(str::to_owned);
        problem.help(match close {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("one of {}", names.join(", ")),
        });
    }
    found
}
