//! `variables:` of taskloom.yaml, and the values that it and its targets give.

use std::collections::BTreeMap;

use super::keys;
use super::reference::{TextPiece, escape, pieces};
use super::text::{TargetReader, named, reading};
use super::variable::{Variable, VariableType, VariableValue, env_name};
use crate::yaml::{Diagnostics, FieldPath, KnownFields, YamlData, YamlNode, nearest, quote};

/// Reads every declaration.
pub(super) fn variables(
    page: &mut Diagnostics,
    fields: KnownFields<'_>,
    env: &dyn Fn(&str) -> Option<String>,
) -> BTreeMap<String, Variable> {
    let trail = FieldPath::Root.key("variables");
    let mut variables = BTreeMap::new();
    let Some(node) = fields.get("variables") else { return variables };
    let mut in_env: BTreeMap<String, &str> = BTreeMap::new();
    for entry in page.map(node, trail).unwrap_or_default() {
        let trail = trail.key(&entry.key);
        named(page, &entry.key, entry.key_span, trail);
        if let Some(other) = in_env.insert(env_name(&entry.key), &entry.key) {
            let place = env_name(&entry.key);
            let message = format!("{} and {} are both {place}", quote(other), quote(&entry.key));
            let help = "in the environment they are one: rename one of them";
            page.error(entry.key_span, trail, message).help(help);
        }
        let variable = variable(page, &entry.value, trail, env);
        variables.insert(entry.key.clone(), variable);
    }
    variables
}

fn variable(
    page: &mut Diagnostics,
    node: &YamlNode,
    trail: FieldPath<'_>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Variable {
    let mut variable = Variable::default();
    if node.is_null() {
        return variable;
    }
    let Some(fields) = page.fields(node, trail, keys::VARIABLE) else { return variable };
    if let Some(node) = fields.get("description") {
        page.text(node, trail.key("description"));
    }
    if let Some(node) = fields.get("sensitive") {
        variable.sensitive = page.flag(node, trail.key("sensitive")).unwrap_or(true);
    }
    if let Some(node) = fields.get("type") {
        variable.form = form(page, node, trail.key("type")).unwrap_or_default();
        if variable.sensitive && variable.form == VariableType::List {
            let message = "a list cannot be sensitive".to_owned();
            let help = "make a variable of each of its secrets";
            page.error(node.span, trail.key("type"), message).help(help);
        }
    }
    if let Some(node) = fields.get("default") {
        let mut reading = reading(page, env, "");
        variable.default = reading.typed(&variable, node, trail.key("default"));
        let lacks = std::mem::take(&mut reading.lacks);
        page.problems.0.extend(lacks);
    }
    variable
}

fn form(page: &mut Diagnostics, node: &YamlNode, trail: FieldPath<'_>) -> Option<VariableType> {
    let text = page.text(node, trail)?;
    let found = VariableType::ALL.into_iter().find(|form| form.name() == text);
    if found.is_none() {
        let names = VariableType::ALL.map(VariableType::name);
        let close = nearest(text, names);
        let problem = page.error(node.span, trail, format!("unknown type {}", quote(text)));
        problem.replacement = close.map(str::to_owned);
        problem.help(match close {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("one of {}", names.join(", ")),
        });
    }
    found
}

impl TargetReader<'_> {
    /// Reads the values that a target gives.
    pub(super) fn variables(
        &mut self,
        node: &YamlNode,
        trail: FieldPath<'_>,
        declared: &BTreeMap<String, Variable>,
    ) -> BTreeMap<String, VariableValue> {
        let mut values = BTreeMap::new();
        for entry in self.page.map(node, trail).unwrap_or_default() {
            let trail = trail.key(&entry.key);
            if let Some(variable) = declared.get(&entry.key) {
                if let Some(value) = self.typed(variable, &entry.value, trail) {
                    values.insert(entry.key.clone(), value);
                }
                continue;
            }
            let message = format!("there is no variable {}", quote(&entry.key));
            let close = nearest(&entry.key, declared.keys().map(String::as_str));
            // Nobody knows whether what was meant is sensitive.
            self.page.conceal(entry.value.span);
            let problem = self.page.error(entry.key_span, trail, message);
            problem.help(match close {
                Some(close) => format!("did you mean `{close}`?"),
                None => "declare it under `variables:` above".to_owned(),
            });
        }
        values
    }

    /// Reads a value of a variable's type.
    pub(super) fn typed(
        &mut self,
        variable: &Variable,
        node: &YamlNode,
        trail: FieldPath<'_>,
    ) -> Option<VariableValue> {
        if variable.sensitive && is_written_out(node) {
            self.page.conceal(node.span);
        }
        let wanted = variable.form.noun();
        match (variable.form, &node.data) {
            (VariableType::List, YamlData::List(_)) => {
                Some(VariableValue::List(self.list(node, trail)))
            }
            (
                VariableType::String | VariableType::Integer | VariableType::Boolean,
                YamlData::Scalar(_),
            ) if !node.is_null() => {
                let before = self.lacks.len();
                let text = self.value(node, trail)?;
                let value = variable.one(&text);
                if value.is_none() && self.lacks.len() == before {
                    self.page.mistyped(node, trail, wanted);
                }
                value
            }
            (VariableType::List, _) => {
                self.page.list(node, trail);
                None
            }
            (VariableType::String | VariableType::Integer | VariableType::Boolean, _) => {
                self.page.mistyped(node, trail, wanted);
                None
            }
        }
    }

    /// Returns a list whose texts are filled in and read back as they are.
    // Trees are as deep as the reader allows, so this recursion is bounded.
    fn list(&mut self, node: &YamlNode, trail: FieldPath<'_>) -> YamlNode {
        let mut node = node.clone();
        match &mut node.data {
            YamlData::Scalar(scalar) if scalar.is_null() => {}
            YamlData::Scalar(_) => {
                let text = self.value(&node, trail);
                if let (YamlData::Scalar(scalar), Some(text)) = (&mut node.data, text) {
                    scalar.text = escape(&text);
                }
            }
            YamlData::List(items) => {
                for (number, item) in items.iter_mut().enumerate() {
                    *item = self.list(item, trail.item(number));
                }
            }
            YamlData::Map(entries) => {
                for entry in entries {
                    entry.value = self.list(&entry.value, trail.key(&entry.key));
                }
            }
        }
        node
    }
}

/// Tells whether a value is more than references to where it is kept.
fn is_written_out(node: &YamlNode) -> bool {
    let Some(scalar) = node.as_scalar() else { return true };
    !pieces(&scalar.text).iter().all(|piece| matches!(piece, TextPiece::Ours { .. }))
}
