//! The tables of the kinds agree with the API's own models.

use std::collections::BTreeMap;

use taskloom::kinds::{Fallback, Field, Shape, children, table};
use taskloom::model::Kind;

use crate::support::TASKS;

/// One row of `cases/facts/fields.tsv`, generated from the models of 2025-08-06.
struct Row<'a> {
    uses: &'a str,
    types: &'a str,
    required: bool,
    default: &'a str,
    values: &'a str,
    list_key: &'a str,
}

#[test]
fn the_tables_agree_with_the_models_in_every_field() {
    let text = include_str!("cases/facts/fields.tsv");
    let mut rows: BTreeMap<(Kind, String), Row<'_>> = BTreeMap::new();
    let mut disabled = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [kind, path, uses, types, required, default, values, current, list_key] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let kind = if kind == "task" { Kind::Task } else { Kind::TriggerTask };
        if !path.contains('/') {
            continue; // ProjectId and TaskId of the request itself are the codec's.
        }
        let required = required == "required";
        let row = Row { uses, types, required, default, values, list_key };
        if current == "-" {
            rows.insert((kind, path.to_owned()), row);
        } else {
            disabled.insert((kind, path.to_owned()), (current.to_owned(), types.to_owned()));
        }
    }
    let mut ours = BTreeMap::new();
    for kind in TASKS {
        for section in table(kind).fields {
            collect(kind, section.name, section, &mut ours);
        }
    }
    let names = |keys: Vec<&(Kind, String)>| keys.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(names(rows.keys().collect()), names(ours.keys().collect()));
    for (place, row) in &rows {
        agrees(place, row, ours[place]);
    }
    assert_eq!(disabled.len(), 7);
    for ((kind, path), (current, types)) in disabled {
        let (section, old) = path.split_once('/').unwrap();
        let found = taskloom::kinds::find_disabled(table(kind).section(section).unwrap(), old);
        let field = found.unwrap_or_else(|| panic!("{path} is unknown"));
        assert_eq!(field.name, current);
        if types == "string|string|string" {
            assert_eq!(field.disabled.unwrap().update, Shape::Text, "{path}");
        }
    }
}

fn collect(
    kind: Kind,
    path: &str,
    parent: &'static Field,
    found: &mut BTreeMap<(Kind, String), &'static Field>,
) {
    for field in children(parent.shape).unwrap_or_default() {
        let path = format!("{path}/{}", field.name);
        found.insert((kind, path.clone()), field);
        let below = if matches!(field.shape, Shape::List { .. }) { path + "[]" } else { path };
        collect(kind, &below, field, found);
    }
}

fn agrees(place: &(Kind, String), row: &Row<'_>, field: &Field) {
    let uses: String = [
        (field.uses.create, 'c'),
        (field.uses.update, 'u'),
        (field.uses.partial, 'p'),
        (field.uses.get, 'g'),
    ]
    .map(|(used, letter)| if used { letter } else { '-' })
    .iter()
    .collect();
    // The parts of DownstreamDependencyConfigList are those of every dependency list.
    if !place.1.contains("DownstreamDependencyConfigList[]") {
        assert_eq!(uses, row.uses, "{place:?}");
        assert_eq!(field.required, row.required, "{place:?}");
    }
    let first = row.types.split('|').find(|t| *t != "-").unwrap();
    let shape = match first {
        "string" => "text",
        "bool" => "flag",
        "list<string>" => "texts",
        t if t.starts_with("list<") => "list",
        t if t.contains("int") => "integer",
        _ => "section",
    };
    let ours = match field.shape {
        Shape::Text => "text",
        Shape::Integer => "integer",
        Shape::Flag => "flag",
        Shape::Texts => "texts",
        Shape::List { .. } => "list",
        Shape::Section(_) => "section",
    };
    assert_eq!(ours, shape, "{place:?}");
    if let Shape::List { key, .. } = field.shape {
        assert_eq!(key, row.list_key, "{place:?}");
    }
    if place.1.ends_with("TaskTypeId") {
        let types: Vec<String> =
            table(place.0).task_types.iter().map(|(number, _)| number.to_string()).collect();
        assert_eq!(types.join(","), row.values);
        return;
    }
    let values = if field.values.is_empty() { "-".to_owned() } else { sorted(field.values.iter()) };
    assert_eq!(values, sorted(row.values.split(',').collect::<Vec<_>>().iter()), "{place:?}");
    let default = match field.fallback {
        Fallback::Text(text) => text.to_owned(),
        Fallback::Integer(number) => number.to_string(),
        Fallback::Service => row.default.to_owned(),
        Fallback::Unset => "-".to_owned(),
    };
    // The folder's default is the root; the strategies' is a list that only one of them accepts.
    if !["TaskFolderPath", "TaskDependencyExecutingStrategies"].contains(&field.name) {
        assert_eq!(default, row.default, "{place:?}");
    }
}

fn sorted<'a>(values: impl Iterator<Item = &'a &'a str>) -> String {
    let mut values: Vec<&str> = values.copied().collect();
    values.sort_unstable();
    values.join(",")
}
