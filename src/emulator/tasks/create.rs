//! CreateTask and CreateTriggerTask.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{NameRule, Upstreams};
use super::super::call_context::{CallContext, PROJECT, not_kept};
use super::super::http::ApiError;
use super::super::parameter::Given;
use super::super::records::{EXT, MapView, PARAM_KEY, StoredTask, key_of, time_text};
use super::check::{self, RequestForm, Sections};
use super::response::is_late;
use super::server_keys;
use crate::kinds::{Fallback, Shape};

impl CallContext<'_> {
    /// Creates a task.
    pub fn create(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let others: Vec<&str> = self.table.fields.iter().map(|section| section.name).collect();
        let given = Given::read(body, &[PROJECT], &others)?;
        let mut sections = check::sections(self.table, RequestForm::Create, body, "")?;
        self.fill_in(&mut sections);
        dedupe_ext(sections.entry(self.table.configuration.to_owned()).or_default());
        let (uin, name) = self.caller();
        let now = time_text::seconds(self.now);
        let mut task = StoredTask {
            id: String::new(),
            kind: self.table.kind,
            project: given.text(PROJECT.name).to_owned(),
            sections,
            server_keys: BTreeSet::new(),
            version: 1,
            submitted: None,
            status: "N".to_owned(),
            created: now.clone(),
            creator: uin.clone(),
            updated: now,
            updater: uin,
            updater_name: name,
            last_ops: None,
            waiting: None,
        };
        self.check_mode()?;
        self.check_world(&task)?;
        self.check_task_folder(&task)?;
        task.id = self.store.new_id(self.now);
        let workflow = self.workflow_name(&task);
        server_keys::add_server_keys(&mut task, self.table, &workflow, self.region, self.rng);
        let id = task.id.clone();
        self.store.put(task).map_err(|error| not_kept(&error))?;
        let (lists, gets) = (self.behaviour.list_delay, self.behaviour.get_delay);
        self.store.delays().tasks.delay(&id, lists, gets);
        Ok(json!({ "TaskId": id }))
    }

    /// Fills in the documented defaults and the values that the service chooses.
    fn fill_in(&self, sections: &mut Sections) {
        for section in self.table.fields {
            let Shape::Section(fields) = section.shape else { continue };
            let given = sections.entry(section.name.to_owned()).or_default();
            for field in fields.iter().filter(|field| field.uses.create) {
                if given.contains_key(field.name) || is_late(self.table.kind, field) {
                    continue;
                }
                let value = match (field.fallback, field.name) {
                    (Fallback::Text(text), _) => Json::from(text),
                    (Fallback::Integer(number), _) => Json::from(number),
                    (Fallback::Service, "StartTime") => Json::from(time_text::midnight(self.now)),
                    (Fallback::Service, "OwnerUin") => Json::from(self.caller().0),
                    (Fallback::Service | Fallback::Unset, _) => continue,
                };
                given.insert(field.name.to_owned(), value);
            }
        }
    }

    /// Checks a task before it is stored against the workflows and the other tasks.
    pub fn check_world(&self, task: &StoredTask) -> Result<(), ApiError> {
        let base = self.table.base;
        let workflow = task.text(base, "WorkflowId");
        self.check_workflow(&task.project, workflow)?;
        let others = || self.store.tasks(MapView::Present).filter(|other| other.id != task.id);
        if self.behaviour.names == NameRule::UniqueInWorkflow {
            let name = task.text(base, "TaskName");
            let same = |other: &StoredTask| {
                other.project == task.project
                    && other.kind == task.kind
                    && other.text(base, "WorkflowId") == workflow
                    && other.text(base, "TaskName") == name
            };
            if others().any(same) {
                let message = format!("The name `{name}` is taken in the workflow.");
                return Err(ApiError::new("InvalidParameter.DuplicateName", message));
            }
        }
        if self.behaviour.upstreams == Upstreams::MustExist {
            for id in task.upstream_ids(self.table.scheduler) {
                if self.store.task(task.kind, &task.project, id, MapView::Present).is_none() {
                    return Err(ApiError::not_found("upstream task", id));
                }
            }
        }
        Ok(())
    }
}

/// Removes repeated ext keys, which official requests contain; the last one is kept.
pub fn dedupe_ext(configuration: &mut Map<String, Json>) {
    let Some(Json::Array(items)) = configuration.get_mut(EXT) else { return };
    let mut kept: Vec<Json> = Vec::new();
    for item in items.drain(..) {
        kept.retain(|earlier| key_of(earlier, PARAM_KEY) != key_of(&item, PARAM_KEY));
        kept.push(item);
    }
    *items = kept;
}
