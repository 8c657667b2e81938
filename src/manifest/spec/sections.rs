//! Reads the spec of a manifest by the table of its kind: every key is known, every value has its
//! type.

use std::collections::{BTreeMap, HashMap};

use super::super::keys::{self, PROJECT_ID};
use super::decoder::{ManifestHead, SpecDecoder, TypedValue};
use super::{checks, text, unknown_keys};
use crate::kinds::{Field, Shape, find, find_disabled};
use crate::model::{TextPart, Value};
use crate::yaml::{FieldPath, Span, YamlData, YamlEntry, YamlNode, quote};

/// The schedule that all tasks of a workflow share.
const SHARED_SCHEDULE: &str = "WorkflowSchedulerConfiguration";

impl SpecDecoder<'_> {
    /// Returns the sections; wrong values are left out and reported.
    pub fn spec(&mut self, node: Option<&YamlNode>, head: &ManifestHead) -> Value {
        let path = FieldPath::Root.key("spec");
        let entries = match node {
            Some(node) => self.diagnostics.map(node, path).unwrap_or_default(),
            None => &[],
        };
        let mut sections = BTreeMap::new();
        if !self.table.is_sectioned() {
            return self.flat(entries, node, head);
        }
        for entry in entries {
            let path = path.key(&entry.key);
            if entry.key == PROJECT_ID.name {
                self.project_id(&entry.value, path);
            } else if let Some(fields) = self.table.section(&entry.key) {
                let value = self.section(fields, entry, path);
                sections.insert(entry.key.clone(), value);
            } else {
                unknown_keys::section(self.diagnostics, self.table, entry, path);
            }
        }
        if node.is_none_or(|node| node.as_map().is_some()) {
            self.base(&mut sections, entries, head);
        }
        Value::Map(sections)
    }

    /// Reads the spec of a workflow, which has no sections.
    fn flat(
        &mut self,
        entries: &[YamlEntry],
        node: Option<&YamlNode>,
        head: &ManifestHead,
    ) -> Value {
        let path = FieldPath::Root.key("spec");
        let (project, rest): (Vec<_>, Vec<_>) =
            entries.iter().cloned().partition(|entry| entry.key == PROJECT_ID.name);
        for entry in &project {
            self.project_id(&entry.value, path.key(&entry.key));
        }
        let mut map = self.fields(self.table.fields, &rest, path);
        if let Some(schedule) = rest.iter().find(|entry| entry.key == SHARED_SCHEDULE)
            && let Some(Value::Map(times)) = map.get(SHARED_SCHEDULE)
        {
            let entries = schedule.value.as_map().unwrap_or_default();
            checks::times(self.diagnostics, entries, times, path.key(SHARED_SCHEDULE));
        }
        if node.is_none_or(|node| node.as_map().is_some()) {
            self.name(&mut map, head);
            self.required(self.table.fields, &map, &rest, head.spec_place, path);
        }
        Value::Map(map)
    }

    fn section(
        &mut self,
        fields: &'static [Field],
        entry: &YamlEntry,
        path: FieldPath<'_>,
    ) -> Value {
        if entry.value.is_null() {
            return Value::map();
        }
        let Some(entries) = self.diagnostics.map(&entry.value, path) else { return Value::map() };
        let mut map = self.fields(fields, entries, path);
        if entry.key == self.table.configuration {
            self.code(entries, path, &mut map);
        }
        if entry.key == self.table.scheduler {
            checks::times(self.diagnostics, entries, &map, path);
            let found = checks::dependencies(self.diagnostics, entries, &map, path);
            self.dependencies.extend(found);
        }
        Value::Map(map)
    }

    /// Reads the entries of a structure.
    pub fn fields(
        &mut self,
        fields: &'static [Field],
        entries: &[YamlEntry],
        path: FieldPath<'_>,
    ) -> BTreeMap<String, Value> {
        let mut map = BTreeMap::new();
        for entry in entries {
            let inner = path.key(&entry.key);
            if let Some(field) = find(fields, &entry.key).filter(|field| field.is_settable()) {
                if let Some(value) = self.value(field, &entry.value, inner) {
                    map.insert(entry.key.clone(), value);
                }
            } else if let Some(field) = find_disabled(fields, &entry.key) {
                self.disabled(field, entry, entries, inner, &mut map);
            } else if !self.is_code_key(&entry.key, fields) {
                unknown_keys::field(self.diagnostics, self.table, fields, entry, inner);
            }
        }
        map
    }

    fn is_code_key(&self, key: &str, fields: &'static [Field]) -> bool {
        let here = self.table.section(self.table.configuration);
        keys::is_code(key) && here.is_some_and(|known| std::ptr::eq(known, fields))
    }

    fn disabled(
        &mut self,
        field: &'static Field,
        entry: &YamlEntry,
        entries: &[YamlEntry],
        path: FieldPath<'_>,
        map: &mut BTreeMap<String, Value>,
    ) {
        if !field.is_settable() {
            return unknown_keys::made_by_service(self.diagnostics, entry, path);
        }
        if let Some(current) = entries.iter().find(|other| other.key == field.name) {
            let message = format!("{} and {} are one field", entry.key, field.name);
            let current = self.diagnostics.location(current.key_span, path);
            let problem = self.diagnostics.error(entry.key_span, path, message);
            problem.help(format!("keep {}", field.name)).see("the other one", &current);
            return;
        }
        let message = format!("{} is disabled; it is sent as {}", entry.key, field.name);
        let problem = self.diagnostics.warning(entry.key_span, path, message);
        problem.help(format!("write `{}`", field.name)).replace_by(field.name);
        if let Some(value) = self.value(field, &entry.value, path) {
            map.insert(field.name.to_owned(), value);
        }
    }

    /// Reads one value by the type of its field.
    fn value(
        &mut self,
        field: &'static Field,
        node: &YamlNode,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        if node.is_null() {
            if field.required {
                let message = format!("{} needs a value", field.name);
                self.diagnostics.error(node.span, path, message);
            }
            return Some(Value::Null);
        }
        let listed = matches!(field.shape, Shape::List { .. } | Shape::Texts)
            .then(|| text::list(self.diagnostics, self.options, field.name, node, path));
        let listed = listed.transpose().ok()?.flatten();
        let node = listed.as_ref().unwrap_or(node);
        match field.shape {
            Shape::Text => self.text(field, node, path),
            Shape::Integer => self.integer(field, node, path),
            Shape::Flag => self.flag(field, node, path),
            Shape::Section(fields) => {
                let entries = self.diagnostics.map(node, path)?;
                let map = self.fields(fields, entries, path);
                self.required(fields, &map, entries, node.span, path);
                Some(Value::Map(map))
            }
            Shape::List { key, items, .. } => self.list(field, key, items, node, path),
            Shape::Texts => {
                let items = self.diagnostics.list(node, path)?;
                let texts = items.iter().enumerate();
                let texts = texts.filter_map(|(n, item)| self.text(field, item, path.item(n)));
                Some(Value::List(texts.collect()))
            }
        }
    }

    fn list(
        &mut self,
        field: &Field,
        key: &'static str,
        items: &'static [Field],
        node: &YamlNode,
        path: FieldPath<'_>,
    ) -> Option<Value> {
        if let YamlData::Map(entries) = &node.data {
            if is_pair(items) {
                return Some(self.pairs(entries, path));
            }
            let first = items.first().map_or(key, |field| field.name);
            let help = format!("write a list of maps: `- {first}: …`");
            self.diagnostics.mistyped(node, path, "a list").help(help);
            return None;
        }
        let nodes = self.diagnostics.list(node, path)?;
        let mut values = Vec::with_capacity(nodes.len());
        for (number, item) in nodes.iter().enumerate() {
            let path = path.item(number);
            let Some(entries) = self.diagnostics.map(item, path) else { continue };
            let map = self.fields(items, entries, path);
            self.required(items, &map, entries, item.span, path);
            if let Some(value) = map.get(key) {
                self.open(key, value.clone(), item.span, path);
            }
            values.push(Value::Map(map));
        }
        self.repeated(field, key, nodes, &values, path);
        Some(Value::List(values))
    }

    /// Turns `{name: value}` into ParamKey and ParamValue.
    fn pairs(&mut self, entries: &[YamlEntry], path: FieldPath<'_>) -> Value {
        let mut items = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = path.key(&entry.key);
            let Some(text) = entry.value.as_scalar().filter(|scalar| !scalar.is_null()) else {
                let help =
                    "a ParamValue is a text: put quotes round it, JSON included; \"\" is empty";
                self.diagnostics.mistyped(&entry.value, path, "a text").help(help);
                continue;
            };
            let span = entry.value.span;
            let typed = TypedValue { text: &text.text, span };
            let key = TypedValue { text: &entry.key, span: entry.key_span }.expand(self, path);
            let (Some(key), Some(value)) = (key, typed.expand(self, path)) else { continue };
            let Some(key) = self.open("ParamKey", key, entry.key_span, path) else { continue };
            let pair = [("ParamKey".to_owned(), key), ("ParamValue".to_owned(), value)];
            items.push(Value::Map(BTreeMap::from(pair)));
        }
        Value::List(items)
    }

    fn repeated(
        &mut self,
        field: &Field,
        key: &str,
        nodes: &[YamlNode],
        values: &[Value],
        path: FieldPath<'_>,
    ) {
        if nodes.len() != values.len() {
            return;
        }
        let mut seen: HashMap<&str, &Value> = HashMap::new();
        for (node, value) in nodes.iter().zip(values) {
            let Some(name) = value.get(key).and_then(Value::as_text) else { continue };
            let differs = seen.insert(name, value).is_some_and(|before| before != value);
            if differs {
                let list = field.name;
                let message = format!("{list} names {} twice with different values", quote(name));
                let span = node.get(key).map_or(node.span, |node| node.span);
                self.diagnostics.warning(span, path, message);
            }
        }
    }

    fn required(
        &mut self,
        fields: &'static [Field],
        map: &BTreeMap<String, Value>,
        entries: &[YamlEntry],
        span: Span,
        path: FieldPath<'_>,
    ) {
        for field in fields.iter().filter(|field| field.required) {
            let named = entries.iter().any(|entry| entry.key == field.name);
            if !named && !map.contains_key(field.name) {
                let message = format!("{} is missing", field.name);
                let help = unknown_keys::example(field.name).map(str::to_owned);
                self.diagnostics.error(span, path.key(field.name), message).help = help;
            }
        }
    }

    fn project_id(&mut self, node: &YamlNode, path: FieldPath<'_>) {
        let Some(text) = self.diagnostics.text(node, path) else { return };
        let typed = TypedValue { text, span: node.span };
        let Some(id) = typed.expand(self, path) else { return };
        let Some(Value::Text(id)) = self.open("ProjectId", id, node.span, path) else { return };
        let Some(expected) = &self.options.project_id else { return };
        if id != *expected {
            let target = quote(&self.options.target);
            let message = format!("ProjectId is {id}, but the target {target} is {expected}");
            let help = "leave it out: the target says which project it is";
            self.diagnostics.error(node.span, path, message).help(help);
        }
    }

    /// Fills in the name, with the prefix of development.
    fn name(&self, map: &mut BTreeMap<String, Value>, head: &ManifestHead) {
        let Some(field) = self.table.name.last() else { return };
        let name = map.entry((*field).to_owned()).or_insert(Value::Null);
        if *name == Value::Null {
            *name = Value::Text(head.name.clone());
        }
        if let Some(prefix) = self.options.name_prefix() {
            match name {
                Value::Text(text) => text.insert_str(0, &prefix),
                Value::Template(parts) => parts.insert(0, TextPart::Text(prefix)),
                // Anything else is an error that was already reported.
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Code(_)
                | Value::List(_)
                | Value::Map(_)
                | Value::Secret(_)
                | Value::Sealed(_) => {}
            }
        }
    }

    /// Completes the base section: TaskName, the prefix of development, required fields.
    fn base(
        &mut self,
        sections: &mut BTreeMap<String, Value>,
        spec: &[YamlEntry],
        head: &ManifestHead,
    ) {
        let section = self.table.base;
        let base = sections.entry(section.to_owned()).or_insert_with(Value::map);
        let Some(map) = base.as_map_mut() else { return };
        self.name(map, head);
        let entry = spec.iter().find(|entry| entry.key == section);
        let entries = entry.and_then(|entry| entry.value.as_map()).unwrap_or_default();
        let place = entry.map_or(head.spec_place, |entry| entry.key_span);
        let Some(fields) = self.table.section(section) else { return };
        let path = FieldPath::Root.key("spec");
        self.required(fields, map, entries, place, path.key(section));
    }
}

/// Returns whether the items of a list have ParamKey and ParamValue and nothing else.
pub(crate) fn is_pair(items: &[Field]) -> bool {
    matches!(items, [key, value] if key.name == "ParamKey" && value.name == "ParamValue")
}
