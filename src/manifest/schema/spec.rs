//! The schema of a spec, by the table of its kind.

use serde_json::{Map, Value as Json, json};

use super::super::keys::{CODE, PROJECT_ID};
use super::super::spec::is_pair;
use super::scalar;
use crate::kinds::{Disabled, Fallback, Field, FieldFormat, Shape, Table, children, join};

/// Returns the schema of the spec of a kind.
pub(super) fn spec(table: &'static Table) -> Map<String, Json> {
    let mut spec = match table.is_sectioned() {
        true => sections(table),
        false => {
            structure(table, table.fields, &|field| Some(field.name) != table.name.last().copied())
        }
    };
    add(&mut spec, PROJECT_ID.name, told(scalar::text(), PROJECT_ID.about));
    spec
}

/// Returns the schema of a path of a field of a kind, as `lifecycle.ignore` takes it.
pub(super) fn paths(table: &'static Table) -> Map<String, Json> {
    let (mut all, mut lists) = (Vec::new(), Vec::new());
    walk(table.fields, "", &mut all, &mut lists);
    let lists: Vec<String> = lists.iter().map(|path| path.replace('.', r"\.")).collect();
    let item = format!(r"^({})\[.*\]$", lists.join("|"));
    scalar::object(json!({"anyOf": [{"enum": all}, {"type": "string", "pattern": item}]}))
}

// Tables are a few levels deep.
fn walk(fields: &'static [Field], path: &str, all: &mut Vec<String>, lists: &mut Vec<String>) {
    for field in fields {
        let path = join(path, field.name);
        all.push(path.clone());
        if matches!(field.shape, Shape::List { .. } | Shape::Texts) {
            lists.push(path.clone());
        }
        walk(children(field.shape).unwrap_or_default(), &path, all, lists);
    }
}

/// The sections of a task: only the one with name, type and workflow is required, and a missing
/// name is `metadata.name`.
fn sections(table: &'static Table) -> Map<String, Json> {
    let mut properties = Map::new();
    for section in table.fields {
        let Shape::Section(fields) = section.shape else { continue };
        let is_base = section.name == table.base;
        let must = |field: &Field| is_base && Some(field.name) != table.name.last().copied();
        let mut schema = structure(table, fields, &must);
        if section.name == table.configuration {
            CODE.iter().for_each(|key| add(&mut schema, key.name, code(key.about)));
        }
        if !is_base {
            scalar::or_null(&mut schema);
        }
        describe(&mut schema, section);
        properties.insert(section.name.to_owned(), schema.into());
    }
    scalar::object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": [table.base],
    }))
}

/// A structure; `must` says which of the required fields have to be present.
fn structure(
    table: &'static Table,
    fields: &'static [Field],
    must: &dyn Fn(&Field) -> bool,
) -> Map<String, Json> {
    let mut properties = Map::new();
    for field in fields.iter().filter(|field| field.is_settable()) {
        let schema = described(table, field);
        if let Some(disabled) = field.disabled {
            properties.insert(disabled.name.to_owned(), former(schema.clone(), field, disabled));
        }
        properties.insert(field.name.to_owned(), schema.into());
    }
    let required = fields.iter().filter(|field| field.required && must(field));
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let mut schema = scalar::object(json!({
        "type": "object", "additionalProperties": false, "properties": properties,
    }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

fn described(table: &'static Table, field: &'static Field) -> Map<String, Json> {
    let mut schema = shape(table, field);
    if !field.required {
        scalar::or_null(&mut schema);
    }
    describe(&mut schema, field);
    schema
}

fn shape(table: &'static Table, field: &'static Field) -> Map<String, Json> {
    match field.shape {
        Shape::Text => scalar::text_field(field, table),
        Shape::Integer => scalar::integer_field(field),
        Shape::Flag => scalar::flag_field(),
        Shape::Section(fields) => structure(table, fields, &|_| true),
        Shape::List { items, .. } => list(items, structure(table, items, &|_| true)),
        Shape::Texts => list(&[], scalar::text_field(field, table)),
    }
}

/// A list, the variable that stands for one, and the map that stands for a list of pairs.
fn list(fields: &[Field], items: Map<String, Json>) -> Map<String, Json> {
    let pattern = scalar::LIST_VARIABLE;
    let mut list =
        scalar::object(json!({"type": ["array", "string"], "items": items, "pattern": pattern}));
    if is_pair(fields) {
        list.insert("type".to_owned(), json!(["array", "object", "string"]));
        list.insert("additionalProperties".to_owned(), scalar::text().into());
    }
    list
}

/// A disabled spelling accepts what the current one accepts.
fn former(mut schema: Map<String, Json>, field: &Field, disabled: Disabled) -> Json {
    schema.insert("deprecated".to_owned(), true.into());
    let text = format!("{} is disabled: write {}.", disabled.name, field.name);
    schema.insert("description".to_owned(), text.as_str().into());
    // Editors use this key: they show the text and do not offer the spelling.
    schema.insert("deprecationMessage".to_owned(), text.into());
    schema.into()
}

fn code(about: &str) -> Map<String, Json> {
    let mut schema = scalar::text();
    scalar::or_null(&mut schema);
    told(schema, about)
}

fn told(mut schema: Map<String, Json>, about: &str) -> Map<String, Json> {
    schema.insert("description".to_owned(), about.into());
    schema
}

/// Adds the description of a field from the table.
fn describe(schema: &mut Map<String, Json>, field: &Field) {
    let mut told: Vec<String> = vec![field.about.to_owned()];
    told.extend(written(field.format).map(str::to_owned));
    match field.fallback {
        Fallback::Unset => {}
        Fallback::Text(text) => {
            told.push(format!("{text} by default."));
            schema.insert("default".to_owned(), text.into());
        }
        Fallback::Integer(number) => {
            told.push(format!("{number} by default."));
            schema.insert("default".to_owned(), number.into());
        }
        Fallback::Service => told.push("The service chooses when nobody does.".to_owned()),
    }
    if let Some(because) = field.immutable {
        told.push(format!("A change replaces the resource: {because}."));
    }
    told.retain(|text| !text.is_empty());
    schema.insert("description".to_owned(), told.join(" ").into());
}

/// How a text of a format is written.
fn written(format: FieldFormat) -> Option<&'static str> {
    match format {
        FieldFormat::Any => None,
        FieldFormat::Code => Some("In Base64; CodeFile and Code take it as it is."),
        FieldFormat::DateTime => Some("Written as yyyy-MM-dd HH:mm:ss."),
        FieldFormat::TimeOfDay => Some("Written as HH:mm."),
        FieldFormat::Cron => Some(
            "A Quartz expression of six or seven fields: second minute hour day-of-month month day-of-week [year].",
        ),
        FieldFormat::Offsets => Some("Whole numbers with commas between, as in -1,0."),
        FieldFormat::Semicolons => Some("Several are separated by semicolons."),
        FieldFormat::TaskType => Some("A name or a number."),
        FieldFormat::TaskId => Some(
            "A task of the same kind, as in ${task.NAME.id}, or the id of one that is managed elsewhere.",
        ),
        FieldFormat::WorkflowId => {
            Some("As in ${workflow.NAME.id}, or the id of one that is managed elsewhere.")
        }
        FieldFormat::Folder => {
            Some("A path of folders, `/` for the top; those that are missing are made.")
        }
    }
}

fn add(schema: &mut Map<String, Json>, name: &str, property: Map<String, Json>) {
    if let Some(Json::Object(properties)) = schema.get_mut("properties") {
        properties.insert(name.to_owned(), property.into());
    }
}
