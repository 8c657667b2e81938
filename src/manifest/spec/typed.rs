//! Texts and numbers of a spec: references, values, formats, task types.

use super::decoder::{SpecDecoder, TypedValue};
use super::format::{self, FormatFinding};
use crate::kinds::{self, Field, FieldFormat, canonical_folder};
use crate::model::{Kind, Value};
use crate::project::may_refer;
use crate::yaml::{FieldPath, Span, YamlNode, nearest, quote, scalar};

impl SpecDecoder<'_> {
    /// Reads a text and checks it against what is known of its field.
    pub fn text(
        &mut self,
        field: &'static Field,
        node: &YamlNode,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        let text = self.diagnostics.text(node, path)?;
        if field.is_code() {
            // A reader of its own checks it; nothing inside code is interpreted.
            return None;
        }
        let first_use = self.uses.len();
        let value = TypedValue { text, span: node.span }.expand(self, path)?;
        let value = self.hideable(field, value, node.span, path)?;
        if let Some(kind) = referred(field, self.table.kind) {
            self.uses.iter_mut().skip(first_use).for_each(|used| used.only = Some(kind));
        }
        let Value::Text(text) = value else { return Some(value) };
        if field.format == FieldFormat::TaskType {
            return self.task_type(&text, node.span, path).map(Value::Text);
        }
        if text.is_empty() {
            if field.never_empty {
                let message = format!("{} must not be empty", field.name);
                self.diagnostics.error(node.span, path, message);
            }
            return Some(Value::Text(text));
        }
        self.check_value(field, &text, node.span, path);
        let text = if field.format == FieldFormat::Folder { canonical_folder(&text) } else { text };
        Some(Value::Text(text))
    }

    /// Reads a whole number, also from a text.
    pub fn integer(
        &mut self,
        field: &'static Field,
        node: &YamlNode,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        let text = match node.as_scalar() {
            Some(scalar) => &scalar.text,
            None => {
                self.diagnostics.mistyped(node, path, "a whole number");
                return None;
            }
        };
        let value = TypedValue { text, span: node.span }.expand(self, path)?;
        let value = self.hideable(field, value, node.span, path)?;
        let number = value.revealed().as_text().and_then(|text| scalar::integer(text.trim()));
        let Some(number) = number else {
            let message = format!("expected a whole number, found {}", quote(text));
            self.diagnostics.error(node.span, path, message);
            return None;
        };
        if value.is_hidden() {
            return Some(Value::from(number).hidden());
        }
        self.check_value(field, &number.to_string(), node.span, path);
        Some(Value::from(number))
    }

    /// Reads true or false, also from a variable.
    pub fn flag(&mut self, field: &Field, node: &YamlNode, path: FieldPath<'_>) -> Option<Value> {
        let Some(text) = node.as_scalar().map(|scalar| &*scalar.text).filter(|t| may_refer(t))
        else {
            return self.diagnostics.flag(node, path).map(Value::Bool);
        };
        let value = TypedValue { text, span: node.span }.expand(self, path)?;
        let value = self.open(field.name, value, node.span, path)?;
        let flag = value.as_text().and_then(scalar::flag);
        if flag.is_none() {
            self.diagnostics.mistyped(node, path, "true or false");
        }
        flag.map(Value::Bool)
    }

    /// Refuses a sensitive value where it would have to be shown or checked.
    fn hideable(
        &mut self,
        field: &Field,
        value: Value,
        span: Span,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        let is_free = matches!(field.format, FieldFormat::Any | FieldFormat::Semicolons)
            && field.values.is_empty()
            && !self.table.always_shows(field);
        if is_free { Some(value) } else { self.open(field.name, value, span, path) }
    }

    /// Refuses a sensitive value.
    pub fn open(
        &mut self,
        place: &str,
        value: Value,
        span: Span,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        if !value.is_hidden() {
            return Some(value);
        }
        let message = format!("a sensitive variable cannot stand in {place}");
        let help =
            "it would be seen in plans, lists and file names: take one that is not sensitive";
        self.diagnostics.error(span, path, message).help(help);
        None
    }

    fn check_value(&mut self, field: &Field, text: &str, span: Span, path: FieldPath<'_>) {
        let finding = if text.contains("${") {
            // WeData fills it in: its final value is not known.
            None
        } else if !field.values.is_empty() {
            check_values(field, text)
        } else {
            format::check(field.format, text)
        };
        if let Some(finding) = finding {
            let close = nearest(text, field.values.iter().copied());
            let problem = self.diagnostics.error(span, path, String::new());
            finding.write_into(problem);
            problem.replacement = close.map(str::to_owned);
        }
    }

    /// Returns the number of a task type, as text.
    fn task_type(&mut self, text: &str, span: Span, path: FieldPath<'_>) -> Option<String> {
        let number = text.trim().parse::<u32>().ok();
        let named = number.is_none().then(|| self.table.task_type_number(text)).flatten();
        if let Some(number) = named {
            return Some(number.to_string());
        }
        let finding = match number {
            Some(number) if self.table.task_type_name(number).is_some() => {
                return Some(number.to_string());
            }
            Some(number) => self.foreign_number(number),
            None => self.unknown_name(text),
        };
        finding.write_into(self.diagnostics.error(span, path, String::new()));
        number.map(|number| number.to_string())
    }

    fn foreign_number(&self, number: u32) -> FormatFinding {
        let kind = self.table.kind;
        let others = Kind::ALL.into_iter().filter(|other| *other != kind);
        for other in others {
            if let Some(name) = kinds::table(other).task_type_name(number) {
                return self.foreign(number, name, other);
            }
        }
        let message = format!("TaskTypeId {number} is not in the documents of {kind}");
        FormatFinding::warning(message, Some(&format!("known are {}", self.task_types())))
    }

    fn unknown_name(&self, text: &str) -> FormatFinding {
        let kind = self.table.kind;
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            let table = kinds::table(other);
            if let Some(number) = table.task_type_number(text) {
                return self.foreign(number, table.task_type_name(number).unwrap_or(text), other);
            }
        }
        let message = format!("there is no task type {}", quote(text));
        let help = match nearest(text, self.table.task_types.iter().map(|(_, name)| *name)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("known are {}", self.task_types()),
        };
        FormatFinding::error(message, Some(&help))
    }

    fn foreign(&self, number: u32, name: &str, other: Kind) -> FormatFinding {
        let kind = self.table.kind;
        let message = format!("{name} ({number}) is a type of {other}, not of {kind}");
        FormatFinding::error(message, Some(&format!("{kind} takes {}", self.task_types())))
    }

    fn task_types(&self) -> String {
        let types = self.table.task_types.iter();
        types.map(|(number, name)| format!("{number} {name}")).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the only kind whose ids a field of this kind can hold.
fn referred(field: &Field, kind: Kind) -> Option<Kind> {
    match field.format {
        FieldFormat::TaskId => Some(kind),
        FieldFormat::WorkflowId => kinds::table(kind).home_kind(),
        FieldFormat::Any
        | FieldFormat::Code
        | FieldFormat::DateTime
        | FieldFormat::TimeOfDay
        | FieldFormat::Cron
        | FieldFormat::Offsets
        | FieldFormat::Semicolons
        | FieldFormat::Folder
        | FieldFormat::TaskType => None,
    }
}

fn check_values(field: &Field, text: &str) -> Option<FormatFinding> {
    if field.values.contains(&text) {
        return None;
    }
    let message = format!("{} is not a valid value of {}", quote(text), field.name);
    let list = format!("one of {}", field.values.join(", "));
    let help = match nearest(text, field.values.iter().copied()) {
        Some(close) => format!("did you mean `{close}`? It takes {list}"),
        None => format!("it takes {list}"),
    };
    Some(FormatFinding::error(message, Some(&help)))
}
