//! Texts of a spec: variables filled in, references to resources found.

use super::super::load_options::LoadOptions;
use crate::model::{Address, Kind, TextPart, Value};
use crate::project::{ReferenceMeaning, TextPiece, VariableValue, env_name, may_refer, pieces};
use crate::yaml::{Diagnostics, FieldPath, Location, Span, YamlNode, nearest, quote, scalar};

/// A place that needs another resource.
#[derive(Clone, Debug)]
pub(crate) struct ReferenceUse {
    /// What it needs.
    pub address: Address,
    /// Where the reference is written.
    pub location: Location,
    /// The only kind that is allowed there, if there is one.
    pub only: Option<Kind>,
}

/// Returns the text with its variables filled in and its references as parts.
pub(crate) fn expand(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    text: &str,
    span: Span,
    path: FieldPath<'_>,
    uses: &mut Vec<ReferenceUse>,
) -> Value {
    if !may_refer(text) {
        return Value::Text(text.to_owned());
    }
    let mut parts: Vec<TextPart> = Vec::new();
    let mut hidden = Vec::new();
    for piece in pieces(text) {
        match piece {
            TextPiece::Text(text) => push_text(&mut parts, text),
            TextPiece::Escaped => push_text(&mut parts, "${"),
            TextPiece::Ours { source, meaning } => {
                let span = diagnostics.source.narrow(span, source);
                let mut site = TextSite { diagnostics, options, source, span, path };
                match site.resolve(meaning, &mut hidden) {
                    TextPart::Text(text) => push_text(&mut parts, &text),
                    TextPart::IdOf(address) => {
                        let location = site.diagnostics.location(span, path);
                        uses.push(ReferenceUse { address: address.clone(), location, only: None });
                        parts.push(TextPart::IdOf(address));
                    }
                }
            }
        }
    }
    let value = if parts.iter().any(|part| matches!(part, TextPart::IdOf(_))) {
        Value::Template(parts)
    } else {
        Value::Text(parts.iter().map(TextPart::source).collect())
    };
    // A sensitive piece hides the whole text.
    if hidden.is_empty() { value } else { value.hidden_for(hidden) }
}

/// Does the same where no table gives the type: a variable alone keeps its type.
pub(crate) fn expand_typed(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    text: &str,
    span: Span,
    path: FieldPath<'_>,
    uses: &mut Vec<ReferenceUse>,
) -> Value {
    match alone(text).and_then(|name| options.variables.get(name)?.as_ref()) {
        Some(VariableValue::One(value)) => value.clone(),
        Some(VariableValue::List(node)) => scalar::value(&node.at(span), &mut |node, text| {
            expand(diagnostics, options, text, node.span, path, uses)
        }),
        None => expand(diagnostics, options, text, span, path, uses),
    }
}

/// Returns the list that a variable alone stands for, where the field `name` takes a list; None
/// when there is no variable. Problems are reported.
pub(crate) fn list(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    name: &str,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> Result<Option<YamlNode>, AlreadyReported> {
    let text = node.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let Some(variable) = alone(text) else { return Ok(None) };
    match options.variables.get(variable) {
        Some(Some(VariableValue::List(list))) => Ok(Some(list.at(node.span))),
        Some(Some(VariableValue::One(_))) => {
            let message =
                format!("{name} takes a list, and the variable {} is not a list", quote(variable));
            let help = "declare it with `type: list`, or write [${var.…}]";
            diagnostics.error(node.span, path, message).help(help);
            Err(AlreadyReported)
        }
        Some(None) | None => {
            TextSite { diagnostics, options, source: text, span: node.span, path }
                .variable(variable);
            Err(AlreadyReported)
        }
    }
}

/// The problem is already among the diagnostics.
#[derive(Debug)]
pub(crate) struct AlreadyReported;

/// Returns the variable that a text consists of.
fn alone(text: &str) -> Option<&str> {
    match pieces(text).as_slice() {
        [TextPiece::Ours { meaning: ReferenceMeaning::Variable(name), .. }] => Some(name),
        _ => None,
    }
}

fn push_text(parts: &mut Vec<TextPart>, text: &str) {
    match parts.last_mut() {
        Some(TextPart::Text(last)) => last.push_str(text),
        Some(TextPart::IdOf(_)) | None => parts.push(TextPart::Text(text.to_owned())),
    }
}

/// One reference in a text.
struct TextSite<'a> {
    diagnostics: &'a mut Diagnostics,
    options: &'a LoadOptions,
    source: &'a str,
    span: Span,
    path: FieldPath<'a>,
}

impl TextSite<'_> {
    fn resolve(&mut self, meaning: ReferenceMeaning<'_>, hidden: &mut Vec<String>) -> TextPart {
        match meaning {
            ReferenceMeaning::IdOf { kind, name } => TextPart::IdOf(Address::new(kind, name)),
            ReferenceMeaning::Variable(name) => {
                let value = self.variable(name);
                if let Some(value) = value.as_ref().filter(|value| value.is_hidden()) {
                    hidden.push(value.spelled());
                }
                TextPart::Text(
                    value.map_or_else(|| self.source.to_owned(), |value| value.spelled()),
                )
            }
            ReferenceMeaning::TargetName => TextPart::Text(self.options.target.clone()),
            ReferenceMeaning::Environment(_) => {
                let message = format!("{} is filled in only in taskloom.yaml", self.source);
                self.warning(message, "make a variable of it there, and use ${var.NAME} here")
            }
            ReferenceMeaning::Unclear { form } => {
                let message = format!("{} looks like {form} but does not fit", quote(self.source));
                self.warning(
                    message,
                    "it is passed on as it is; to say that you mean it, write $${…}",
                )
            }
        }
    }

    fn warning(&mut self, message: String, help: &str) -> TextPart {
        self.diagnostics.warning(self.span, self.path, message).help(help);
        TextPart::Text(self.source.to_owned())
    }

    /// Returns the value of a variable inside a text; None when that is not possible.
    fn variable(&mut self, name: &str) -> Option<Value> {
        let variables = &self.options.variables;
        match variables.get(name) {
            Some(Some(VariableValue::One(value))) => return Some(value.clone()),
            Some(Some(VariableValue::List(_))) => {
                let message = format!("the variable {} is a list, and this is a text", quote(name));
                let help = "a list variable stands alone where a list is wanted: FIELD: ${var.…}";
                self.diagnostics.error(self.span, self.path, message).help(help);
            }
            Some(None) => {
                let message = format!("the variable {} has no value", quote(name));
                let (env, target) = (env_name(name), quote(&self.options.target));
                let help = format!(
                    "give it one: a default or a value in the target {target} in taskloom.yaml, \
                     {env} in the environment, or --var {name}=VALUE"
                );
                self.diagnostics.error(self.span, self.path, message).help(help);
            }
            None => {
                let close = nearest(name, variables.keys().map(String::as_str));
                let help = match close {
                    Some(close) => format!("did you mean `${{var.{close}}}`?"),
                    None => "declare it under `variables:` in taskloom.yaml".to_owned(),
                };
                let message = format!("there is no variable {}", quote(name));
                let problem = self.diagnostics.error(self.span, self.path, message);
                problem.help(help).replacement = close.map(|close| format!("${{var.{close}}}"));
            }
        }
        None
    }
}
