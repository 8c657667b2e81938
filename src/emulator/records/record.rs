//! Everything in the data file, and the changes to it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::folder::StoredFolder;
use super::job::StoredJob;
use super::task::StoredTask;
use super::version::{SaveKind, StoredVersion};
use super::versioned_map::{MapView, VersionedMap};
use super::workflow::StoredWorkflow;

/// The records of all projects.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The tasks of both kinds.
    pub tasks: VersionedMap<StoredTask>,
    /// The workflows of both kinds.
    pub workflows: VersionedMap<StoredWorkflow>,
    /// The folders of workflows and those of tasks.
    pub folders: VersionedMap<StoredFolder>,
    /// The asynchronous operations.
    pub jobs: VersionedMap<StoredJob>,
    /// The ids of those that are running.
    pub open_jobs: BTreeSet<String>,
    /// The submitted versions.
    pub versions: VersionedMap<StoredVersion>,
    /// The saved versions.
    pub saves: VersionedMap<SaveKind>,
}

/// One change; a line of the log holds one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordChange {
    /// A task is new or changed.
    Put(Box<StoredTask>),
    /// A task was removed, and its versions with it.
    Remove(String),
    /// A workflow is new or changed.
    PutWorkflow(Box<StoredWorkflow>),
    /// A workflow was removed.
    RemoveWorkflow(String),
    /// A folder is new or changed.
    PutFolder(Box<StoredFolder>),
    /// A folder was removed.
    RemoveFolder(String),
    /// An asynchronous operation began or ended.
    PutJob(Box<StoredJob>),
    /// A version was submitted or approved.
    PutVersion(Box<StoredVersion>),
    /// A version was saved. Only snapshots contain this: otherwise each `Put` of a new version of a
    /// task implies it.
    PutSave(Box<SaveKind>),
    /// Several changes: all of them or none.
    Many(Vec<RecordChange>),
}

impl Records {
    /// Returns the records of a data file, without an earlier state for stale reads.
    pub fn of(changes: Vec<RecordChange>) -> Records {
        let mut records = Records::default();
        records.apply(RecordChange::Many(changes));
        records.apply(RecordChange::Many(Vec::new()));
        records
    }

    /// Carries out a change; a stale read then sees the state before it.
    pub fn apply(&mut self, change: RecordChange) {
        self.tasks.settle();
        self.workflows.settle();
        self.folders.settle();
        self.jobs.settle();
        self.versions.settle();
        self.saves.settle();
        self.carry_out(change);
    }

    fn carry_out(&mut self, change: RecordChange) {
        match change {
            RecordChange::Put(task) => {
                let save = SaveKind::of(&task);
                if self.saves.get(&save.id, MapView::Present).is_none() {
                    self.saves.put(save);
                }
                self.tasks.put(*task);
            }
            RecordChange::Remove(id) => {
                self.versions.remove_starting(&format!("{id}_"));
                self.saves.remove_starting(&format!("{id}_"));
                self.tasks.remove(&id);
            }
            RecordChange::PutWorkflow(workflow) => self.workflows.put(*workflow),
            RecordChange::RemoveWorkflow(id) => self.workflows.remove(&id),
            RecordChange::PutFolder(folder) => self.folders.put(*folder),
            RecordChange::RemoveFolder(id) => self.folders.remove(&id),
            RecordChange::PutJob(job) => {
                self.open_jobs.remove(&job.id);
                if job.end.is_none() {
                    self.open_jobs.insert(job.id.clone());
                }
                self.jobs.put(*job);
            }
            RecordChange::PutVersion(version) => self.versions.put(*version),
            RecordChange::PutSave(save) => self.saves.put(*save),
            RecordChange::Many(changes) => changes.into_iter().for_each(|one| self.carry_out(one)),
        }
    }
}
