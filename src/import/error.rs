//! Why nothing is imported.

use std::io;
use std::path::PathBuf;

use crate::kinds::table;
use crate::model::{Address, Kind, RemoteId};
use crate::observe::ObserveError;
use crate::state::StateError;

/// Why an import ended early; no manifest is left half written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The service cannot be read.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The state cannot be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// A requested id does not exist.
    #[error("there is no {kind} with the id {id} in this project")]
    Absent {
        /// The requested kind.
        kind: Kind,
        /// The id.
        id: RemoteId,
    },
    /// A requested id belongs to another bundle.
    #[error("{kind} {id} is managed by another bundle ({bundle_id})")]
    Foreign {
        /// The kind.
        kind: Kind,
        /// The id.
        id: RemoteId,
        /// Its BundleId.
        bundle_id: String,
    },
    /// The manifests would not be found in the folder that they are written to.
    #[error("{} is not where manifests are looked for", folder.display())]
    Elsewhere {
        /// The folder.
        folder: PathBuf,
    },
    /// The target would not include the manifest.
    #[error("the target leaves {address} out: its manifest would not belong to it")]
    LeftOut {
        /// The resource.
        address: Address,
    },
    /// Files that would be overwritten.
    #[error("{} of the files are there already: {}", files.len(), shortened(files))]
    Exists {
        /// Their names, in order.
        files: Vec<String>,
    },
    /// A system call failed.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// The verb for what was tried.
        verb: &'static str,
        /// On which file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl ImportError {
    /// Returns what a person can do about it.
    pub fn way_out(&self) -> Option<String> {
        let text = match self {
            ImportError::Observe(_) => return None,
            ImportError::State(error) => return Some(error.way_out()),
            ImportError::Absent { kind, .. } => table(*kind).import.absent,
            ImportError::Foreign { .. } => {
                "leave it to its owner; --force takes it all the same, and then two repositories change it"
            }
            ImportError::Elsewhere { .. } => {
                "choose a folder with --into that `manifests:` of taskloom.yaml covers"
            }
            ImportError::LeftOut { .. } => {
                "widen `include` and `exclude` of the target in taskloom.yaml, or import with another target"
            }
            ImportError::Exists { .. } => {
                "nothing was written; choose another folder with --into, or overwrite them with --force"
            }
            ImportError::Io { .. } => "check that the folder is writable and has room",
        };
        Some(text.to_owned())
    }
}

fn shortened(files: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = files.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if files.len() > SHOWN { format!("{shown}, …") } else { shown }
}
