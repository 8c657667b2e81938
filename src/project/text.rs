//! Texts of taskloom.yaml: `${env.NAME}` and, inside a target, `${target.name}` filled in.

use super::reference::{ReferenceMeaning, TextPiece, may_refer, pieces};
use crate::model::is_name;
use crate::yaml::{Diagnostics, FieldPath, Problem, Severity, Span, YamlNode, quote};

/// Returns a text with `${env.NAME}` and, inside a target, `${target.name}` filled in.
///
/// A missing environment variable is an error at once.
pub(super) fn value(
    page: &mut Diagnostics,
    node: &YamlNode,
    trail: FieldPath<'_>,
    target: Option<&str>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut reading = reading(page, env, target.unwrap_or_default());
    let value = reading.value(node, trail);
    let lacks = reading.lacks;
    page.problems.0.extend(lacks);
    value
}

/// Reads the values of one target, or those outside of targets.
pub(super) struct TargetReader<'a> {
    pub page: &'a mut Diagnostics,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// The target; empty outside targets.
    pub name: &'a str,
    /// What only those miss who use the values.
    pub lacks: Vec<Problem>,
}

/// Begins to read for a target; its name is empty outside of targets.
pub(super) fn reading<'a>(
    page: &'a mut Diagnostics,
    env: &'a dyn Fn(&str) -> Option<String>,
    name: &'a str,
) -> TargetReader<'a> {
    TargetReader { page, env, name, lacks: Vec::new() }
}

impl TargetReader<'_> {
    pub(super) fn value(&mut self, node: &YamlNode, trail: FieldPath<'_>) -> Option<String> {
        let text = self.page.text(node, trail)?;
        if !may_refer(text) {
            return Some(text.to_owned());
        }
        let mut whole = String::new();
        for piece in pieces(text) {
            match piece {
                TextPiece::Text(text) => whole.push_str(text),
                TextPiece::Escaped => whole.push_str("${"),
                TextPiece::Ours { source, meaning } => {
                    let span = self.page.source.narrow(node.span, source);
                    match self.meant(meaning, source, span, trail) {
                        Some(text) => whole.push_str(&text),
                        None => whole.push_str(source),
                    }
                }
            }
        }
        Some(whole)
    }

    fn meant(
        &mut self,
        meaning: ReferenceMeaning<'_>,
        source: &str,
        span: Span,
        trail: FieldPath<'_>,
    ) -> Option<String> {
        match meaning {
            ReferenceMeaning::Environment(name) => {
                let value = (self.env)(name);
                if value.is_none() {
                    let message = format!("the environment variable {name} is not set");
                    let spot = self.page.spot(span, trail);
                    self.lacks.push(Problem::at(&spot, Severity::Error, message));
                }
                value
            }
            ReferenceMeaning::TargetName if !self.name.is_empty() => Some(self.name.to_owned()),
            ReferenceMeaning::TargetName
            | ReferenceMeaning::IdOf { .. }
            | ReferenceMeaning::Variable(_) => {
                let message = format!("{} cannot be used here", quote(source));
                let help = "taskloom.yaml knows ${env.NAME} and, inside a target, ${target.name}";
                self.page.error(span, trail, message).help(help);
                None
            }
            ReferenceMeaning::Unclear { form } => {
                let message = format!("{} looks like {form} but does not fit", quote(source));
                self.page.error(span, trail, message);
                None
            }
        }
    }
}

/// Complains about a key that is no name.
pub(super) fn named(page: &mut Diagnostics, key: &str, span: Span, trail: FieldPath<'_>) {
    if !is_name(key) {
        let message = format!("{} is not a valid name", quote(key));
        page.error(span, trail, message).help(
            "a name begins with a letter or digit and goes on with letters, digits, `.`, `_`, `-`",
        );
    }
}
