//! Writes a small tree as readable YAML: keys in the given order, texts that every YAML reader
//! reads as texts, lines of a text as lines.

use std::fmt::Write as _;

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum YamlText {
    /// A text.
    Text(String),
    /// A number, true, false or null.
    Word(String),
    /// Items.
    List(Vec<YamlText>),
    /// Entries in their order.
    Map(Vec<(String, YamlText)>),
}

impl YamlText {
    /// Returns a text.
    pub fn text(text: impl Into<String>) -> YamlText {
        YamlText::Text(text.into())
    }
}

/// Returns the document of a map.
pub(super) fn document(entries: &[(String, YamlText)]) -> String {
    let mut out = String::new();
    map(&mut out, entries, 0, true);
    out
}

/// Writes entries; the first one continues the current line when that is not empty.
fn map(out: &mut String, entries: &[(String, YamlText)], depth: usize, at_start: bool) {
    for (number, (key, value)) in entries.iter().enumerate() {
        if number > 0 || at_start {
            indent(out, depth);
        }
        out.push_str(&line(key));
        out.push(':');
        match value {
            YamlText::Map(inner) if !inner.is_empty() => {
                out.push('\n');
                map(out, inner, depth + 1, true);
            }
            YamlText::List(items) if !items.is_empty() => {
                out.push('\n');
                list(out, items, depth + 1);
            }
            YamlText::Map(_) | YamlText::List(_) | YamlText::Text(_) | YamlText::Word(_) => {
                out.push(' ');
                leaf(out, value, depth + 1);
            }
        }
    }
}

fn list(out: &mut String, items: &[YamlText], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push_str("- ");
        match item {
            YamlText::Map(inner) if !inner.is_empty() => map(out, inner, depth + 1, false),
            YamlText::List(inner) if !inner.is_empty() => {
                out.pop();
                out.push('\n');
                list(out, inner, depth + 1);
            }
            YamlText::Map(_) | YamlText::List(_) | YamlText::Text(_) | YamlText::Word(_) => {
                leaf(out, item, depth + 1);
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    (0..depth).for_each(|_| out.push_str("  "));
}

/// Writes a value that stays on the current line, or a block of lines.
fn leaf(out: &mut String, value: &YamlText, depth: usize) {
    match value {
        YamlText::List(_) => out.push_str("[]"),
        YamlText::Map(_) => out.push_str("{}"),
        YamlText::Word(word) => out.push_str(word),
        YamlText::Text(text) if is_block(text) => return block(out, text, depth),
        YamlText::Text(text) => out.push_str(&line(text)),
    }
    out.push('\n');
}

/// Returns whether the lines of a text can be written as they are.
///
/// Not when the text could be read as something else: when it begins with a blank, ends in several
/// empty lines, or contains an invisible character.
fn is_block(text: &str) -> bool {
    let first_line = text.split('\n').next().unwrap_or_default();
    text.contains('\n')
        && !first_line.is_empty()
        && !text.starts_with([' ', '\t'])
        && !text.ends_with("\n\n")
        && !text.lines().any(|line| line.ends_with([' ', '\t']))
        && text.chars().all(|c| c == '\n' || c == '\t' || is_shown(c))
}

fn block(out: &mut String, text: &str, depth: usize) {
    let (head, body) = match text.strip_suffix('\n') {
        Some(body) => ("|\n", body),
        None => ("|-\n", text),
    };
    out.push_str(head);
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Returns a text on one line, in quotes where it needs them.
fn line(text: &str) -> String {
    if text.chars().any(|c| !is_shown(c)) || is_mistakable(text) {
        return quoted(text);
    }
    match serde_yaml::to_string(text) {
        Ok(written) => written.trim_end_matches('\n').to_owned(),
        Err(_) => quoted(text),
    }
}

/// Returns whether some YAML reader reads a plain text as a number, a date, a time or a flag.
fn is_mistakable(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "~", "=", "<<"];
    let number = text.trim_start_matches(['+', '-', '.']);
    number.starts_with(|c: char| c.is_ascii_digit())
        || number.eq_ignore_ascii_case("inf")
        || number.eq_ignore_ascii_case("nan")
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_shown(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns a text in double quotes, with invisible characters escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_shown(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
