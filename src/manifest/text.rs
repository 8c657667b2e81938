//! Texts of a spec: variables filled in, references to resources found.

use super::load::Request;
use super::page::{Page, Trail};
use super::problem::Spot;
use super::reference::{Meaning, Piece, may_refer, pieces};
use super::suggest::{nearest, quote};
use super::tree::Span;
use crate::model::{Address, Kind, Part, Value};

/// A place that needs another resource.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// What it needs.
    pub address: Address,
    /// Where it says so.
    pub spot: Spot,
    /// The kind that must stand there, when only one may.
    pub only: Option<Kind>,
}

/// Returns the text with its variables filled in and its references as parts.
pub(super) fn expand(
    page: &mut Page,
    request: &Request,
    text: &str,
    span: Span,
    trail: Trail<'_>,
    uses: &mut Vec<Use>,
) -> Value {
    if !may_refer(text) {
        return Value::Text(text.to_owned());
    }
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => push_text(&mut parts, text),
            Piece::Escaped => push_text(&mut parts, "${"),
            Piece::Ours { source, meaning } => {
                let span = page.source.narrow(span, source);
                let mut site = Site { page, request, source, span, trail };
                match site.resolve(meaning) {
                    Part::Text(text) => push_text(&mut parts, &text),
                    Part::IdOf(address) => {
                        let spot = site.page.spot(span, trail);
                        uses.push(Use { address: address.clone(), spot, only: None });
                        parts.push(Part::IdOf(address));
                    }
                }
            }
        }
    }
    if parts.iter().any(|part| matches!(part, Part::IdOf(_))) {
        return Value::Template(parts);
    }
    Value::Text(parts.iter().map(Part::source).collect())
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        Some(Part::IdOf(_)) | None => parts.push(Part::Text(text.to_owned())),
    }
}

/// One reference in a text.
struct Site<'a> {
    page: &'a mut Page,
    request: &'a Request,
    source: &'a str,
    span: Span,
    trail: Trail<'a>,
}

impl Site<'_> {
    fn resolve(&mut self, meaning: Meaning<'_>) -> Part {
        match meaning {
            Meaning::IdOf { kind, name } => Part::IdOf(Address::new(kind, name)),
            Meaning::Variable(name) => Part::Text(self.variable(name)),
            Meaning::TargetName => Part::Text(self.request.target.clone()),
            Meaning::Environment(_) => {
                let message = format!("{} is filled in only in taskloom.yaml", self.source);
                self.warning(message, "make a variable of it there, and use ${var.NAME} here")
            }
            Meaning::Unclear { form } => {
                let message = format!("{} looks like {form} but does not fit", quote(self.source));
                self.warning(
                    message,
                    "it is passed on as it is; to say that you mean it, write $${…}",
                )
            }
        }
    }

    fn warning(&mut self, message: String, help: &str) -> Part {
        self.page.warning(self.span, self.trail, message).help(help);
        Part::Text(self.source.to_owned())
    }

    fn variable(&mut self, name: &str) -> String {
        let variables = &self.request.variables;
        match variables.get(name) {
            Some(Some(value)) => return value.clone(),
            Some(None) => {
                let message = format!("the variable {} has no value", quote(name));
                let target = &self.request.target;
                let help = format!("give it a default, or a value in the target {}", quote(target));
                self.page.error(self.span, self.trail, message).help(help);
            }
            None => {
                let close = nearest(name, variables.keys().map(String::as_str));
                let help = match close {
                    Some(close) => format!("did you mean `${{var.{close}}}`?"),
                    None => "declare it under `variables:` in taskloom.yaml".to_owned(),
                };
                let message = format!("there is no variable {}", quote(name));
                let problem = self.page.error(self.span, self.trail, message);
                problem.help(help).replacement = close.map(|close| format!("${{var.{close}}}"));
            }
        }
        self.source.to_owned()
    }
}
