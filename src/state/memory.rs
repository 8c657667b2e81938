//! The state file as it was read last, for one who reads it again and again.
#![expect(clippy::disallowed_methods, reason = "this file looks at the state file")]

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::StateError;
use super::file::{Loaded, Origin, read_file};
use super::replay::replay;
use crate::stamp::Stamp;

/// The beginning of a state file holds its lineage and its serial, which no two versions share.
const HEAD_BYTES: u64 = 512;

/// Reads a state; a file that has not moved is not parsed again.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    glance: Glance,
    /// What the file holds, without a journal.
    loaded: Loaded,
}

/// What tells one version of a state file from another.
#[derive(Debug, PartialEq, Eq)]
struct Glance {
    stamp: Stamp,
    head: Vec<u8>,
}

impl Memory {
    /// Reads a state and its journal; a missing file is an empty state of a new lineage.
    ///
    /// # Errors
    /// When it cannot be read, is newer than this program, or belongs to another origin.
    pub fn load(
        &self,
        path: &Path,
        origin: &Origin,
        new_lineage: &str,
    ) -> Result<Loaded, StateError> {
        let mut kept = self.kept();
        let glance = Glance::of(path);
        let known = kept.as_ref().filter(|kept| glance.as_ref() == Some(&kept.glance));
        let known = known.filter(|kept| kept.loaded.header.origin == *origin);
        let mut loaded = match known {
            Some(known) => known.loaded.clone(),
            None => {
                *kept = None;
                let loaded = read_file(path, origin, new_lineage)?;
                // What was replaced while it was read is not what was seen before.
                let glance = glance.filter(|before| Glance::of(path).as_ref() == Some(before));
                *kept = glance.map(|glance| Kept { glance, loaded: loaded.clone() });
                loaded
            }
        };
        drop(kept);
        replay(path, &mut loaded)?;
        Ok(loaded)
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Glance {
    /// Looks at a file; None when there is none to be read.
    fn of(path: &Path) -> Option<Glance> {
        let file = File::open(path).ok()?;
        let stamp = Stamp::of(&file.metadata().ok()?);
        let mut head = Vec::new();
        file.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
        Some(Glance { stamp, head })
    }
}
