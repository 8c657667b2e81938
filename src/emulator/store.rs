//! The tasks, what they were before the last write, and which of them reads do not show yet.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::log::{Change, Log, Tasks};
use super::moment;
use super::settings::EmulatorError;
use super::task::Task;
use crate::model::Kind;

/// All tasks of all projects.
#[derive(Debug, Default)]
pub struct Store {
    tasks: Tasks,
    log: Option<Log>,
    last_write: Option<(String, Option<Task>)>,
    delays: BTreeMap<String, Delay>,
    last_id_ms: i64,
}

/// How many more reads do not show a new task.
#[derive(Clone, Copy, Debug, Default)]
struct Delay {
    lists: u32,
    gets: u32,
}

/// Which state a read sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The present one.
    Present,
    /// The one before the last write: a fault.
    Stale,
}

impl Store {
    /// Returns the tasks of a data file, or none.
    pub fn open(path: Option<&Path>) -> Result<Store, EmulatorError> {
        let Some(path) = path else { return Ok(Store::default()) };
        let (log, tasks) = Log::open(path)?;
        Ok(Store { tasks, log: Some(log), ..Store::default() })
    }

    /// Returns an id that no task has: the digits of the moment, or of a later one when two tasks
    /// are made within a millisecond.
    pub fn new_id(&mut self, now: Timestamp) -> String {
        self.last_id_ms = now.as_millisecond().max(self.last_id_ms + 1);
        loop {
            let moment = Timestamp::from_millisecond(self.last_id_ms).unwrap_or(now);
            let id = moment::digits(moment);
            if !self.tasks.contains_key(&id) {
                return id;
            }
            self.last_id_ms += 1;
        }
    }

    /// Returns a task by its id.
    pub fn task(&self, kind: Kind, project: &str, id: &str, view: View) -> Option<&Task> {
        let task = self.seen(id, view)?;
        (task.kind == kind && task.project == project).then_some(task)
    }

    /// Returns every task of every project, by id.
    pub fn tasks(&self, view: View) -> impl Iterator<Item = &Task> {
        let removed = match &self.last_write {
            Some((id, Some(task))) if view == View::Stale && !self.tasks.contains_key(id) => {
                Some(task)
            }
            Some(_) | None => None,
        };
        self.tasks.keys().filter_map(move |id| self.seen(id, view)).chain(removed)
    }

    fn seen(&self, id: &str, view: View) -> Option<&Task> {
        match &self.last_write {
            Some((last, before)) if view == View::Stale && last == id => before.as_ref(),
            Some(_) | None => self.tasks.get(id),
        }
    }

    /// Keeps a new or changed task; on an error nothing is changed.
    pub fn put(&mut self, task: Task) -> io::Result<()> {
        let id = task.id.clone();
        let change = Change::Put(Box::new(task));
        if let Some(log) = &mut self.log {
            log.append(&change, &self.tasks)?;
        }
        if let Change::Put(task) = change {
            let before = self.tasks.insert(id.clone(), *task);
            self.last_write = Some((id, before));
        }
        Ok(())
    }

    /// Removes a task; on an error nothing is changed.
    pub fn remove(&mut self, id: &str) -> io::Result<()> {
        if let Some(log) = &mut self.log {
            log.append(&Change::Remove(id.to_owned()), &self.tasks)?;
        }
        let before = self.tasks.remove(id);
        self.delays.remove(id);
        self.last_write = Some((id.to_owned(), before));
        Ok(())
    }

    /// Hides a new task from its first reads.
    pub fn delay(&mut self, id: &str, lists: u32, gets: u32) {
        if lists > 0 || gets > 0 {
            self.delays.insert(id.to_owned(), Delay { lists, gets });
        }
    }

    /// Counts a get of a task and tells whether the task is still hidden from it.
    pub fn is_hidden_from_get(&mut self, id: &str) -> bool {
        let gets = self.delays.get_mut(id).map(|delay| &mut delay.gets);
        gets.is_some_and(count_down)
    }

    /// Counts a list call and returns the ids that are still hidden from it.
    pub fn hidden_from_list(&mut self) -> Vec<String> {
        let hidden = self.delays.iter_mut().filter(|(_, delay)| delay.lists > 0);
        hidden
            .map(|(id, delay)| {
                delay.lists -= 1;
                id.clone()
            })
            .collect()
    }
}

fn count_down(left: &mut u32) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}
