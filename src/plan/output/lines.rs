//! The field changes of a resource as the lines of a diff, for pages that do their own colouring.

use similar::TextDiff;

use super::super::change::{Change, FieldChange, PlanAction};
use super::text::{NEW_CODE_LINES, code_text, printable, shown, size, tag};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What the line stands for.
    pub mark: DiffMark,
    /// Its text without the mark; it contains no control sequences for a terminal.
    pub text: String,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffMark {
    /// Neither: a heading, or code that stays.
    Same,
    /// What will be there.
    Added,
    /// What will not be there.
    Removed,
    /// Where in the code the next lines are.
    Place,
}

impl DiffMark {
    /// Returns the first character of the line in a diff.
    pub fn glyph(self) -> char {
        match self {
            DiffMark::Same => ' ',
            DiffMark::Added => '+',
            DiffMark::Removed => '-',
            DiffMark::Place => '@',
        }
    }
}

/// Returns the lines of a change; secrets are masked.
pub fn lines(change: &Change) -> Vec<DiffLine> {
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

fn push(lines: &mut Vec<DiffLine>, mark: DiffMark, text: &str) {
    lines.push(DiffLine { mark, text: printable(text) });
}

fn plain(lines: &mut Vec<DiffLine>, action: PlanAction, field: &FieldChange) {
    let (path, tag) = (&field.path, tag(action, field));
    if let Some(before) = &field.before {
        push(lines, DiffMark::Removed, &format!(" {path}: {}", shown(before)));
    }
    match &field.after {
        Some(after) => push(lines, DiffMark::Added, &format!(" {path}: {}{tag}", shown(after))),
        None => push(lines, DiffMark::Added, &format!(" {path}: (unset){tag}")),
    }
}

fn code(lines: &mut Vec<DiffLine>, action: PlanAction, field: &FieldChange) {
    push(lines, DiffMark::Same, &format!("{}:{}", field.path, tag(action, field)));
    let (Some(before), Some(after)) = (code_text(&field.before), code_text(&field.after)) else {
        let text = format!("(not text: {} -> {})", size(&field.before), size(&field.after));
        return push(lines, DiffMark::Same, &text);
    };
    if before.is_empty() {
        let n = after.lines().count();
        after.lines().take(NEW_CODE_LINES).for_each(|line| push(lines, DiffMark::Added, line));
        if n > NEW_CODE_LINES {
            push(lines, DiffMark::Same, &format!("… and {} more lines", n - NEW_CODE_LINES));
        }
        return;
    }
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    for line in diff.unified_diff().context_radius(3).to_string().split_terminator('\n') {
        let (mark, text) = match line.split_at_checked(1) {
            Some(("+", text)) => (DiffMark::Added, text),
            Some(("-", text)) => (DiffMark::Removed, text),
            Some(("@", text)) => (DiffMark::Place, text),
            Some((_, text)) => (DiffMark::Same, text.trim_end_matches('\r')),
            None => (DiffMark::Same, line),
        };
        push(lines, mark, text);
    }
}
