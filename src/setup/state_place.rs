//! Which file holds the state of a target: the one place outside the room of the state that knows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::state::{FileStore, StateStore};

/// Where the state of a target is.
#[derive(Clone, Debug)]
pub struct StatePlace {
    /// The state file.
    pub file: PathBuf,
}

impl StatePlace {
    /// Returns the place of a target below the `.taskloom` of a project.
    pub fn below(home: &Path, target: &str) -> StatePlace {
        StatePlace { file: home.join(target).join("state.json") }
    }

    /// Returns the store that keeps the state there.
    pub(super) fn store(&self) -> Arc<dyn StateStore> {
        Arc::new(FileStore::new(&self.file))
    }

    /// Returns the file in which the embedded service keeps its tasks: they are as old as the state.
    pub(super) fn service_data(&self) -> PathBuf {
        self.file.with_file_name("cloud.json")
    }
}
