//! Everything that the data file keeps, and the changes to it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::folder::Folder;
use super::job::Job;
use super::task::Task;
use super::version::{Save, Version};
use super::versioned_map::{Shelf, View};
use super::workflow::Workflow;

/// Everything of all projects.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The tasks of both kinds.
    pub tasks: Shelf<Task>,
    /// The workflows of both kinds.
    pub workflows: Shelf<Workflow>,
    /// The folders of workflows and those of tasks.
    pub folders: Shelf<Folder>,
    /// The asynchronous operations.
    pub jobs: Shelf<Job>,
    /// Those of them that go on.
    pub open_jobs: BTreeSet<String>,
    /// The submitted versions.
    pub versions: Shelf<Version>,
    /// The saved versions.
    pub saves: Shelf<Save>,
}

/// One change; a line of the log holds one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A task is new or changed.
    Put(Box<Task>),
    /// A task is gone, and its versions with it.
    Remove(String),
    /// A workflow is new or changed.
    PutWorkflow(Box<Workflow>),
    /// A workflow is gone.
    RemoveWorkflow(String),
    /// A folder is new or changed.
    PutFolder(Box<Folder>),
    /// A folder is gone.
    RemoveFolder(String),
    /// An asynchronous operation began or ended.
    PutJob(Box<Job>),
    /// A version was submitted or approved.
    PutVersion(Box<Version>),
    /// A version was saved; only data files say it so, since each new version of a task is one.
    PutSave(Box<Save>),
    /// Several changes, all or none.
    Many(Vec<Change>),
}

impl Records {
    /// Returns what a data file holds; nothing was before it.
    pub fn of(changes: Vec<Change>) -> Records {
        let mut records = Records::default();
        records.apply(Change::Many(changes));
        records.apply(Change::Many(Vec::new()));
        records
    }

    /// Carries out a change; what was before it is what a stale read sees.
    pub fn apply(&mut self, change: Change) {
        self.tasks.settle();
        self.workflows.settle();
        self.folders.settle();
        self.jobs.settle();
        self.versions.settle();
        self.saves.settle();
        self.carry_out(change);
    }

    fn carry_out(&mut self, change: Change) {
        match change {
            Change::Put(task) => {
                let save = Save::of(&task);
                if self.saves.get(&save.id, View::Present).is_none() {
                    self.saves.put(save);
                }
                self.tasks.put(*task);
            }
            Change::Remove(id) => {
                self.versions.remove_starting(&format!("{id}_"));
                self.saves.remove_starting(&format!("{id}_"));
                self.tasks.remove(&id);
            }
            Change::PutWorkflow(workflow) => self.workflows.put(*workflow),
            Change::RemoveWorkflow(id) => self.workflows.remove(&id),
            Change::PutFolder(folder) => self.folders.put(*folder),
            Change::RemoveFolder(id) => self.folders.remove(&id),
            Change::PutJob(job) => {
                self.open_jobs.remove(&job.id);
                if job.end.is_none() {
                    self.open_jobs.insert(job.id.clone());
                }
                self.jobs.put(*job);
            }
            Change::PutVersion(version) => self.versions.put(*version),
            Change::PutSave(save) => self.saves.put(*save),
            Change::Many(changes) => changes.into_iter().for_each(|one| self.carry_out(one)),
        }
    }
}
