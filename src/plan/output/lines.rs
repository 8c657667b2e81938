//! The field changes of a resource as the lines of a diff: for pages that colour them by themselves.

use similar::TextDiff;

use super::super::change::{Action, Change, FieldChange};
use super::text::{NEW_CODE_LINES, printable, shown, size, tag};
use crate::kinds::code_text;
use crate::model::Value;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What the line stands for.
    pub mark: Mark,
    /// Its text without the mark; nothing in it is obeyed by a terminal.
    pub text: String,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Neither: a heading, or code that stays.
    Same,
    /// What will be there.
    Added,
    /// What will not be there.
    Removed,
    /// Where in the code the next lines are.
    Place,
}

impl Mark {
    /// Returns the first character of the line in a diff.
    pub fn glyph(self) -> char {
        match self {
            Mark::Same => ' ',
            Mark::Added => '+',
            Mark::Removed => '-',
            Mark::Place => '@',
        }
    }
}

/// Returns the lines of a change; secrets are masked.
pub fn lines(change: &Change) -> Vec<Line> {
    let mut lines = Vec::new();
    for field in change.fields.iter().map(FieldChange::masked) {
        if field.code {
            code(&mut lines, change.action, &field);
        } else {
            plain(&mut lines, change.action, &field);
        }
    }
    lines
}

fn push(lines: &mut Vec<Line>, mark: Mark, text: &str) {
    lines.push(Line { mark, text: printable(text) });
}

fn plain(lines: &mut Vec<Line>, action: Action, field: &FieldChange) {
    let (path, tag) = (&field.path, tag(action, field));
    if let Some(before) = &field.before {
        push(lines, Mark::Removed, &format!(" {path}: {}", shown(before)));
    }
    match &field.after {
        Some(after) => push(lines, Mark::Added, &format!(" {path}: {}{tag}", shown(after))),
        None => push(lines, Mark::Added, &format!(" {path}: (unset){tag}")),
    }
}

fn code(lines: &mut Vec<Line>, action: Action, field: &FieldChange) {
    let decoded = |value: &Option<Value>| match value.as_ref().and_then(Value::as_text) {
        None => Some(String::new()),
        Some(content) => code_text(content),
    };
    push(lines, Mark::Same, &format!("{}:{}", field.path, tag(action, field)));
    let (Some(before), Some(after)) = (decoded(&field.before), decoded(&field.after)) else {
        let text = format!("(not text: {} -> {})", size(&field.before), size(&field.after));
        return push(lines, Mark::Same, &text);
    };
    if before.is_empty() {
        let n = after.lines().count();
        after.lines().take(NEW_CODE_LINES).for_each(|line| push(lines, Mark::Added, line));
        if n > NEW_CODE_LINES {
            push(lines, Mark::Same, &format!("… and {} more lines", n - NEW_CODE_LINES));
        }
        return;
    }
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    for line in diff.unified_diff().context_radius(3).to_string().split_terminator('\n') {
        let (mark, text) = match line.split_at_checked(1) {
            Some(("+", text)) => (Mark::Added, text),
            Some(("-", text)) => (Mark::Removed, text),
            Some(("@", text)) => (Mark::Place, text),
            Some((_, text)) => (Mark::Same, text.trim_end_matches('\r')),
            None => (Mark::Same, line),
        };
        push(lines, mark, text);
    }
}
