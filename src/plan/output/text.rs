//! A plan as text for people: one line per resource, its fields below, code as a line diff.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use similar::TextDiff;

use super::super::change::{Change, ChangeReason, FieldChange, Plan, PlanAction};
use super::super::withheld::ResourceError;
use super::cause_text::reasons;
use crate::model::{MASK, Value};

/// How a plan is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextStyle {
    /// With terminal colours.
    pub color: bool,
}

/// A new task's code is shown up to this many lines.
pub const NEW_CODE_LINES: usize = 12;

/// A value is shown up to this many characters.
const VALUE_CHARS: usize = 200;

/// Returns text that a terminal shows in full and does not interpret: control characters, and those
/// that change the direction of writing or have no width, are escaped as `\u{1b}`.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\t' || is_deceptive(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters that make text look different from what it is: direction marks, line separators, zero
/// width.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns a plan as text that ends with its summary.
pub fn render(plan: &Plan, style: TextStyle) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        one(&mut text, change, style);
    }
    for error in &plan.errors {
        let _ = writeln!(text, "{}", printable(&error_line(error)));
    }
    if !plan.changes.is_empty() || !plan.errors.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(plan));
    text.push('\n');
    text
}

fn one(text: &mut String, change: &Change, style: TextStyle) {
    let line = printable(&format!("{} {}", glyph(change.action), change.address));
    let _ = write!(text, "{}", paint(&line, color(change.action), style));
    let _ = write!(text, "  {}: {}", told(change), printable(&reasons(change).join("; ")));
    if let Some(place) = &change.place {
        let _ = write!(text, "  ({})", printable(&place.to_string()));
    }
    text.push('\n');
    for field in change.fields.iter().map(FieldChange::masked) {
        if field.code {
            code(text, change.action, &field, style);
        } else {
            plain(text, change.action, &field);
        }
    }
}

/// A resource that is left as it is, and why.
pub fn error_line(error: &ResourceError) -> String {
    let place = error.place.as_ref().map_or(String::new(), |place| format!("  ({place})"));
    format!("! {}  error: {error}{place}", error.address)
}

/// The action with what goes before and after it: `update, then submit`.
pub fn told(change: &Change) -> String {
    let mut told = if change.stops { "stop, then " } else { "" }.to_owned();
    told.push_str(change.action.name());
    for verb in change.followers() {
        let _ = write!(told, ", then {}", verb.name());
    }
    told
}

fn plain(text: &mut String, action: PlanAction, field: &FieldChange) {
    let _ = write!(text, "    {}", printable(&field.path));
    match (&field.before, &field.after) {
        (None, Some(after)) if action == PlanAction::Create => {
            let _ = write!(text, " = {}", shown(after));
        }
        (Some(_), Some(_)) if field.is_sensitive() => {
            text.push_str(": (sensitive value changed)");
        }
        (before, after) => {
            let side = |value: &Option<Value>| value.as_ref().map_or("(unset)".to_owned(), shown);
            let _ = write!(text, ": {} -> {}", side(before), side(after));
        }
    }
    text.push_str(tag(action, field));
    text.push('\n');
}

/// Returns the note on which side changed a field, where that is not the manifest.
pub fn tag(action: PlanAction, field: &FieldChange) -> &'static str {
    match field.reason {
        _ if action == PlanAction::Create => "",
        ChangeReason::Manifest => "",
        ChangeReason::Drift => "  [drift]",
        ChangeReason::Both => "  [both moved]",
        ChangeReason::Removed => "  [no longer in the manifest]",
    }
}

/// Code is decoded; of bytes that are not text only the size is shown.
fn code(text: &mut String, action: PlanAction, field: &FieldChange, style: TextStyle) {
    let _ = writeln!(text, "    {}:{}", printable(&field.path), tag(action, field));
    let (Some(before), Some(after)) = (code_text(&field.before), code_text(&field.after)) else {
        let _ =
            writeln!(text, "      (not text: {} -> {})", size(&field.before), size(&field.after));
        return;
    };
    if before.is_empty() {
        return new_code(text, &after, style);
    }
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    // Not lines(): that would hide a change of line endings alone.
    for line in diff.unified_diff().context_radius(3).to_string().split_terminator('\n') {
        let line = if line.starts_with(' ') { line.trim_end_matches('\r') } else { line };
        let color = match line.chars().next() {
            Some('+') => Some(AnsiColor::Green),
            Some('-') => Some(AnsiColor::Red),
            Some('@') => Some(AnsiColor::Cyan),
            _ => None,
        };
        let _ = writeln!(text, "      {}", paint(&printable(line), color, style));
    }
}

fn new_code(text: &mut String, after: &str, style: TextStyle) {
    let n = after.lines().count();
    for line in after.lines().take(NEW_CODE_LINES) {
        let line = format!("+{}", printable(line));
        let _ = writeln!(text, "      {}", paint(&line, Some(AnsiColor::Green), style));
    }
    if n > NEW_CODE_LINES {
        let _ = writeln!(text, "      … and {} more lines", n - NEW_CODE_LINES);
    }
}

/// Returns code as text: empty where there is no code, None where it is not text.
pub fn code_text(value: &Option<Value>) -> Option<String> {
    match value {
        None => Some(String::new()),
        Some(value) => value.to_code()?.text().map(str::to_owned),
    }
}

/// Returns the size of code that is not text.
pub fn size(value: &Option<Value>) -> String {
    let n = value.as_ref().map_or(0, |value| match value.to_code() {
        Some(code) => code.bytes().len(),
        None => value.as_text().map_or(0, str::len),
    });
    format!("{n} bytes")
}

/// Returns a value on one line.
pub fn shown(value: &Value) -> String {
    if value.is_hidden() {
        return MASK.to_owned();
    }
    if let Value::Template(_) = value {
        let source = value.to_json();
        return format!("{} (known after apply)", printable(source.as_str().unwrap_or_default()));
    }
    let text = printable(&value.to_json().to_string());
    if text.chars().count() <= VALUE_CHARS {
        return text;
    }
    let start: String = text.chars().take(VALUE_CHARS).collect();
    format!("{start}… ({} characters)", text.chars().count())
}

/// Returns the first character of a resource's line.
pub fn glyph(action: PlanAction) -> char {
    match action {
        PlanAction::Create => '+',
        PlanAction::Update => '~',
        PlanAction::Replace => '±',
        PlanAction::Delete => '-',
        PlanAction::Adopt => '»',
        PlanAction::Forget => '.',
        PlanAction::Record => '=',
        PlanAction::Submit => '↑',
        PlanAction::Start => '▷',
        PlanAction::Pause => '‖',
    }
}

fn color(action: PlanAction) -> Option<AnsiColor> {
    match action {
        PlanAction::Create => Some(AnsiColor::Green),
        PlanAction::Update
        | PlanAction::Adopt
        | PlanAction::Submit
        | PlanAction::Start
        | PlanAction::Pause => Some(AnsiColor::Yellow),
        PlanAction::Replace | PlanAction::Delete => Some(AnsiColor::Red),
        PlanAction::Forget | PlanAction::Record => None,
    }
}

fn paint(text: &str, color: Option<AnsiColor>, style: TextStyle) -> String {
    match color {
        Some(color) if style.color => {
            let paint = Paint::new().fg_color(Some(color.into()));
            format!("{paint}{text}{paint:#}")
        }
        _ => text.to_owned(),
    }
}

/// Returns the last line of a plan: how many resources each action affects.
pub fn summary(plan: &Plan) -> String {
    let summary = plan.summary();
    let errors = match plan.errors.len() {
        0 => String::new(),
        n => format!(", {n} in error"),
    };
    if plan.is_empty() {
        let against = if plan.observed { "the service" } else { "the state" };
        return format!(
            "No changes: {} unchanged, compared with {against}{errors}",
            plan.unchanged
        );
    }
    let mut text = String::from("Plan:");
    for action in PlanAction::ALL {
        let n = summary.count(action);
        let always = matches!(action, PlanAction::Create | PlanAction::Update | PlanAction::Delete);
        if always || n > 0 {
            let _ = write!(text, " {n} to {},", action.name());
        }
    }
    let _ = write!(text, " {} unchanged{errors}", plan.unchanged);
    text
}
