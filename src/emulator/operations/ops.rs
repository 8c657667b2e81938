//! StartOpsTasks, GetOpsTask and ListOpsTasks: tasks in production.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{StartFailures, StartReading};
use super::super::call_context::{CallContext, PROJECT, TASK, not_found};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::project;
use super::super::records::{
    FolderOwner, MapView, RecordChange, StoredFolder, StoredTask, StoredVersion, time_text,
};
use super::super::tasks::response;
use crate::kinds::Shape;

/// The tasks of an operation.
pub const TASK_IDS: Parameter = Parameter { name: "TaskIds", shape: Shape::Texts, required: true };

const PARAMETERS: [Parameter; 14] = [
    PROJECT,
    Parameter::optional("PageSize", Shape::Text),
    Parameter::optional("PageNumber", Shape::Text),
    Parameter::optional("TaskTypeId", Shape::Text),
    Parameter::optional("WorkflowId", Shape::Text),
    Parameter::optional("WorkflowName", Shape::Text),
    Parameter::optional("OwnerUin", Shape::Text),
    Parameter::optional("FolderId", Shape::Text),
    Parameter::optional("SourceServiceId", Shape::Text),
    Parameter::optional("TargetServiceId", Shape::Text),
    Parameter::optional("ExecutorGroupId", Shape::Text),
    Parameter::optional("CycleType", Shape::Text),
    Parameter::optional("Status", Shape::Text),
    Parameter::optional("TimeZone", Shape::Text),
];

impl CallContext<'_> {
    /// Starts tasks; those that cannot be started stay as they are.
    pub fn start(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [PROJECT, TASK_IDS, Parameter::optional("EnableDataBackfill", Shape::Flag)];
        let given = Given::read(body, &known, &[])?;
        let mut failures = Vec::new();
        let mut changes = Vec::new();
        for id in self.task_ids(&given)? {
            let project = given.text(PROJECT.name);
            match self.store.task(self.table.kind, project, id, MapView::Present) {
                Some(task) if self.can_start(task) => {
                    let mut task = task.clone();
                    "Y".clone_into(&mut task.status);
                    self.mark_ops(&mut task);
                    changes.push(RecordChange::Put(Box::new(task)));
                }
                Some(_) | None => failures.push(id.to_owned()),
            }
        }
        self.change(changes)?;
        match self.behaviour.start_failures {
            StartFailures::Error if !failures.is_empty() => {
                let message = format!("These tasks cannot be started: {}.", failures.join(", "));
                Err(ApiError::new("FailedOperation", message))
            }
            StartFailures::Error | StartFailures::StatusFalse => {
                Ok(json!({"Status": failures.is_empty()}))
            }
        }
    }

    fn can_start(&self, task: &StoredTask) -> bool {
        let fits = match self.behaviour.starts {
            StartReading::Any => true,
            StartReading::NotOffline => task.status != "F",
            StartReading::NotRunning => task.status != "Y",
        };
        fits && task.status != "T" && self.is_in_production(task)
    }

    /// Reads the task ids of an operation.
    pub fn task_ids<'g>(&self, given: &'g Given) -> Result<Vec<&'g str>, ApiError> {
        let mut ids = given.texts(TASK_IDS.name);
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Err(ApiError::bad_value(TASK_IDS.name, "it is empty"));
        }
        Ok(ids)
    }

    /// Notes when and by whom a task was started, paused or stopped.
    pub fn mark_ops(&self, task: &mut StoredTask) {
        task.last_ops = Some((time_text::seconds(self.now), self.caller().1));
    }

    /// Reads the version of a task that is in production.
    pub fn ops_task(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK], &[])?;
        let found = self.find(&given).filter(|task| self.is_in_production(task));
        let Some(task) = found else { return self.missing(not_found(&given)) };
        let task = self.as_in_production(task);
        Ok(response::whole(self.table, &task, &self.workflow_name(&task), self.behaviour))
    }

    fn as_in_production(&self, task: &StoredTask) -> StoredTask {
        let sections = match self.production(task) {
            Some(version) => version.task.sections.clone(),
            None => task.sections.clone(),
        };
        StoredTask { sections, ..task.clone() }
    }

    /// Returns one page of the tasks in production.
    pub fn ops_tasks(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &PARAMETERS, &[])?;
        // Of all list calls, only this one takes its page numbers as text.
        let number = |name: &str| match given.text(name) {
            "" => Ok(None),
            text => match text.parse::<i64>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(ApiError::bad_value(name, "it is not an integer")),
            },
        };
        let page = ListWindow::new(number("PageNumber")?, number("PageSize")?, 1)?;
        let all = self.store.tasks(self.view).filter(|task| {
            task.kind == self.table.kind
                && task.project == given.text(PROJECT.name)
                && self.is_in_production(task)
        });
        let mut found: Vec<StoredTask> = all
            .map(|task| self.as_in_production(task))
            .filter(|task| self.is_wanted(task, &given))
            .collect();
        found.sort_by_key(|task| (self.rank(&task.id), task.id.clone()));
        Ok(page.answer(&found, |task| self.ops_item(task)))
    }

    fn is_wanted(&self, task: &StoredTask, given: &Given) -> bool {
        let table = self.table;
        let workflow = self.workflow_name(task);
        let folder = self.folder_of(task).map(|folder| folder.id).unwrap_or_default();
        [
            ("FolderId", folder.as_str()),
            ("TaskTypeId", task.text(table.base, "TaskTypeId")),
            ("WorkflowId", task.text(table.base, "WorkflowId")),
            ("WorkflowName", &workflow),
            ("OwnerUin", task.text(table.base, "OwnerUin")),
            ("SourceServiceId", task.text(table.configuration, "SourceServiceId")),
            ("TargetServiceId", task.text(table.configuration, "TargetServiceId")),
            ("ExecutorGroupId", task.text(table.configuration, "ResourceGroup")),
            ("CycleType", task.text(table.scheduler, "CycleType")),
            ("Status", &task.status),
        ]
        .into_iter()
        .all(|(name, value)| given.text(name).is_empty() || given.text(name) == value)
    }

    /// Returns the folder of the workflow of a task.
    fn folder_of(&self, task: &StoredTask) -> Option<StoredFolder> {
        let id = task.text(self.table.base, "WorkflowId");
        let workflow = self.store.records().workflows.get(id, self.view)?;
        self.folder_at(&task.project, &FolderOwner::Project, &workflow.folder)
    }

    fn ops_item(&self, task: &StoredTask) -> Json {
        let table = self.table;
        let number: u32 = task.text(table.base, "TaskTypeId").parse().unwrap_or_default();
        let workflow = task.text(table.base, "WorkflowId");
        let folder = self.folder_of(task);
        let versions = self.versions_of(task);
        let submitted =
            |version: Option<&&StoredVersion>| version.map(|version| version.created.clone());
        json!({
            "CreateTime": task.created,
            "CycleType": task.text(table.scheduler, "CycleType"),
            "ExecutorGroupId": task.text(table.configuration, "ResourceGroup"),
            "ExecutorGroupName": "",
            "FirstRunTime": task.text(table.scheduler, "StartTime"),
            "FirstSubmitTime": submitted(versions.last()),
            "FolderId": folder.as_ref().map(|folder| &folder.id),
            "FolderName": folder.as_ref().map(StoredFolder::name),
            "LastSchedulerCommitTime": submitted(versions.first()),
            "LastUpdateTime": task.updated,
            "OwnerUin": task.text(table.base, "OwnerUin"),
            "ProjectId": task.project,
            "ProjectName": project::name(&task.project),
            "ScheduleDesc": null,
            "Status": task.status,
            "TaskId": task.id,
            "TaskName": task.text(table.base, "TaskName"),
            "TaskTypeDesc": table.task_type_name(number),
            "TaskTypeId": number,
            "UpdateUserUin": task.updater,
            "WorkflowId": workflow,
            "WorkflowName": self.workflow_name(task),
        })
    }
}
