//! Texts of taskloom.yaml: `${env.NAME}` and, inside a target, `${target.name}` filled in.

use super::reference::{ReferenceMeaning, TextPiece, may_refer, pieces};
use crate::model::is_name;
use crate::yaml::{Diagnostics, FieldPath, Problem, Severity, Span, YamlNode, quote};

/// Returns a text with `${env.NAME}` and, inside a target, `${target.name}` filled in.
///
/// A missing environment variable is an error immediately.
pub(super) fn value(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
    target: Option<&str>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut reader = reader(diagnostics, env, target.unwrap_or_default());
    let value = reader.value(node, path);
    let deferred = reader.deferred;
    diagnostics.problems.0.extend(deferred);
    value
}

/// Reads the values of one target, or those outside of targets.
pub(super) struct TargetReader<'a> {
    pub diagnostics: &'a mut Diagnostics,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// The target; empty outside targets.
    pub name: &'a str,
    /// Problems that matter only when the values are used.
    pub deferred: Vec<Problem>,
}

/// Returns a reader for a target; its name is empty outside of targets.
pub(super) fn reader<'a>(
    diagnostics: &'a mut Diagnostics,
    env: &'a dyn Fn(&str) -> Option<String>,
    name: &'a str,
) -> TargetReader<'a> {
    TargetReader { diagnostics, env, name, deferred: Vec::new() }
}

impl TargetReader<'_> {
    pub(super) fn value(&mut self, node: &YamlNode, path: FieldPath<'_>) -> Option<String> {
        let text = self.diagnostics.text(node, path)?;
        if !may_refer(text) {
            return Some(text.to_owned());
        }
        let mut whole = String::new();
        for piece in pieces(text) {
            match piece {
                TextPiece::Text(text) => whole.push_str(text),
                TextPiece::Escaped => whole.push_str("${"),
                TextPiece::Ours { source, meaning } => {
                    let span = self.diagnostics.source.narrow(node.span, source);
                    match self.filled_in(meaning, source, span, path) {
                        Some(text) => whole.push_str(&text),
                        None => whole.push_str(source),
                    }
                }
            }
        }
        Some(whole)
    }

    fn filled_in(
        &mut self,
        meaning: ReferenceMeaning<'_>,
        source: &str,
        span: Span,
        path: FieldPath<'_>,
    ) -> Option<String> {
        match meaning {
            ReferenceMeaning::Environment(name) => {
                let value = (self.env)(name);
                if value.is_none() {
                    let message = format!("the environment variable {name} is not set");
                    let location = self.diagnostics.location(span, path);
                    self.deferred.push(Problem::at(&location, Severity::Error, message));
                }
                value
            }
            ReferenceMeaning::TargetName if !self.name.is_empty() => Some(self.name.to_owned()),
            ReferenceMeaning::TargetName
            | ReferenceMeaning::IdOf { .. }
            | ReferenceMeaning::Variable(_) => {
                let message = format!("{} cannot be used here", quote(source));
                let help = "taskloom.yaml knows ${env.NAME} and, inside a target, ${target.name}";
                self.diagnostics.error(span, path, message).help(help);
                None
            }
            ReferenceMeaning::Unclear { form } => {
                let message = format!("{} looks like {form} but does not fit", quote(source));
                self.diagnostics.error(span, path, message);
                None
            }
        }
    }
}

/// Reports a key that is not a name.
pub(super) fn check_name(
    diagnostics: &mut Diagnostics,
    key: &str,
    span: Span,
    path: FieldPath<'_>,
) {
    if !is_name(key) {
        let message = format!("{} is not a valid name", quote(key));
        diagnostics.error(span, path, message).help(
            "a name begins with a letter or digit and continues with letters, digits, `.`, `_`, `-`",
        );
    }
}
