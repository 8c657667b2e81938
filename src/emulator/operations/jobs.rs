//! PauseOpsTasksAsync, StopOpsTasksAsync and GetOpsAsyncJob.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::JobReading;
use super::super::call_context::{CallContext, PROJECT};
use super::super::http::ApiError;
use super::super::parameter::{Given, Parameter};
use super::super::records::{
    JobEnd, JobVerb, JobVerdict, MapView, RecordChange, StoredJob, StoredTask, time_text,
};
use super::ops::TASK_IDS;
use crate::kinds::Shape;

const ASYNC: Parameter = Parameter::required("AsyncId");
/// An operation that is never polled ends by itself after this time, in seconds.
const JOB_S_MAX: i64 = 60;

impl CallContext<'_> {
    /// Starts a job that pauses tasks or takes them offline.
    pub fn begin_job(&mut self, verb: JobVerb, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let known = [PROJECT, TASK_IDS, Parameter::optional("KillInstance", Shape::Flag)];
        let given = Given::read(body, &known, &[])?;
        let project = given.text(PROJECT.name);
        let mut tasks = Vec::new();
        let mut changes = Vec::new();
        for id in self.task_ids(&given)? {
            let task = self.store.task(self.table.kind, project, id, MapView::Present);
            let mut task = task.ok_or_else(|| ApiError::not_found("task", id))?.clone();
            tasks.push((id.to_owned(), task.status.clone()));
            let works = verb.effect(&task.status).is_some();
            if verb == JobVerb::Stop && works && task.status != "F" {
                "T".clone_into(&mut task.status);
            }
            if works {
                self.mark_ops(&mut task);
                changes.push(RecordChange::Put(Box::new(task)));
            }
        }
        let now = time_text::iso(self.now);
        let job = StoredJob {
            id: self.new_uuid(),
            project: project.to_owned(),
            verb,
            tasks,
            end: None,
            created: now.clone(),
            begun_s: self.now.as_second(),
            updated: now,
            creator: self.caller().0,
        };
        let data = json!({ ASYNC.name: job.id });
        changes.push(RecordChange::PutJob(Box::new(job)));
        self.change(changes)?;
        Ok(data)
    }

    /// Returns the progress of a pause or stop; each poll advances it.
    pub fn job(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &[PROJECT, ASYNC], &[])?;
        let id = given.text(ASYNC.name).to_owned();
        let is_here = |job: &&StoredJob| job.project == given.text(PROJECT.name);
        let jobs = &self.store.records().jobs;
        if jobs.get(&id, self.view).filter(is_here).is_none() {
            return self.missing(ApiError::not_found("asynchronous operation", &id));
        }
        let n_polls = self.store.poll(&id);
        if n_polls > self.behaviour.job_delay {
            self.end_job(&id)?;
        }
        let job = self.store.records().jobs.get(&id, self.view);
        Ok(job.map(|job| show(job, n_polls)).unwrap_or_default())
    }

    /// Ends the operations whose time is over.
    pub fn settle_jobs(&mut self) -> Result<(), ApiError> {
        let records = self.store.records();
        let is_over = |id: &&String| {
            let job = records.jobs.get(id, MapView::Present);
            job.is_some_and(|job| self.now.as_second() - job.begun_s >= JOB_S_MAX)
        };
        let over: Vec<String> = records.open_jobs.iter().filter(is_over).cloned().collect();
        over.iter().try_for_each(|id| self.end_job(id))
    }

    fn end_job(&mut self, id: &str) -> Result<(), ApiError> {
        let job = self.store.records().jobs.get(id, MapView::Present);
        let Some(mut job) = job.filter(|job| job.end.is_none()).cloned() else { return Ok(()) };
        if self.behaviour.jobs == JobReading::Never {
            return Ok(());
        }
        let n_tasks = job.tasks.len();
        let mut changes = Vec::new();
        let mut n_done = 0;
        for (place, (id, before)) in job.tasks.iter().enumerate() {
            let refused = match self.behaviour.jobs {
                JobReading::Success | JobReading::Never => false,
                JobReading::Fail => true,
                JobReading::PartSuccess => place + 1 == n_tasks,
            };
            let effect = job.verb.effect(before).filter(|_| !refused);
            n_done += usize::from(effect.is_some());
            let task = self.store.records().tasks.get(id, MapView::Present);
            let status = effect.unwrap_or(before);
            if let Some(task) = task.filter(|task| task.status != status) {
                let task = StoredTask { status: status.to_owned(), ..task.clone() };
                changes.push(RecordChange::Put(Box::new(task)));
            }
        }
        let verdict = match self.behaviour.jobs {
            JobReading::PartSuccess => JobVerdict::PartSuccess,
            JobReading::Success | JobReading::Never if n_done == n_tasks => JobVerdict::Success,
            JobReading::Success | JobReading::Never if n_done > 0 => JobVerdict::PartSuccess,
            JobReading::Success | JobReading::Never | JobReading::Fail => JobVerdict::Fail,
        };
        job.end = Some(JobEnd { verdict, n_done });
        job.updated = time_text::iso(self.now);
        changes.push(RecordChange::PutJob(Box::new(job)));
        self.change(changes)
    }
}

fn show(job: &StoredJob, n_polls: u32) -> Json {
    let (status, n_finished, n_done) = match job.end {
        Some(end) => (end.verdict.name(), job.tasks.len(), end.n_done),
        None if n_polls == 0 => ("INIT", 0, 0),
        None => ("RUNNING", 0, 0),
    };
    let failed = n_finished - n_done;
    let error = (failed > 0).then(|| format!("The operation failed for {failed} tasks."));
    json!({
        "AsyncId": job.id,
        "AsyncType": job.verb.name(),
        "CreateTime": job.created,
        "CreateUserUin": job.creator,
        "ErrorDesc": error,
        "FinishedSubProcessCount": n_finished,
        "ProjectId": job.project,
        "Status": status,
        "SuccessSubProcessCount": n_done,
        "TotalSubProcessCount": job.tasks.len(),
        "UpdateTime": job.updated,
    })
}
