//! The calls that change the schedule of a saved task: submit, start, pause, stop.

use serde_json::{Value as Json, json};

use super::super::table::Table;
use crate::model::{Call, RemoteId, Repeat};

/// Returns the call that makes the saved version of a task the one that runs.
pub fn submit_call(table: &Table, project_id: &str, id: &RemoteId, remark: &str) -> Call {
    let body = json!({"ProjectId": project_id, "TaskId": id.0, "VersionRemark": remark});
    // Each submit creates another version.
    Call::new(table.actions.submit, &body, Repeat::No)
}

/// Returns the call that schedules a submitted task. One id per call: the answer does not
/// distinguish ids.
pub fn start_call(project_id: &str, id: &RemoteId) -> Call {
    steer("StartOpsTasks", project_id, id)
}

/// Returns the call that pauses a task in the schedule; an asynchronous job does the work.
pub fn pause_call(project_id: &str, id: &RemoteId) -> Call {
    steer("PauseOpsTasksAsync", project_id, id)
}

/// Returns the call that takes a task offline; an asynchronous job does the work.
pub fn stop_call(project_id: &str, id: &RemoteId) -> Call {
    steer("StopOpsTasksAsync", project_id, id)
}

fn steer(action: &'static str, project_id: &str, id: &RemoteId) -> Call {
    let body = json!({"ProjectId": project_id, "TaskIds": [id.0]});
    Call::new(action, &body, Repeat::Idempotent)
}

/// Returns the call that reads the status of a job.
pub fn job_call(project_id: &str, job: &str) -> Call {
    let body = json!({"ProjectId": project_id, "AsyncId": job});
    Call::new("GetOpsAsyncJob", &body, Repeat::Read)
}

/// Returns the id of the job that an answer names.
pub fn decode_job_id(data: &Json) -> Option<String> {
    data.get("AsyncId").and_then(Json::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The status of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsyncJob {
    /// INIT or RUNNING, or a state that is newer than this program.
    Running,
    /// SUCCESS.
    Done,
    /// FAIL or PART_SUCCESS, and why.
    Failed(String),
}

/// Returns the status that GetOpsAsyncJob reports; a job of one task that succeeded in part has
/// failed.
pub fn decode_job(data: &Json) -> AsyncJob {
    let text = |name: &str| data.get(name).and_then(Json::as_str).unwrap_or_default();
    match text("Status") {
        "SUCCESS" => AsyncJob::Done,
        status @ ("FAIL" | "PART_SUCCESS") => {
            let why = text("ErrorDesc");
            AsyncJob::Failed(if why.is_empty() { status.to_owned() } else { why.to_owned() })
        }
        _ => AsyncJob::Running,
    }
}

/// Returns the call that reads a submitted version of a task, the last one if none is given.
pub fn version_call(table: &Table, project_id: &str, id: &RemoteId, version: &str) -> Call {
    let mut body = json!({"ProjectId": project_id, "TaskId": id.0});
    if !version.is_empty()
        && let Some(body) = body.as_object_mut()
    {
        body.insert("VersionId".to_owned(), version.into());
    }
    Call::new(table.actions.version, &body, Repeat::Read)
}

/// Returns id and number (`V3`) of a submitted version; the answer of a submit contains only the
/// id.
pub fn decode_version(data: &Json) -> Option<(String, String)> {
    let text = |name: &str| data.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    Some((text("VersionId"), text("VersionNum"))).filter(|(id, _)| !id.is_empty())
}

/// Returns ApproveStatus of a version: in projects in standard mode a person approves it first.
pub fn decode_approval(data: &Json) -> Option<String> {
    let status = data.get("ApproveStatus").and_then(Json::as_str);
    status.filter(|status| !status.is_empty()).map(str::to_owned)
}
