//! The fields of a task in a request: checked against the kind's table and made canonical.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::super::http::ApiError;
use super::super::parameter::plain;
use super::scalar;
use crate::kinds::{Field, Shape, Table, find, find_disabled};

/// Sections by name: fields in the current spelling and the table's types, no nulls.
pub type Sections = BTreeMap<String, Map<String, Json>>;

/// Which request is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestForm {
    /// CreateTask, CreateTriggerTask.
    Create,
    /// UpdateTask, UpdateTriggerTask.
    Update,
    /// UpdateTaskPartially, UpdateTriggerTaskPartially.
    Partial,
}

/// Full updates require these fields, whether or not creates do.
const REQUIRED_BY_UPDATE: [&str; 3] = ["TaskName", "OwnerUin", "TaskDescription"];

/// Returns the sections of a request; `prefix` is the path of the object that holds them.
pub fn sections(
    table: &'static Table,
    form: RequestForm,
    object: &Map<String, Json>,
    prefix: &str,
) -> Result<Sections, ApiError> {
    let checker = Checker { task_types: table.task_types, form };
    let mut sections = Sections::new();
    for section in table.fields {
        let path = format!("{prefix}{}", section.name);
        let Shape::Section(fields) = section.shape else { continue };
        match object.get(section.name).filter(|value| !value.is_null()) {
            Some(value) => {
                let object = value.as_object().ok_or_else(|| ApiError::wrong_type(&path, "Object"));
                let fields = checker.structure(fields, object?, &path, Depth::Top)?;
                sections.insert(section.name.to_owned(), fields);
            }
            None if form == RequestForm::Partial => {}
            None => return Err(ApiError::missing(&path)),
        }
    }
    Ok(sections)
}

/// Returns the parameters of a request that has no sections, checked like those of a section.
pub fn parameters(
    fields: &'static [Field],
    form: RequestForm,
    object: &Map<String, Json>,
    prefix: &str,
) -> Result<Map<String, Json>, ApiError> {
    Checker { task_types: &[], form }.structure(fields, object, prefix, Depth::Top)
}

/// Whether a structure is a section or inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Top,
    Inside,
}

struct Checker {
    task_types: &'static [(u32, &'static str)],
    form: RequestForm,
}

impl Checker {
    fn structure(
        &self,
        fields: &'static [Field],
        object: &Map<String, Json>,
        path: &str,
        depth: Depth,
    ) -> Result<Map<String, Json>, ApiError> {
        for name in object.keys() {
            let field = find(fields, name).or_else(|| find_disabled(fields, name));
            if !field.is_some_and(|field| self.is_used(field)) {
                return Err(ApiError::unknown(&inside(path, name)));
            }
        }
        let mut found = Map::new();
        for field in fields.iter().filter(|field| self.is_used(field)) {
            let path = inside(path, field.name);
            let required = self.is_required(field, depth);
            match self.value(field, object, &path)? {
                Some(value) => {
                    if required && depth == Depth::Top && is_empty(field, &value) {
                        return Err(ApiError::bad_value(&path, "it is empty"));
                    }
                    found.insert(field.name.to_owned(), value);
                }
                None if required => return Err(ApiError::missing(&path)),
                None => {}
            }
        }
        Ok(found)
    }

    /// Returns the value of a field. Both spellings are checked; the current one takes precedence.
    fn value(
        &self,
        field: &'static Field,
        object: &Map<String, Json>,
        path: &str,
    ) -> Result<Option<Json>, ApiError> {
        let given = |name: &str| object.get(name).filter(|value| !value.is_null());
        let mut value = None;
        if let Some(disabled) = field.disabled
            && let Some(old) = given(disabled.name)
        {
            let shape =
                if self.form == RequestForm::Create { disabled.create } else { disabled.update };
            let old = self.typed(shape, old, path)?;
            value = scalar::modernise(field, old, path)?;
        }
        if let Some(current) = given(field.name) {
            value = Some(self.typed(field.shape, current, path)?);
        }
        if let Some(value) = &value {
            scalar::check(self.task_types, field, value, path)?;
        }
        Ok(value)
    }

    fn typed(&self, shape: Shape, value: &Json, path: &str) -> Result<Json, ApiError> {
        plain(shape, value, path)?;
        match (shape, value) {
            (Shape::Section(fields), Json::Object(object)) => {
                self.structure(fields, object, path, Depth::Inside).map(Json::Object)
            }
            (Shape::List { items, .. }, Json::Array(array)) => {
                let item = |(n, value): (usize, &Json)| {
                    let path = format!("{path}.{n}");
                    let object = value.as_object();
                    let object = object.ok_or_else(|| ApiError::wrong_type(&path, "Object"))?;
                    self.structure(items, object, &path, Depth::Inside).map(Json::Object)
                };
                array.iter().enumerate().map(item).collect::<Result<_, _>>().map(Json::Array)
            }
            _ => Ok(value.clone()),
        }
    }

    fn is_used(&self, field: &Field) -> bool {
        match self.form {
            RequestForm::Create => field.uses.create,
            RequestForm::Update => field.uses.update,
            RequestForm::Partial => field.uses.partial,
        }
    }

    fn is_required(&self, field: &Field, depth: Depth) -> bool {
        match (depth, self.form) {
            (Depth::Inside, _) | (Depth::Top, RequestForm::Create) => field.required,
            (Depth::Top, RequestForm::Update) => REQUIRED_BY_UPDATE.contains(&field.name),
            (Depth::Top, RequestForm::Partial) => false,
        }
    }
}

/// Returns whether a required value is empty; a description may be.
fn is_empty(field: &Field, value: &Json) -> bool {
    field.name != "TaskDescription" && value.as_str() == Some("")
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
