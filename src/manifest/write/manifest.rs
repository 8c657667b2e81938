//! Writes a manifest as text: the inverse of `load`, with the short forms that people write.
//!
//! Pure: the caller decides where the text and the code go. Loading the text gives the spec that
//! was written, and no problem that is not in the spec itself.

use std::collections::BTreeMap;

use super::super::keys::API_VERSION;
use super::super::spec::is_pair;
use super::yaml::{YamlText, document};
use crate::kinds::{Field, FieldFormat, Shape, Table, code_ending, table, task_type};
use crate::model::{Address, Code, DesiredResource, Lifecycle, MASK, Schedule, TextPart, Value};
use crate::project::escape;

/// Keys of a map of parameters that are longer than this are written as a list.
const KEY_MAX: usize = 100;

/// Where the code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePlace {
    /// Into a file next to the manifest: `CodeFile`.
    File,
    /// Into the manifest: `Code`, or `CodeContent` when it is not text.
    Inside,
}

/// A manifest as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenManifest {
    /// The manifest.
    pub yaml: String,
    /// The name of the code file, `NAME.ENDING`, and its bytes.
    pub code: Option<(String, Vec<u8>)>,
}

/// Writes the manifest of a resource: the fields in the order of the API's documents.
pub fn write(address: &Address, resource: &DesiredResource, place: CodePlace) -> WrittenManifest {
    write_in(address, resource, place, Schedule::default())
}

/// Writes the manifest of a resource for a target in which manifests without a schedule have this
/// one.
pub fn write_in(
    address: &Address,
    resource: &DesiredResource,
    place: CodePlace,
    silent: Schedule,
) -> WrittenManifest {
    let mut writer = Writer { table: table(address.kind), place, address, code: None };
    let mut entries = vec![
        ("apiVersion".to_owned(), YamlText::text(API_VERSION)),
        ("kind".to_owned(), YamlText::text(address.kind.name())),
        ("metadata".to_owned(), metadata(address, resource)),
    ];
    let lifecycle = lifecycle(&resource.lifecycle, silent);
    if !lifecycle.is_empty() {
        entries.push(("lifecycle".to_owned(), YamlText::Map(lifecycle)));
    }
    entries.push(("spec".to_owned(), YamlText::Map(writer.sections(&resource.spec))));
    if !resource.extra.is_unset() {
        entries.push(("extra".to_owned(), free(&resource.extra)));
    }
    WrittenManifest { yaml: document(&entries), code: writer.code }
}

fn metadata(address: &Address, resource: &DesiredResource) -> YamlText {
    let mut entries = vec![("name".to_owned(), YamlText::text(&*address.name))];
    if !resource.labels.is_empty() {
        let labels = resource.labels.iter();
        let labels = labels.map(|(key, value)| (key.clone(), YamlText::text(&**value))).collect();
        entries.push(("labels".to_owned(), YamlText::Map(labels)));
    }
    if !resource.formerly.is_empty() {
        let names = resource.formerly.iter().map(|former| YamlText::text(&*former.name)).collect();
        entries.push(("formerly".to_owned(), YamlText::List(names)));
    }
    YamlText::Map(entries)
}

fn lifecycle(lifecycle: &Lifecycle, silent: Schedule) -> Vec<(String, YamlText)> {
    let mut entries = Vec::new();
    if lifecycle.schedule != silent {
        entries.push(("schedule".to_owned(), YamlText::text(lifecycle.schedule.name())));
    }
    if lifecycle.protect {
        entries.push(("protect".to_owned(), YamlText::Word("true".to_owned())));
    }
    if let Some(chosen) = &lifecycle.folder_type {
        entries.push(("folder_type".to_owned(), YamlText::text(&**chosen)));
    }
    if !lifecycle.ignore.is_empty() {
        let paths = lifecycle.ignore.iter().map(|path| YamlText::text(&**path)).collect();
        entries.push(("ignore".to_owned(), YamlText::List(paths)));
    }
    entries
}

struct Writer<'a> {
    table: &'static Table,
    place: CodePlace,
    address: &'a Address,
    code: Option<(String, Vec<u8>)>,
}

impl Writer<'_> {
    fn sections(&mut self, spec: &Value) -> Vec<(String, YamlText)> {
        let number = task_type(self.address.kind, spec).and_then(|text| text.parse().ok());
        if !self.table.is_sectioned() {
            return self.section(self.table.fields, spec, number);
        }
        let mut sections = Vec::new();
        for section in self.table.fields {
            let (Shape::Section(fields), Some(value)) = (section.shape, spec.get(section.name))
            else {
                continue;
            };
            let entries = self.section(fields, value, number);
            if !entries.is_empty() || value.as_map().is_some_and(|map| map.is_empty()) {
                sections.push((section.name.to_owned(), YamlText::Map(entries)));
            }
        }
        sections
    }

    fn section(
        &mut self,
        fields: &'static [Field],
        have: &Value,
        task_type: Option<u32>,
    ) -> Vec<(String, YamlText)> {
        let mut entries = Vec::new();
        for field in fields {
            let Some(value) = have.get(field.name) else { continue };
            let is_name = self.table.name.last() == Some(&field.name);
            if is_name && value.as_text() == Some(self.address.name.as_str()) {
                continue;
            }
            entries.push(match (field.format, value) {
                (FieldFormat::Code, Value::Code(code)) => self.code(field, code, task_type),
                // What is not Base64 is not interpreted either.
                (FieldFormat::Code, Value::Text(text)) => {
                    (field.name.to_owned(), YamlText::text(text.as_str()))
                }
                (FieldFormat::TaskType, Value::Text(text)) => {
                    (field.name.to_owned(), self.task_type(text))
                }
                _ => (field.name.to_owned(), tree(field, value)),
            });
        }
        entries
    }

    /// Returns the name of a type where it is read back as the same number, else the number.
    fn task_type(&self, text: &str) -> YamlText {
        let number = text.parse::<u32>().ok();
        let name = number.and_then(|number| self.table.task_type_name(number));
        match name.filter(|name| self.table.task_type_number(name) == number) {
            Some(name) => YamlText::text(name),
            None => YamlText::text(escape(text)),
        }
    }

    fn code(&mut self, field: &Field, code: &Code, task_type: Option<u32>) -> (String, YamlText) {
        match (self.place, code.text()) {
            (CodePlace::File, _) => {
                let ending = code_ending(task_type, code.bytes());
                let name = format!("{}.{ending}", self.address.name);
                self.code = Some((name.clone(), code.bytes().to_vec()));
                ("CodeFile".to_owned(), YamlText::Text(name))
            }
            (CodePlace::Inside, Some(text)) => ("Code".to_owned(), YamlText::text(text)),
            (CodePlace::Inside, None) => (field.name.to_owned(), YamlText::Text(code.encode())),
        }
    }
}

fn tree(field: &'static Field, value: &Value) -> YamlText {
    match (field.shape, value) {
        (Shape::Section(fields), Value::Map(_)) => structure(fields, value),
        (Shape::List { items, .. }, Value::List(list)) => pairs(items, list).unwrap_or_else(|| {
            YamlText::List(list.iter().map(|item| structure(items, item)).collect())
        }),
        _ => free(value),
    }
}

fn structure(fields: &'static [Field], have: &Value) -> YamlText {
    let named = fields.iter().filter_map(|field| Some((field, have.get(field.name)?)));
    YamlText::Map(named.map(|(field, value)| (field.name.to_owned(), tree(field, value))).collect())
}

/// Returns parameters as a map, where a map can hold all of them.
fn pairs(fields: &[Field], list: &[Value]) -> Option<YamlText> {
    if !is_pair(fields) {
        return None;
    }
    let mut seen = BTreeMap::new();
    let mut entries = Vec::with_capacity(list.len());
    for item in list {
        let key = item.get("ParamKey")?.as_text()?;
        let value = item.get("ParamValue").filter(|value| !matches!(value, Value::Null))?;
        // `<<` merges maps, and the key of a map is short and on one line.
        if key == "<<" || key.len() > KEY_MAX || key.chars().any(char::is_control) {
            return None;
        }
        match seen.insert(key, value) {
            None => entries.push((escape(key), free(value))),
            // Official requests have some parameters twice with the same value.
            Some(before) if before == value => {}
            Some(_) => return None,
        }
    }
    Some(YamlText::Map(entries))
}

/// Returns a value that is in no table.
fn free(value: &Value) -> YamlText {
    match value {
        Value::Null => YamlText::Word("null".to_owned()),
        Value::Bool(flag) => YamlText::Word(flag.to_string()),
        Value::Number(number) => YamlText::Word(number.to_string()),
        Value::Text(text) => YamlText::Text(escape(text)),
        Value::Code(code) => YamlText::Text(code.encode()),
        Value::Template(parts) => YamlText::Text(
            parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => escape(text),
                    TextPart::IdOf(_) => part.source(),
                })
                .collect(),
        ),
        Value::Secret(_) | Value::Sealed(_) => YamlText::text(MASK),
        Value::List(items) => YamlText::List(items.iter().map(free).collect()),
        Value::Map(map) => {
            YamlText::Map(map.iter().map(|(key, value)| (key.clone(), free(value))).collect())
        }
    }
}
