//! A state that is changed by hand: entries move and go, nothing is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::error::StateError;
use super::file_store::Journal;
use super::file_store::{LockHolder, StateLock};
use super::file_store::{OpenState, StateOrigin, load};
use super::journal_line::Intent;
use crate::model::Recorded;
use crate::support::Clock;

/// A state under lock that is changed by hand: the service is not asked, so what a cut-off run
/// left in doubt stays in doubt.
#[derive(Debug)]
pub struct StateEdit {
    state: PathBuf,
    loaded: OpenState,
    lock: StateLock,
}

impl StateEdit {
    /// Takes the lock, asking for it until `patience` is over, and reads the state.
    ///
    /// # Errors
    /// When the state cannot be used or is locked.
    pub async fn open(
        state: &Path,
        origin: &StateOrigin,
        by: &LockHolder,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<StateEdit, StateError> {
        let lock = StateLock::take_within(state, by, patience, clock).await?;
        Ok(StateEdit {
            state: state.to_owned(),
            loaded: load(state, origin, &uuid::Uuid::new_v4().to_string())?,
            lock,
        })
    }

    /// Returns what the state holds.
    pub fn recorded(&self) -> &Recorded {
        &self.loaded.recorded
    }

    /// Returns the creates of which nobody knows yet whether they happened.
    pub fn doubts(&self) -> &[Intent] {
        &self.loaded.doubts
    }

    /// Replaces what the state holds, and returns its new serial. A journal that is there is part
    /// of it from now on, but for its doubts; it is folded first, since its lines would not fit
    /// the state that follows.
    ///
    /// # Errors
    /// When the state cannot be written; it is then as it was.
    pub fn save(&mut self, recorded: Recorded) -> Result<u64, StateError> {
        self.lock.check()?;
        self.fold()?;
        self.loaded.recorded = Arc::new(recorded);
        self.loaded.save(&self.state)?;
        Ok(self.loaded.header.serial)
    }

    fn fold(&mut self) -> Result<(), StateError> {
        if !self.loaded.leftover {
            return Ok(());
        }
        if self.loaded.unfolded {
            self.loaded.save(&self.state)?;
        }
        if self.loaded.doubts.is_empty() {
            self.loaded.leftover = false;
            return Journal::remove(&self.state);
        }
        Journal::start(&self.state, &self.loaded).map(drop)
    }
}
