//! UpdateTask and UpdateTaskPartially, and those of trigger tasks.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{OmittedReading, PartialLists, ServerKeys};
use super::super::call_context::{CallContext, PROJECT, TASK, not_found, not_kept};
use super::super::http::ApiError;
use super::super::parameter::{Given, Parameter};
use super::super::records::{EXT, MapView, PARAM_KEY, StoredTask, key_of, time_text};
use super::check::{self, RequestForm, Sections};
use super::create::dedupe_ext;
use super::removal;
use super::response::{FOLDER, is_late};
use super::server_keys;
use crate::kinds::{Fallback, Field, Shape, find};

impl CallContext<'_> {
    /// Replaces a task.
    pub fn update(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &["Task"])?;
        let inside = self.inside(body, "Task")?.ok_or_else(|| ApiError::missing("Task"))?;
        let wanted = check::sections(self.table, RequestForm::Update, inside, "Task.")?;
        let mut task = self.find(&given).ok_or_else(|| not_found(&given))?.clone();
        self.replace(&mut task, wanted);
        self.save(task)
    }

    /// Changes parts of a task.
    pub fn update_partially(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [PROJECT, TASK, Parameter::optional("FieldToRemoveList", Shape::Texts)];
        let given = Given::read(body, &known, &["NewSetting"])?;
        let nothing = Map::new();
        let inside = self.inside(body, "NewSetting")?.unwrap_or(&nothing);
        let wanted = check::sections(self.table, RequestForm::Partial, inside, "NewSetting.")?;
        let paths = given.texts("FieldToRemoveList");
        let removals = removal::parse(self.table, &paths, self.behaviour.removal_paths)?;
        let mut task = self.find(&given).ok_or_else(|| not_found(&given))?.clone();
        for removal in &removals {
            removal.apply(&mut task);
        }
        self.amend(&mut task, wanted);
        self.save(task)
    }

    /// Returns the object that holds the sections.
    fn inside<'b>(
        &self,
        body: &'b Map<String, Json>,
        name: &str,
    ) -> Result<Option<&'b Map<String, Json>>, ApiError> {
        let Some(value) = body.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let object = value.as_object().ok_or_else(|| ApiError::wrong_type(name, "Object"))?;
        match object.keys().find(|key| self.table.section(key).is_none()) {
            Some(key) => Err(ApiError::unknown(&format!("{name}.{key}"))),
            None => Ok(Some(object)),
        }
    }

    fn replace(&self, task: &mut StoredTask, mut wanted: Sections) {
        for section in self.table.fields {
            let Shape::Section(fields) = section.shape else { continue };
            let mut new = wanted.remove(section.name).unwrap_or_default();
            let old = task.section_mut(section.name);
            for field in fields {
                if new.contains_key(field.name) {
                    continue;
                }
                let value =
                    if self.stays(field) { old.remove(field.name) } else { self.default_of(field) };
                if let Some(value) = value {
                    new.insert(field.name.to_owned(), value);
                }
            }
            let old = std::mem::replace(task.section_mut(section.name), new);
            if section.name == self.table.configuration {
                self.settle_ext(task, &old);
            }
        }
    }

    /// Returns whether a field keeps its value when a full update omits it: fields that updates do
    /// not have, that Get does not show or that the service chose are never reset.
    fn stays(&self, field: &Field) -> bool {
        !field.uses.update
            || field.name == FOLDER
            || field.fallback == Fallback::Service
            || self.behaviour.omitted == OmittedReading::Kept
    }

    fn default_of(&self, field: &Field) -> Option<Json> {
        match field.fallback {
            Fallback::Text(_) | Fallback::Integer(_) if is_late(self.table.kind, field) => None,
            Fallback::Text(text) => Some(text.into()),
            Fallback::Integer(number) => Some(number.into()),
            Fallback::Unset | Fallback::Service => None,
        }
    }

    /// Keeps or drops the ext keys of the server; one sent back by a caller stays one.
    fn settle_ext(&self, task: &mut StoredTask, old: &Map<String, Json>) {
        let server_keys = task.server_keys.clone();
        let configuration = task.section_mut(self.table.configuration);
        dedupe_ext(configuration);
        let mut items = match configuration.remove(EXT) {
            Some(Json::Array(items)) => items,
            Some(_) | None => Vec::new(),
        };
        let old = old.get(EXT).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        if self.behaviour.server_keys == ServerKeys::Kept {
            let lost = old.iter().filter(|item| {
                let key = key_of(item, PARAM_KEY);
                key.is_some_and(|key| server_keys.contains(key))
                    && !items.iter().any(|new| key_of(new, PARAM_KEY) == key)
            });
            let lost: Vec<Json> = lost.cloned().collect();
            items.extend(lost);
        }
        let keys: BTreeSet<&str> =
            items.iter().filter_map(|item| key_of(item, PARAM_KEY)).collect();
        let left = server_keys.iter().filter(|key| keys.contains(key.as_str())).cloned().collect();
        configuration.insert(EXT.to_owned(), Json::Array(items));
        task.server_keys = left;
    }

    fn amend(&self, task: &mut StoredTask, wanted: Sections) {
        for (section, fields) in wanted {
            let known = self.table.section(&section).unwrap_or_default();
            let target = task.section_mut(&section);
            for (name, value) in fields {
                let shape = find(known, &name).map(|field| field.shape);
                match (shape, value, self.behaviour.partial_lists) {
                    (Some(Shape::List { key, .. }), Json::Array(items), PartialLists::Upsert) => {
                        upsert(target, name, key, items)
                    }
                    (_, value, _) => {
                        target.insert(name, value);
                    }
                }
            }
        }
        dedupe_ext(task.section_mut(self.table.configuration));
    }

    fn is_moved(&self, task: &StoredTask) -> bool {
        let before = self.store.task(task.kind, &task.project, &task.id, MapView::Present);
        let folder = |task: &StoredTask| task.text(self.table.base, FOLDER).to_owned();
        before.is_some_and(|before| folder(before) != folder(task))
    }

    /// Saves a task; every save is a new version.
    fn save(&mut self, mut task: StoredTask) -> Result<Json, ApiError> {
        self.check_world(&task)?;
        if self.is_moved(&task) {
            self.check_task_folder(&task)?;
        }
        server_keys::shuffle(&mut task, self.table, self.rng);
        let (uin, name) = self.caller();
        task.version += 1;
        task.updated = time_text::seconds(self.now);
        task.updater = uin;
        task.updater_name = name;
        self.store.put(task).map_err(|error| not_kept(&error))?;
        Ok(json!({"Status": true}))
    }
}

/// Adds items to a list, replacing those with the same key.
pub fn upsert(target: &mut Map<String, Json>, name: String, key: &str, items: Vec<Json>) {
    let entry = target.entry(name).or_insert_with(|| Json::Array(Vec::new()));
    let Json::Array(kept) = entry else { return };
    for item in items {
        match kept.iter_mut().find(|old| key_of(old, key) == key_of(&item, key)) {
            Some(old) => *old = item,
            None => kept.push(item),
        }
    }
}
