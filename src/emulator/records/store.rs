//! The records of the service and the log that persists them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::super::settings::EmulatorError;
use super::log::ChangeLog;
use super::record::{RecordChange, Records};
use super::task::StoredTask;
use super::time_text;
use super::versioned_map::MapView;
use crate::model::Kind;

/// All records of all projects.
#[derive(Debug, Default)]
pub struct Store {
    records: Records,
    log: Option<ChangeLog>,
    polls: BTreeMap<String, u32>,
    last_id_ms: i64,
}

impl Store {
    /// Returns the records of a data file; without a path there are none, and none are written.
    pub fn open(path: Option<&Path>) -> Result<Store, EmulatorError> {
        let Some(path) = path else { return Ok(Store::default()) };
        let (log, records) = ChangeLog::open(path)?;
        // An id is never reused, even when its task is deleted immediately.
        let ids = records.tasks.all(MapView::Present).map(|task| task.id.as_str());
        let last_id_ms = ids.max().and_then(time_text::of_digits).unwrap_or_default();
        Ok(Store { records, log: Some(log), last_id_ms, ..Store::default() })
    }

    /// Returns the records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Returns the records, to count down their delays; everything else is changed by `change`.
    pub fn delays(&mut self) -> &mut Records {
        &mut self.records
    }

    /// Returns an id that no task has: the digits of the current time, or of a later one when two
    /// tasks are created within a millisecond.
    pub fn new_id(&mut self, now: Timestamp) -> String {
        self.last_id_ms = now.as_millisecond().max(self.last_id_ms + 1);
        loop {
            let moment = Timestamp::from_millisecond(self.last_id_ms).unwrap_or(now);
            let id = time_text::digits(moment);
            if self.records.tasks.get(&id, MapView::Present).is_none() {
                return id;
            }
            self.last_id_ms += 1;
        }
    }

    /// Returns a task by its id.
    pub fn task(&self, kind: Kind, project: &str, id: &str, view: MapView) -> Option<&StoredTask> {
        let task = self.records.tasks.get(id, view)?;
        (task.kind == kind && task.project == project).then_some(task)
    }

    /// Returns every task of every project, by id.
    pub fn tasks(&self, view: MapView) -> impl Iterator<Item = &StoredTask> {
        self.records.tasks.all(view)
    }

    /// Stores a new or changed task; on an error nothing is changed.
    pub fn put(&mut self, task: StoredTask) -> io::Result<()> {
        self.change(RecordChange::Put(Box::new(task)))
    }

    /// Carries out a change; on an error nothing is changed.
    pub fn change(&mut self, change: RecordChange) -> io::Result<()> {
        if let Some(log) = &mut self.log {
            log.append(&change, &self.records)?;
        }
        self.records.apply(change);
        Ok(())
    }

    /// Counts a poll of an asynchronous operation and returns the number of polls before it.
    pub fn poll(&mut self, job: &str) -> u32 {
        let polls = self.polls.entry(job.to_owned()).or_default();
        *polls += 1;
        *polls - 1
    }
}
