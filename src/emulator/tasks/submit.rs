//! SubmitTask, GetTaskVersion and ListTaskVersions, and those of trigger tasks.

use std::io;

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::SubmitReading;
use super::super::call_context::{CallContext, PROJECT, TASK, not_found};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::records::{
    MapView, RecordChange, SaveKind, Store, StoredTask, StoredVersion, time_text,
};
use super::response;
use crate::kinds::Shape;
use crate::model::Kind;

/// The documented example of ApproveStatus.
const WAITS: &str = "Approval in progress";
const VERSION: Parameter = Parameter::optional("VersionId", Shape::Text);
const VERSION_TYPE: &str = "TaskVersionType";

impl CallContext<'_> {
    /// Submits the saved version of a task.
    pub fn submit(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [PROJECT, TASK, Parameter::required("VersionRemark")];
        let given = Given::read(body, &known, &[])?;
        let mut task = self.find(&given).ok_or_else(|| not_found(&given))?.clone();
        let waits = match self.behaviour.submits {
            SubmitReading::StatusFalse => return Ok(json!({"VersionId": null, "Status": false})),
            SubmitReading::Taken => false,
            SubmitReading::Waiting | SubmitReading::WaitingShown => true,
        };
        if self.behaviour.submits != SubmitReading::Waiting {
            task.submitted = Some(task.version);
        }
        task.waiting = waits.then_some(task.version);
        // A trigger task is scheduled by its workflow; a task is started by a separate action.
        if task.kind == Kind::TriggerTask && !waits {
            "Y".clone_into(&mut task.status);
        }
        let id = self.new_version_id(&task.id);
        let mut data = json!({ "VersionId": id });
        if (task.kind == Kind::TriggerTask || self.behaviour.show_submit_status)
            && let Some(data) = data.as_object_mut()
        {
            data.insert("Status".to_owned(), json!(true));
        }
        let version = StoredVersion {
            id,
            task: task.clone(),
            remark: given.text("VersionRemark").to_owned(),
            created: time_text::seconds(self.now),
            creator: self.caller().0,
            waits,
        };
        self.change(vec![
            RecordChange::Put(Box::new(task)),
            RecordChange::PutVersion(Box::new(version)),
        ])?;
        Ok(data)
    }

    /// Returns an id that is unique even for two submits within a millisecond.
    fn new_version_id(&self, task: &str) -> String {
        let versions = &self.store.records().versions;
        let mut now = self.now;
        loop {
            let id = format!("{task}_{}", time_text::digits(now));
            if versions.get(&id, MapView::Present).is_none() {
                return id;
            }
            now += std::time::Duration::from_millis(1);
        }
    }

    /// Returns the submitted versions of a task, the newest first.
    pub fn versions_of(&self, task: &StoredTask) -> Vec<&StoredVersion> {
        let versions = self.store.records().versions.starting(format!("{}_", task.id));
        let mut found: Vec<&StoredVersion> = versions.collect();
        found.reverse();
        found
    }

    /// Reads a submitted version, by default the newest one.
    pub fn version(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, TASK, VERSION], &[])?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        let wanted = given.text(VERSION.name);
        let versions = self.versions_of(task);
        let found = versions.into_iter().find(|one| wanted.is_empty() || one.id == wanted);
        let Some(version) = found else {
            return self.missing(ApiError::not_found("version", wanted));
        };
        let workflow = self.workflow_name(&version.task);
        let mut whole = response::whole(self.table, &version.task, &workflow, self.behaviour);
        if let Some(base) = whole.get_mut(self.table.base).and_then(Json::as_object_mut) {
            base.insert("TaskLatestVersionNo".to_owned(), Json::Null);
            base.insert("TaskLatestSubmitVersionNo".to_owned(), Json::Null);
        }
        let mut shown = line(version);
        shown.insert("ApproveTime".to_owned(), Json::Null);
        shown.insert("Task".to_owned(), whole);
        Ok(Json::Object(shown))
    }

    /// Returns one page of the versions, the newest first.
    pub fn versions(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [
            PROJECT,
            TASK,
            Parameter::optional(VERSION_TYPE, Shape::Text),
            Parameter::optional("PageNumber", Shape::Integer),
            Parameter::optional("PageSize", Shape::Integer),
            Parameter::optional("UsedVersion", Shape::Flag),
        ];
        let given = Given::read(body, &known, &[])?;
        let is_submit = match given.text(VERSION_TYPE) {
            "SUBMIT" => true,
            "" | "SAVE" => false,
            _ => return Err(ApiError::bad_value(VERSION_TYPE, "it is not SAVE or SUBMIT")),
        };
        let page = ListWindow::read(&given)?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        if !is_submit {
            let saves = self.store.records().saves.starting(format!("{}_", task.id));
            let mut saves: Vec<&SaveKind> = saves.collect();
            saves.reverse();
            return Ok(page.answer(&saves, |save| saved(save)));
        }
        let versions = self.versions_of(task);
        let used = self.production(task).map(|version| version.id.as_str());
        let is_used = |version: &StoredVersion| used == Some(version.id.as_str());
        let found: Vec<&StoredVersion> = versions
            .into_iter()
            .filter(|one| given.flag("UsedVersion").is_none_or(|used| used == is_used(one)))
            .collect();
        Ok(page.answer(&found, |version| {
            let mut shown = line(version);
            shown.insert("Status".to_owned(), json!(is_used(version).then_some(&task.status)));
            shown.insert("UsedVersion".to_owned(), json!(is_used(version)));
            Json::Object(shown)
        }))
    }

    /// Returns the version that is in production: the newest one that does not wait for approval.
    pub fn production(&self, task: &StoredTask) -> Option<&StoredVersion> {
        self.versions_of(task).into_iter().find(|version| !version.waits)
    }

    /// Returns whether a version of a task is in production. Submits in old data files did not
    /// store a version.
    pub fn is_in_production(&self, task: &StoredTask) -> bool {
        let old = task.submitted.is_some() && task.waiting.is_none();
        old || self.production(task).is_some()
    }
}

/// Approves the version of a task that waits and returns whether there was one.
pub fn approve(store: &mut Store, task: &str) -> io::Result<bool> {
    let records = store.records();
    let waiting = records.tasks.get(task, MapView::Present);
    let Some(mut task) = waiting.filter(|task| task.waiting.is_some()).cloned() else {
        return Ok(false);
    };
    let versions = records.versions.starting(format!("{}_", task.id));
    let mut changes: Vec<RecordChange> = versions
        .filter(|version| version.waits && Some(version.task.version) == task.waiting)
        .map(|version| {
            RecordChange::PutVersion(Box::new(StoredVersion { waits: false, ..version.clone() }))
        })
        .collect();
    task.submitted = task.waiting.take();
    if task.kind == Kind::TriggerTask {
        "Y".clone_into(&mut task.status);
    }
    changes.push(RecordChange::Put(Box::new(task)));
    store.change(RecordChange::Many(changes))?;
    Ok(true)
}

/// Returns a saved version; its fields about production are null.
fn saved(save: &SaveKind) -> Json {
    json!({
        "ApproveStatus": null,
        "ApproveUserUin": null,
        "CreateTime": save.created,
        "CreateUserUin": save.creator,
        "Status": null,
        "UsedVersion": null,
        "VersionId": save.version_id(),
        "VersionNum": response::version(Some(save.number)),
        "VersionRemark": "",
    })
}

fn line(version: &StoredVersion) -> Map<String, Json> {
    let mut shown = Map::new();
    let approval = version.waits.then_some(WAITS);
    for (name, value) in [
        ("ApproveStatus", json!(approval)),
        ("ApproveUserUin", Json::Null),
        ("CreateTime", json!(version.created)),
        ("CreateUserUin", json!(version.creator)),
        ("VersionId", json!(version.id)),
        ("VersionNum", json!(response::version(Some(version.task.version)))),
        ("VersionRemark", json!(version.remark)),
    ] {
        shown.insert(name.to_owned(), value);
    }
    shown
}
