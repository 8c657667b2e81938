//! The state file as it was read or written last, for one who needs it again and again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::error::StateError;
use super::super::open_state::{OpenState, RecordedChanges, StateOrigin};
use super::state_file::{read_state_file, save_state_file};
use super::state_fingerprint::StateFingerprint;

/// Reads and saves a state file; one that has not moved is not parsed again.
#[derive(Debug, Default)]
pub struct StateCache(Mutex<Option<CachedState>>);

#[derive(Debug)]
struct CachedState {
    fingerprint: StateFingerprint,
    /// What the file holds, without a journal.
    state: OpenState,
}

impl StateCache {
    /// Reads a state without its journal.
    pub fn read(&self, path: &Path, origin: &StateOrigin) -> Result<OpenState, StateError> {
        let mut cached = self.cached();
        let fingerprint = StateFingerprint::of(path);
        let known =
            cached.as_ref().filter(|known| fingerprint.as_ref() == Some(&known.fingerprint));
        if let Some(known) = known.filter(|known| known.state.header.origin == *origin) {
            return Ok(known.state.clone());
        }
        *cached = None;
        let state = read_state_file(path, origin)?;
        // What was replaced while it was read is not what was seen before.
        let fingerprint =
            fingerprint.filter(|before| StateFingerprint::of(path).as_ref() == Some(before));
        *cached = fingerprint.map(|fingerprint| CachedState { fingerprint, state: state.clone() });
        Ok(state)
    }

    /// Saves a state and remembers it; returns what is read from now on.
    pub fn save(
        &self,
        path: &Path,
        state: &OpenState,
        changes: &RecordedChanges,
    ) -> Result<OpenState, StateError> {
        let mut cached = self.cached();
        *cached = None;
        let (saved, fingerprint) = save_state_file(path, state, changes)?;
        let without_journal = OpenState { doubts: Vec::new(), has_journal: false, ..saved.clone() };
        *cached =
            fingerprint.map(|fingerprint| CachedState { fingerprint, state: without_journal });
        Ok(saved)
    }

    fn cached(&self) -> MutexGuard<'_, Option<CachedState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
