//! FieldToRemoveList: `TaskConfiguration/TaskSchedulingParameterList:aa,bb`.

use serde_json::Value as Json;

use super::super::behaviour::RemovalPaths;
use super::super::http::ApiError;
use super::super::records::{EXT, StoredTask, key_of};
use crate::kinds::{Shape, Table, find, find_disabled};

/// Some items of one list.
#[derive(Debug)]
pub struct FieldRemoval<'a> {
    section: &'static str,
    list: &'static str,
    key: &'static str,
    values: Vec<&'a str>,
}

/// Parses the paths; a path that is not documented is refused.
pub fn parse<'a>(
    table: &'static Table,
    paths: &[&'a str],
    spelling: RemovalPaths,
) -> Result<Vec<FieldRemoval<'a>>, ApiError> {
    let one = |path: &&'a str| {
        let why = format!("`{path}` is not the path of a list whose items can be removed");
        removal(table, path, spelling).ok_or_else(|| ApiError::bad_value("FieldToRemoveList", &why))
    };
    paths.iter().map(one).collect()
}

fn removal<'a>(
    table: &'static Table,
    path: &'a str,
    spelling: RemovalPaths,
) -> Option<FieldRemoval<'a>> {
    let (place, keys) = path.split_once(':')?;
    let (section, list) = place.split_once('/')?;
    let section = table.fields.iter().find(|field| {
        let prefixed = field.name == section;
        let plain = field.name.strip_prefix("Trigger").unwrap_or(field.name) == section;
        match spelling {
            RemovalPaths::Any => prefixed || plain,
            RemovalPaths::Plain => plain,
            RemovalPaths::Prefixed => prefixed,
        }
    })?;
    let Shape::Section(fields) = section.shape else { return None };
    let field = find(fields, list).or_else(|| find_disabled(fields, list))?;
    match field.shape {
        Shape::List { key, .. } if field.name != EXT && field.uses.partial => Some(FieldRemoval {
            section: section.name,
            list: field.name,
            key,
            values: keys.split(',').collect(),
        }),
        Shape::List { .. }
        | Shape::Text
        | Shape::Integer
        | Shape::Flag
        | Shape::Section(_)
        | Shape::Texts => None,
    }
}

impl FieldRemoval<'_> {
    /// Removes the items; a key that no item has is not an error.
    pub fn apply(&self, task: &mut StoredTask) {
        let list = task.section_mut(self.section).get_mut(self.list).and_then(Json::as_array_mut);
        let Some(items) = list else { return };
        items.retain(|item| key_of(item, self.key).is_none_or(|key| !self.values.contains(&key)));
    }
}
