//! The state file as it was read or written last, for one who needs it again and again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::error::StateError;
use super::super::replay::replay;
use super::state_file::{OpenState, StateOrigin, read_file};
use super::state_fingerprint::StateFingerprint;

/// Reads a state; a file that has not moved is not parsed again.
#[derive(Debug, Default)]
pub struct StateCache(Mutex<Option<CachedState>>);

#[derive(Debug)]
struct CachedState {
    glance: StateFingerprint,
    /// What the file holds, without a journal.
    loaded: OpenState,
}

impl StateCache {
    /// Reads a state and its journal; a missing file is an empty state of a new lineage.
    ///
    /// # Errors
    /// When it cannot be read, is newer than this program, or belongs to another origin.
    pub fn load(
        &self,
        path: &Path,
        origin: &StateOrigin,
        new_lineage: &str,
    ) -> Result<OpenState, StateError> {
        let mut kept = self.kept();
        let glance = StateFingerprint::of(path);
        let known = kept.as_ref().filter(|kept| glance.as_ref() == Some(&kept.glance));
        let known = known.filter(|kept| kept.loaded.header.origin == *origin);
        let mut loaded = match known {
            Some(known) => known.loaded.clone(),
            None => {
                *kept = None;
                let loaded = read_file(path, origin, new_lineage)?;
                // What was replaced while it was read is not what was seen before.
                let glance =
                    glance.filter(|before| StateFingerprint::of(path).as_ref() == Some(before));
                *kept = glance.map(|glance| CachedState { glance, loaded: loaded.clone() });
                loaded
            }
        };
        drop(kept);
        replay(path, &mut loaded)?;
        Ok(loaded)
    }

    /// Saves a state and remembers it. What it records must have come from the file or its journal:
    /// what is sensitive is written as a digest, and would be read as one.
    ///
    /// # Errors
    /// As [`OpenState::save`].
    pub fn save(&self, path: &Path, loaded: &mut OpenState) -> Result<(), StateError> {
        let mut kept = self.kept();
        *kept = None;
        let glance = loaded.save(path)?;
        let (doubts, leftover, unfolded) = (Vec::new(), false, false);
        let loaded = OpenState { doubts, leftover, unfolded, ..loaded.clone() };
        *kept = glance.map(|glance| CachedState { glance, loaded });
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Option<CachedState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
