//! What whoever starts a run says of it.

use std::path::{Path, PathBuf};

use crate::plan::Guards;
use crate::project::Limits;

/// Answers with an environment variable; an empty one is none.
pub type EnvLookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What is said of the project, its target and the service, over what taskloom.yaml says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetupInputs {
    /// The folder to work in; none for the one that the process runs in.
    pub folder: Option<PathBuf>,
    /// The target; none for the default one.
    pub target: Option<String>,
    /// The service: a URL, or `embedded`.
    pub endpoint: Option<String>,
    /// The WeData project.
    pub project_id: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The state file, relative to the folder.
    pub state: Option<PathBuf>,
    /// The folder with the manifests, relative to the folder.
    pub manifests: Option<PathBuf>,
    /// Values of variables, each as `NAME=TEXT`.
    pub variables: Vec<String>,
    /// Whose development target it is.
    pub developer: Option<String>,
    /// Requests a second for each action.
    pub rate: f64,
    /// How long things may take.
    pub limits: Limits,
    /// The command line, for whoever finds the lock taken.
    pub command: String,
}

impl SetupInputs {
    /// Returns the folder to work in.
    pub fn folder(&self) -> &Path {
        self.folder.as_deref().unwrap_or(Path::new("."))
    }

    /// Returns a path as it is seen from where the process runs.
    pub fn place(&self, path: &Path) -> PathBuf {
        match &self.folder {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }
}

/// What is said over the guards of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardOverrides {
    /// The most deletes, replaces included.
    pub deletes_max: Option<usize>,
    /// The most deletes in percent of what is managed.
    pub deletes_max_percent: Option<u8>,
    /// Zero manifests may empty the state.
    pub empty_allowed: bool,
    /// What tasks of others need may be deleted too.
    pub force: bool,
}

impl GuardOverrides {
    /// Returns the guards that hold.
    pub fn over(self, guards: Guards) -> Guards {
        Guards {
            deletes_max: self.deletes_max.unwrap_or(guards.deletes_max),
            deletes_max_percent: self.deletes_max_percent.unwrap_or(guards.deletes_max_percent),
            empty_allowed: self.empty_allowed || guards.empty_allowed,
            force: self.force || guards.force,
        }
    }
}
