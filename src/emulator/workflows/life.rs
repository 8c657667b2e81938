//! CreateWorkflow, GetWorkflow and DeleteWorkflow, and those of trigger workflows.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{
    ProjectMode, ServiceSite, WorkflowDeletes, WorkflowNames, WorkflowReading,
};
use super::super::call_context::{CallContext, PROJECT};
use super::super::http::ApiError;
use super::super::parameter::{Given, Parameter};
use super::super::records::{MapView, RecordChange, StoredTask, StoredWorkflow, plain, time_text};
use super::super::tasks::{RequestForm, check};
use super::fields::{FOLDER, OF_CHINA, fields};
use super::response;
use crate::kinds::table;
use crate::model::Kind;

/// The workflow.
pub const WORKFLOW: Parameter = Parameter::required("WorkflowId");

impl CallContext<'_> {
    /// Creates a workflow.
    pub fn create_workflow(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let (given, mut wanted) = self.workflow_body(body, &[PROJECT], RequestForm::Create)?;
        self.check_mode()?;
        let folder = match wanted.remove(FOLDER) {
            Some(Json::String(folder)) => plain(&folder).to_owned(),
            Some(_) | None => String::new(),
        };
        let project = given.text(PROJECT.name).to_owned();
        self.check_workflow_folder(&project, &folder)?;
        let (uin, _) = self.caller();
        let now = time_text::seconds(self.now);
        let mut workflow = StoredWorkflow {
            id: self.new_uuid(),
            kind: self.table.kind,
            project,
            folder,
            fields: wanted,
            created: now.clone(),
            creator: uin.clone(),
            updated: now,
            updater: uin,
        };
        self.fill_workflow(&mut workflow);
        self.check_workflow_name(&workflow)?;
        let id = workflow.id.clone();
        self.change(vec![RecordChange::PutWorkflow(Box::new(workflow))])?;
        let (lists, gets) = (self.behaviour.list_delay, self.behaviour.get_delay);
        self.store.delays().workflows.delay(&id, lists, gets);
        Ok(json!({ "WorkflowId": id }))
    }

    /// Reads a workflow.
    pub fn get_workflow(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, WORKFLOW], &[])?;
        let id = given.text(WORKFLOW.name);
        let hidden = self.store.delays().workflows.is_hidden_from_get(id);
        match self.find_workflow(&given).filter(|_| !hidden) {
            Some(workflow) => Ok(response::whole(workflow, self.behaviour.site)),
            None => self.missing(workflow_not_found(&given)),
        }
    }

    /// Removes a workflow with its folders.
    pub fn delete_workflow(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, WORKFLOW], &[])?;
        let Some(workflow) = self.find_workflow(&given) else {
            return self.missing(workflow_not_found(&given));
        };
        let (id, project) = (workflow.id.clone(), workflow.project.clone());
        let tasks: Vec<String> = self.tasks_of(&project, &id).map(|task| task.id.clone()).collect();
        if self.behaviour.workflow_deletes == WorkflowDeletes::Empty && !tasks.is_empty() {
            let message = format!("The workflow still holds {} tasks.", tasks.len());
            return Err(ApiError::new("FailedOperation", message));
        }
        let folders = self.store.records().folders.all(MapView::Present);
        let folders = folders.filter(|folder| folder.is_of_workflow(&id));
        let folders: Vec<RecordChange> =
            folders.map(|folder| RecordChange::RemoveFolder(folder.id.clone())).collect();
        let mut changes: Vec<RecordChange> = tasks.into_iter().map(RecordChange::Remove).collect();
        changes.extend(folders);
        changes.push(RecordChange::RemoveWorkflow(id));
        self.change(changes)?;
        Ok(json!({"Status": true}))
    }

    /// Reads a body whose parameters are the known ones and those of the kind's workflows.
    pub fn workflow_body(
        &self,
        body: &Map<String, Json>,
        known: &[Parameter],
        form: RequestForm,
    ) -> Result<(Given, Map<String, Json>), ApiError> {
        let fields = fields(self.table.kind);
        let others: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let given = Given::read(body, known, &others)?;
        if let Some(name) = self.strange(body) {
            return Err(ApiError::unknown(name));
        }
        let mut body = body.clone();
        body.retain(|name, _| !known.iter().any(|one| one.name == name));
        let wanted = check::parameters(fields, form, &body, "")?;
        Ok((given, wanted))
    }

    /// Returns a parameter that the site does not have, if there is one.
    pub fn strange<'a>(&self, body: &'a Map<String, Json>) -> Option<&'a String> {
        let is_here = |name: &str| {
            self.behaviour.site == ServiceSite::China
                || self.table.kind != Kind::TriggerTask
                || !OF_CHINA.contains(&name)
        };
        body.keys().find(|name| !is_here(name))
    }

    /// Returns the workflow of a call.
    pub fn find_workflow(&self, given: &Given) -> Option<&StoredWorkflow> {
        let workflow = self.store.records().workflows.get(given.text(WORKFLOW.name), self.view)?;
        let fits = workflow.kind == self.table.kind;
        (fits && workflow.project == given.text(PROJECT.name)).then_some(workflow)
    }

    /// Returns a workflow of either kind that was created here.
    pub fn made_workflow(&self, project: &str, id: &str) -> Option<&StoredWorkflow> {
        let workflow = self.store.records().workflows.get(id, MapView::Present)?;
        (workflow.project == project).then_some(workflow)
    }

    /// Returns the tasks in a workflow.
    pub fn tasks_of(&self, project: &str, workflow: &str) -> impl Iterator<Item = &StoredTask> {
        self.store.tasks(MapView::Present).filter(move |task| {
            task.project == project && task.text(table(task.kind).base, "WorkflowId") == workflow
        })
    }

    /// Checks that a name is not in use, if names must be unique.
    pub fn check_workflow_name(&self, workflow: &StoredWorkflow) -> Result<(), ApiError> {
        if self.behaviour.workflow_names == WorkflowNames::Free {
            return Ok(());
        }
        let mut others = self.store.records().workflows.all(MapView::Present);
        let taken = others.any(|other| {
            other.id != workflow.id
                && other.project == workflow.project
                && other.kind == workflow.kind
                && other.name() == workflow.name()
        });
        if !taken {
            return Ok(());
        }
        let message = format!("The name `{}` is taken in the project.", workflow.name());
        Err(ApiError::new("InvalidParameter.DuplicateName", message))
    }

    /// Checks that the project accepts tasks and workflows of this kind.
    pub fn check_mode(&self) -> Result<(), ApiError> {
        let mode = self.behaviour.schedule_mode;
        let fits = match mode {
            ProjectMode::Task => self.table.kind != Kind::TriggerTask,
            ProjectMode::Workflow => self.table.kind == Kind::TriggerTask,
            ProjectMode::Unsaid => true,
        };
        if fits || !self.behaviour.mode_checked {
            return Ok(());
        }
        let mode = mode.name().unwrap_or_default();
        let message = format!("The scheduling mode of the project is `{mode}`.");
        Err(ApiError::new("FailedOperation", message))
    }

    /// Checks that the workflow exists in which an action works.
    pub fn check_workflow(&self, project: &str, id: &str) -> Result<(), ApiError> {
        let exists = match &self.behaviour.workflows {
            WorkflowReading::Any => true,
            WorkflowReading::Made => self.made_workflow(project, id).is_some(),
            WorkflowReading::Known(known) => known.iter().any(|known| known == id),
        };
        if exists { Ok(()) } else { Err(ApiError::not_found("workflow", id)) }
    }
}

/// Returns the refusal of a call whose workflow does not exist.
pub fn workflow_not_found(given: &Given) -> ApiError {
    ApiError::not_found("workflow", given.text(WORKFLOW.name))
}
