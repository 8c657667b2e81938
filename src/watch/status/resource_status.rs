//! The status of one resource, as far as passes and operations have reported it.

use std::sync::Arc;

use crate::apply::OperationStatus;
use crate::model::Verb;
use crate::plan::Change;
use crate::support::error_chain;

/// A resource that has more to show than that it is as wanted.
#[derive(Clone, Debug, Default)]
pub struct ResourceStatus {
    /// What the last plan would do to it, without the wanted spec; None when it is as wanted.
    pub change: Option<Arc<Change>>,
    /// What was last done to it, and in which pass.
    pub last: Option<(u64, Arc<Change>)>,
    /// It was changed at the service.
    pub drifted: bool,
    /// Why its last operation failed, for people.
    pub error: Option<String>,
    /// What is being done to it.
    pub at_work: Option<Verb>,
    /// The version of the store at which this last changed.
    pub version: u64,
}

impl ResourceStatus {
    /// Takes over a new plan; it clears a failure only when it has no change for the resource.
    /// Returns whether anything changed.
    pub fn plan(&mut self, change: Option<Arc<Change>>, drifted: bool) -> bool {
        let same = self.change == change && self.drifted == drifted && self.at_work.is_none();
        if change.is_none() {
            self.error = None;
        }
        (self.change, self.drifted, self.at_work) = (change, drifted, None);
        !same
    }

    /// Takes over what happened to an operation on it.
    pub fn operation(&mut self, verb: Verb, status: &OperationStatus<'_>, number: u64) {
        match status {
            OperationStatus::Begun => self.at_work = Some(verb),
            OperationStatus::Done => {
                self.at_work = None;
                self.error = None;
                self.drifted = false;
                if let Some(change) = self.change.take() {
                    self.last = Some((number, change));
                }
            }
            OperationStatus::Failed(error) => {
                self.at_work = None;
                self.error = Some(error_chain(error));
                self.restore(number);
            }
            OperationStatus::Skipped(_) | OperationStatus::NotAttempted(_) => {
                self.at_work = None;
                self.restore(number);
            }
        }
    }

    /// Undoes a first step that was done, when a later one of the same change was not.
    fn restore(&mut self, number: u64) {
        if self.change.is_none() && self.last.as_ref().is_some_and(|(last, _)| *last == number) {
            self.change = self.last.take().map(|(_, change)| change);
        }
    }
}
