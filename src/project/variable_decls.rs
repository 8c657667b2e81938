//! `variables:` of taskloom.yaml, and the values in it and in its targets.

use std::collections::BTreeMap;

use super::keys;
use super::reference::{TextPiece, escape, pieces};
use super::text::{TargetReader, check_name, reader};
use super::variable::{Variable, VariableType, VariableValue, env_name};
use crate::yaml::{Diagnostics, FieldPath, KnownFields, YamlData, YamlNode, nearest, quote};

/// Reads every declaration.
pub(super) fn variables(
    diagnostics: &mut Diagnostics,
    fields: KnownFields<'_>,
    env: &dyn Fn(&str) -> Option<String>,
) -> BTreeMap<String, Variable> {
    let path = FieldPath::Root.key("variables");
    let mut variables = BTreeMap::new();
    let Some(node) = fields.get("variables") else { return variables };
    let mut in_env: BTreeMap<String, &str> = BTreeMap::new();
    for entry in diagnostics.map(node, path).unwrap_or_default() {
        let path = path.key(&entry.key);
        check_name(diagnostics, &entry.key, entry.key_span, path);
        if let Some(other) = in_env.insert(env_name(&entry.key), &entry.key) {
            let place = env_name(&entry.key);
            let message = format!("{} and {} are both {place}", quote(other), quote(&entry.key));
            let help = "in the environment they are one: rename one of them";
            diagnostics.error(entry.key_span, path, message).help(help);
        }
        let variable = variable(diagnostics, &entry.value, path, env);
        variables.insert(entry.key.clone(), variable);
    }
    variables
}

fn variable(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Variable {
    let mut variable = Variable::default();
    if node.is_null() {
        return variable;
    }
    let Some(fields) = diagnostics.fields(node, path, keys::VARIABLE) else { return variable };
    if let Some(node) = fields.get("description") {
        diagnostics.text(node, path.key("description"));
    }
    if let Some(node) = fields.get("sensitive") {
        variable.sensitive = diagnostics.flag(node, path.key("sensitive")).unwrap_or(true);
    }
    if let Some(node) = fields.get("type") {
        variable.form = form(diagnostics, node, path.key("type")).unwrap_or_default();
        if variable.sensitive && variable.form == VariableType::List {
            let message = "a list cannot be sensitive".to_owned();
            let help = "make a variable of each of its secrets";
            diagnostics.error(node.span, path.key("type"), message).help(help);
        }
    }
    if let Some(node) = fields.get("default") {
        let mut reader = reader(diagnostics, env, "");
        variable.default = reader.typed(&variable, node, path.key("default"));
        let deferred = std::mem::take(&mut reader.deferred);
        diagnostics.problems.0.extend(deferred);
    }
    variable
}

fn form(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> Option<VariableType> {
    let text = diagnostics.text(node, path)?;
    let found = VariableType::ALL.into_iter().find(|form| form.name() == text);
    if found.is_none() {
        let names = VariableType::ALL.map(VariableType::name);
        let close = nearest(text, names);
        let problem = diagnostics.error(node.span, path, format!("unknown type {}", quote(text)));
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
        path: FieldPath<'_>,
        declared: &BTreeMap<String, Variable>,
    ) -> BTreeMap<String, VariableValue> {
        let mut values = BTreeMap::new();
        for entry in self.diagnostics.map(node, path).unwrap_or_default() {
            let path = path.key(&entry.key);
            if let Some(variable) = declared.get(&entry.key) {
                if let Some(value) = self.typed(variable, &entry.value, path) {
                    values.insert(entry.key.clone(), value);
                }
                continue;
            }
            let message = format!("there is no variable {}", quote(&entry.key));
            let close = nearest(&entry.key, declared.keys().map(String::as_str));
            // The variable that was meant may be sensitive.
            self.diagnostics.conceal(entry.value.span);
            let problem = self.diagnostics.error(entry.key_span, path, message);
            problem.help(match close {
                Some(close) => format!("did you mean `{close}`?"),
                None => "declare it under `variables:` above".to_owned(),
            });
        }
        values
    }

    /// Reads a value of the type of a variable.
    pub(super) fn typed(
        &mut self,
        variable: &Variable,
        node: &YamlNode,
        path: FieldPath<'_>,
    ) -> Option<VariableValue> {
        if variable.sensitive && is_written_out(node) {
            self.diagnostics.conceal(node.span);
        }
        let wanted = variable.form.noun();
        match (variable.form, &node.data) {
            (VariableType::List, YamlData::List(_)) => {
                Some(VariableValue::List(self.list(node, path)))
            }
            (
                VariableType::String | VariableType::Integer | VariableType::Boolean,
                YamlData::Scalar(_),
            ) if !node.is_null() => {
                let before = self.deferred.len();
                let text = self.value(node, path)?;
                let value = variable.one(&text);
                if value.is_none() && self.deferred.len() == before {
                    self.diagnostics.mistyped(node, path, wanted);
                }
                value
            }
            (VariableType::List, _) => {
                self.diagnostics.list(node, path);
                None
            }
            (VariableType::String | VariableType::Integer | VariableType::Boolean, _) => {
                self.diagnostics.mistyped(node, path, wanted);
                None
            }
        }
    }

    /// Returns a list with its texts filled in and escaped.
    // Trees are as deep as the reader allows, so this recursion is bounded.
    fn list(&mut self, node: &YamlNode, path: FieldPath<'_>) -> YamlNode {
        let mut node = node.clone();
        match &mut node.data {
            YamlData::Scalar(scalar) if scalar.is_null() => {}
            YamlData::Scalar(_) => {
                let text = self.value(&node, path);
                if let (YamlData::Scalar(scalar), Some(text)) = (&mut node.data, text) {
                    scalar.text = escape(&text);
                }
            }
            YamlData::List(items) => {
                for (number, item) in items.iter_mut().enumerate() {
                    *item = self.list(item, path.item(number));
                }
            }
            YamlData::Map(entries) => {
                for entry in entries {
                    entry.value = self.list(&entry.value, path.key(&entry.key));
                }
            }
        }
        node
    }
}

/// Returns whether a value contains literal text, not only references.
fn is_written_out(node: &YamlNode) -> bool {
    let Some(scalar) = node.as_scalar() else { return true };
    !pieces(&scalar.text).iter().all(|piece| matches!(piece, TextPiece::Ours { .. }))
}
