//! A state that is changed by hand: entries move and go, nothing is sent.

use std::time::Duration;

use super::error::StateError;
use super::intent::Intent;
use super::lock_holder::LockHolder;
use super::open_state::{OpenState, RecordedChanges, StateOrigin, recorded_changes};
use super::store::{StateStore, StateWriter};
use crate::model::Recorded;
use crate::support::Clock;

/// A state under lock that is changed by hand: the service is not asked, so what a cut-off run
/// left in doubt stays in doubt.
#[derive(Debug)]
pub struct StateEdit {
    state: OpenState,
    writer: Box<dyn StateWriter>,
}

impl StateEdit {
    /// Takes the lock, asking for it until `patience` is over, and reads the state.
    ///
    /// # Errors
    /// When the state cannot be used or is locked.
    pub async fn open(
        store: &dyn StateStore,
        origin: &StateOrigin,
        by: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<StateEdit, StateError> {
        let writer = store.lock_within(by, patience, clock).await?;
        Ok(StateEdit { state: store.load(origin).await?, writer })
    }

    /// Returns what the state holds.
    pub fn recorded(&self) -> &Recorded {
        &self.state.recorded
    }

    /// Returns the creates of which it is not known yet whether they happened.
    pub fn doubts(&self) -> &[Intent] {
        &self.state.doubts
    }

    /// Replaces what the state holds, and returns its new serial. A journal that is there is part
    /// of it from now on, but for its doubts; it is merged first, since its lines would not fit
    /// the state that follows.
    ///
    /// # Errors
    /// When the state cannot be written; it is then as it was.
    pub async fn save(&mut self, recorded: &Recorded) -> Result<u64, StateError> {
        self.merge_journal().await?;
        let changes = recorded_changes(&self.state.recorded, recorded);
        self.state = self.writer.save(&self.state, &changes).await?;
        Ok(self.state.header.serial)
    }

    async fn merge_journal(&mut self) -> Result<(), StateError> {
        if !self.state.has_journal {
            return Ok(());
        }
        if self.state.has_unmerged() {
            self.state = self.writer.save(&self.state, &RecordedChanges::new()).await?;
        }
        if self.state.doubts.is_empty() {
            self.state.has_journal = false;
            return self.writer.end_journal().await;
        }
        self.writer.start_journal(&self.state).await.map(drop)
    }
}
