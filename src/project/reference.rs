//! `${…}`: which of them are ours, and what they mean.

use std::fmt;

use crate::model::{Kind, is_name};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextPiece<'t> {
    /// Text, WeData's own parameters included.
    Text(&'t str),
    /// A `${` that was written `$${`.
    Escaped,
    /// One of ours, braces included in `source`.
    Ours { source: &'t str, meaning: ReferenceMeaning<'t> },
}

/// What one of our references means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReferenceMeaning<'t> {
    /// `${task.NAME.id}` and the like.
    IdOf { kind: Kind, name: &'t str },
    /// `${var.NAME}`
    Variable(&'t str),
    /// `${target.name}`
    TargetName,
    /// `${env.NAME}`
    Environment(&'t str),
    /// Begins like one of ours but is malformed: passes through.
    Unclear { form: ReferenceForm },
}

/// How one of our references is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReferenceForm {
    /// `${task.NAME.id}` and the like.
    IdOf(Kind),
    /// `${var.NAME}`
    Variable,
    /// `${target.name}`
    TargetName,
    /// `${env.NAME}`
    Environment,
}

impl ReferenceForm {
    /// Returns the form that begins with a word.
    fn of(word: &str) -> Option<ReferenceForm> {
        match word {
            "var" => Some(ReferenceForm::Variable),
            "target" => Some(ReferenceForm::TargetName),
            "env" => Some(ReferenceForm::Environment),
            _ => kind_of(word).map(ReferenceForm::IdOf),
        }
    }
}

impl fmt::Display for ReferenceForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReferenceForm::IdOf(kind) => write!(f, "${{{}.NAME.id}}", kind.reference_word()),
            ReferenceForm::Variable => f.write_str("${var.NAME}"),
            ReferenceForm::TargetName => f.write_str("${target.name}"),
            ReferenceForm::Environment => f.write_str("${env.NAME}"),
        }
    }
}

/// Splits a text into its pieces.
pub(crate) fn pieces(text: &str) -> Vec<TextPiece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut plain = 0;
    while let Some(at) = find_from(rest, plain) {
        let (before, tail) = rest.split_at(at);
        if let Some(kept) = before.strip_suffix('$') {
            push_text(&mut pieces, kept);
            pieces.push(TextPiece::Escaped);
            rest = tail.get(2..).unwrap_or_default();
            plain = 0;
        } else if let Some((source, meaning)) = ours(tail) {
            push_text(&mut pieces, before);
            pieces.push(TextPiece::Ours { source, meaning });
            rest = tail.get(source.len()..).unwrap_or_default();
            plain = 0;
        } else {
            plain = at + 2;
        }
    }
    push_text(&mut pieces, rest);
    pieces
}

/// Returns the text to write into a manifest so that [`pieces`] results in exactly this text.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    let mut plain = 0;
    while let Some(at) = find_from(rest, plain) {
        let (before, tail) = rest.split_at(at);
        if before.ends_with('$') || ours(tail).is_some() {
            escaped.push_str(before);
            escaped.push_str("$${");
            rest = tail.get(2..).unwrap_or_default();
            plain = 0;
        } else {
            plain = at + 2;
        }
    }
    escaped.push_str(rest);
    escaped
}

/// Returns whether a text may contain a reference at all.
pub(crate) fn may_refer(text: &str) -> bool {
    text.contains("${")
}

fn find_from(text: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find("${").map(|at| at + from)
}

fn push_text<'t>(pieces: &mut Vec<TextPiece<'t>>, text: &'t str) {
    if !text.is_empty() {
        pieces.push(TextPiece::Text(text));
    }
}

/// Returns the reference that a text begins with, if it is one of ours.
fn ours(text: &str) -> Option<(&str, ReferenceMeaning<'_>)> {
    let inner = text.strip_prefix("${")?;
    let end = inner.find('}')?;
    let inner = inner.get(..end)?;
    let (word, rest) = inner.split_once('.')?;
    let form = ReferenceForm::of(&word.to_lowercase())?;
    let meaning = meaning(word, rest).unwrap_or(ReferenceMeaning::Unclear { form });
    Some((text.get(..end + 3)?, meaning))
}

fn kind_of(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.reference_word() == word)
}

fn meaning<'t>(word: &'t str, rest: &'t str) -> Option<ReferenceMeaning<'t>> {
    if let Some(kind) = kind_of(word) {
        let name = rest.strip_suffix(".id").filter(|name| is_name(name))?;
        return Some(ReferenceMeaning::IdOf { kind, name });
    }
    match word {
        "var" if is_name(rest) => Some(ReferenceMeaning::Variable(rest)),
        "target" if rest == "name" => Some(ReferenceMeaning::TargetName),
        "env" if is_variable(rest) => Some(ReferenceMeaning::Environment(rest)),
        _ => None,
    }
}

fn is_variable(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
