//! UpdateWorkflow, UpdateTriggerWorkflow and UpdateTriggerWorkflowPartially.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{PartialLists, WorkflowUpdates};
use super::super::call_context::{CallContext, PROJECT};
use super::super::http::ApiError;
use super::super::parameter::{Given, Parameter};
use super::super::records::{RecordChange, StoredWorkflow, key_of, time_text};
use super::super::tasks::{RequestForm, check, upsert};
use super::fields::{ORDERS, SCHEDULE, TRIGGERS, fields};
use super::life::{WORKFLOW, workflow_not_found};
use crate::kinds::{Fallback, Field, Shape, find};

const REMOVALS: &str = "FieldToRemoveList";

impl CallContext<'_> {
    /// Changes a workflow, and also the tasks in it if the schedule says so.
    pub fn update_workflow(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let (given, wanted) =
            self.workflow_body(body, &[PROJECT, WORKFLOW], RequestForm::Partial)?;
        let workflow = self.find_workflow(&given).ok_or_else(|| workflow_not_found(&given))?;
        let mut workflow = workflow.clone();
        if self.behaviour.workflow_updates == WorkflowUpdates::Reset {
            let stays = |field: &Field| !field.uses.update || field.name == "WorkflowName";
            workflow.fields.retain(|name, _| find(fields(workflow.kind), name).is_some_and(stays));
        }
        let schedule = wanted.get(SCHEDULE).and_then(Json::as_object).cloned();
        workflow.fields.extend(wanted);
        let tasks = match schedule {
            Some(schedule) => self.unify(&workflow, &schedule),
            None => Vec::new(),
        };
        self.save_workflow(workflow, tasks)
    }

    /// Changes parts of a trigger workflow.
    pub fn update_workflow_partially(
        &mut self,
        body: &Map<String, Json>,
    ) -> Result<Json, ApiError> {
        let known = [PROJECT, WORKFLOW, Parameter::optional(REMOVALS, Shape::Texts)];
        let given = Given::read(body, &known, &["NewSetting"])?;
        let all = fields(self.table.kind);
        let nothing = Map::new();
        let inside = match body.get("NewSetting").filter(|value| !value.is_null()) {
            Some(value) => {
                value.as_object().ok_or_else(|| ApiError::wrong_type("NewSetting", "Object"))?
            }
            None => &nothing,
        };
        if let Some(name) = self.strange(inside) {
            return Err(ApiError::unknown(&format!("NewSetting.{name}")));
        }
        let wanted = check::parameters(all, RequestForm::Partial, inside, "NewSetting")?;
        let removals: Vec<WorkflowRemoval> = given
            .texts(REMOVALS)
            .into_iter()
            .map(|path| removal(all, path))
            .collect::<Result<_, _>>()?;
        let workflow = self.find_workflow(&given).ok_or_else(|| workflow_not_found(&given))?;
        let mut workflow = workflow.clone();
        for removal in removals {
            removal.apply(&mut workflow);
        }
        for (name, value) in wanted {
            let shape = find(all, &name).map(|field| field.shape);
            match (shape, value, self.behaviour.partial_lists) {
                (Some(Shape::List { key, .. }), Json::Array(items), PartialLists::Upsert) => {
                    upsert(&mut workflow.fields, name, key, items);
                }
                (_, value, _) => {
                    workflow.fields.insert(name, value);
                }
            }
        }
        self.save_workflow(workflow, Vec::new())
    }

    /// Fills in what the service chooses: defaults, the owner, and the ids and modes of triggers.
    pub fn fill_workflow(&mut self, workflow: &mut StoredWorkflow) {
        let (uin, _) = self.caller();
        let owner = workflow.fields.entry("OwnerUin").or_insert(Json::Null);
        if owner.as_str().unwrap_or_default().is_empty() {
            *owner = json!(uin);
        }
        let all = fields(workflow.kind);
        fill_in(all, &mut workflow.fields);
        if let Some(Json::Object(schedule)) = workflow.fields.get_mut(SCHEDULE) {
            schedule.retain(|name, _| !ORDERS.contains(&name.as_str()));
            if let Some(Shape::Section(inside)) = find(all, SCHEDULE).map(|field| field.shape) {
                fill_in(inside, schedule);
            }
        }
        // The workflow's own values take precedence over those of its triggers.
        let of_all = ["SchedulerStatus", "TriggerMode"]
            .map(|name| (name, workflow.fields.get(name).cloned()));
        if let Some(Json::Array(triggers)) = workflow.fields.get_mut(TRIGGERS) {
            for trigger in triggers.iter_mut().filter_map(Json::as_object_mut) {
                let id = trigger.entry("TriggerId").or_insert(Json::Null);
                if id.as_str().unwrap_or_default().is_empty() {
                    *id = json!(self.new_uuid());
                }
                for (name, value) in &of_all {
                    if let Some(value) = value {
                        trigger.insert((*name).to_owned(), value.clone());
                    }
                }
            }
        }
    }

    fn save_workflow(
        &mut self,
        mut workflow: StoredWorkflow,
        mut changes: Vec<RecordChange>,
    ) -> Result<Json, ApiError> {
        self.fill_workflow(&mut workflow);
        self.check_workflow_name(&workflow)?;
        workflow.updated = time_text::seconds(self.now);
        workflow.updater = self.caller().0;
        changes.push(RecordChange::PutWorkflow(Box::new(workflow)));
        self.change(changes)?;
        Ok(json!({"Status": true}))
    }
}

fn fill_in(fields: &[Field], given: &mut Map<String, Json>) {
    for field in fields {
        if let Fallback::Text(text) = field.fallback {
            given.entry(field.name).or_insert_with(|| json!(text));
        }
    }
}

/// Some items of one list: `WorkflowParams:aa,bb`.
struct WorkflowRemoval<'a> {
    list: &'static str,
    key: &'static str,
    values: Vec<&'a str>,
}

/// Parses a path; the documented ones have spaces around the colon.
fn removal<'a>(fields: &'static [Field], path: &'a str) -> Result<WorkflowRemoval<'a>, ApiError> {
    let parse = || {
        let (list, values) = path.split_once(':')?;
        let field = find(fields, list.trim())?;
        let Shape::List { key, .. } = field.shape else { return None };
        Some(WorkflowRemoval {
            list: field.name,
            key,
            values: values.split(',').map(str::trim).collect(),
        })
    };
    parse().ok_or_else(|| {
        let why = format!("`{path}` is not the path of a list whose items can be removed");
        ApiError::bad_value(REMOVALS, &why)
    })
}

impl WorkflowRemoval<'_> {
    fn apply(&self, workflow: &mut StoredWorkflow) {
        let Some(Json::Array(items)) = workflow.fields.get_mut(self.list) else { return };
        items.retain(|item| key_of(item, self.key).is_none_or(|key| !self.values.contains(&key)));
    }
}
