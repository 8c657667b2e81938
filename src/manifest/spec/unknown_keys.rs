//! Keys in the wrong place: what was meant, and where it belongs.

use super::super::keys;
use crate::kinds::{self, Field, Shape, Table, find, find_disabled};
use crate::yaml::{Diagnostics, FieldPath, YamlEntry, nearest, quote};

/// Reports a key of the spec that is not a section of the kind.
pub(super) fn section(
    diagnostics: &mut Diagnostics,
    table: &'static Table,
    entry: &YamlEntry,
    path: FieldPath<'_>,
) {
    let key = &entry.key;
    let foreign = kinds::ALL.iter().find(|other| other.section(key).is_some());
    if let Some(other) = foreign.filter(|other| !other.is_sectioned()) {
        let message = format!("{key} belongs to {}, this is a {}", other.kind, table.kind);
        diagnostics
            .error(entry.key_span, path, message)
            .help(format!("or write `kind: {}`", other.kind));
        return;
    }
    if let Some(other) = foreign {
        let message = format!("{key} is a section of {}, this is a {}", other.kind, table.kind);
        let help = counterpart(other, table, key);
        diagnostics
            .error(entry.key_span, path, message)
            .help(format!("write `{help}`, or `kind: {}`", other.kind))
            .replace_by(help);
        return;
    }
    let message = format!("unknown section {}", quote(key));
    let names: Vec<&str> = table.fields.iter().map(|section| section.name).collect();
    let close = nearest(key, names.iter().copied());
    let problem = diagnostics.error(entry.key_span, path, message);
    match (home(table, key), close) {
        (Some(home), _) => problem.help(format!("{key} belongs in {home}")),
        (None, Some(close)) => problem.help(format!("did you mean `{close}`?")).replace_by(close),
        (None, None) => problem.help(format!("the sections are {}", names.join(", "))),
    };
}

/// Reports a key that is not a field that a manifest may have here.
pub(super) fn field(
    diagnostics: &mut Diagnostics,
    table: &'static Table,
    fields: &'static [Field],
    entry: &YamlEntry,
    path: FieldPath<'_>,
) {
    let key = &entry.key;
    if find(fields, key).is_some() {
        return made_by_service(diagnostics, entry, path);
    }
    let foreign = kinds::ALL.iter().find(|other| other.section(key).is_some());
    if let Some(other) =
        foreign.filter(|other| std::ptr::eq(fields, table.fields) && other.is_sectioned())
    {
        let message = format!("{key} is a section of {}, this is a {}", other.kind, table.kind);
        diagnostics
            .error(entry.key_span, path, message)
            .help(format!("write `kind: {}`", other.kind));
        return;
    }
    let settable = fields.iter().filter(|field| field.is_settable()).map(|field| field.name);
    let close = nearest(key, settable);
    let problem = diagnostics.error(entry.key_span, path, format!("unknown field {}", quote(key)));
    match (home(table, key), close) {
        (Some(home), _) => problem.help(format!("{key} belongs in {home}")),
        (None, Some(close)) => problem.help(format!("did you mean `{close}`?")).replace_by(close),
        (None, None) => problem.help("a field newer than this program goes under `extra:`"),
    };
}

/// Reports a field that only the service fills in.
pub(super) fn made_by_service(
    diagnostics: &mut Diagnostics,
    entry: &YamlEntry,
    path: FieldPath<'_>,
) {
    let message = format!("{} is filled in by the service", entry.key);
    diagnostics.error(entry.key_span, path, message).help("leave it out");
}

/// Returns an example of a required field of the base section.
pub(super) fn example(field: &str) -> Option<&'static str> {
    match field {
        "TaskTypeId" => Some("for instance `TaskTypeId: Shell`, or its number"),
        "WorkflowId" => Some(
            "the workflow that the task belongs to: its id, or `${workflow.NAME.id}` of a manifest",
        ),
        "ParentFolderPath" => Some("the folder that the workflow lies in; `/` is the top"),
        _ => None,
    }
}

/// Returns the section of a field.
fn home(table: &'static Table, key: &str) -> Option<&'static str> {
    if keys::is_code(key) {
        return Some(table.configuration);
    }
    let holds = |section: &&Field| {
        let Shape::Section(fields) = section.shape else { return false };
        find(fields, key).is_some_and(Field::is_settable) || find_disabled(fields, key).is_some()
    };
    table.fields.iter().find(holds).map(|section| section.name)
}

/// Returns the section of `table` that corresponds to `key` in `other`.
fn counterpart(other: &Table, table: &Table, key: &str) -> &'static str {
    if key == other.base {
        table.base
    } else if key == other.configuration {
        table.configuration
    } else {
        table.scheduler
    }
}
