//! The inputs of a run, from its caller.

use std::path::{Path, PathBuf};

use crate::plan::Guards;
use crate::project::Limits;

/// Returns an environment variable; an empty one counts as unset.
pub type EnvLookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Settings of the project, its target and the service, which override those of taskloom.yaml.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetupInputs {
    /// The folder to work in; None for the one that the process runs in.
    pub folder: Option<PathBuf>,
    /// The target; None for the default one.
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
    /// The developer, for a development target.
    pub developer: Option<String>,
    /// Requests per second for each action.
    pub rate: f64,
    /// The time limits.
    pub limits: Limits,
    /// The command line, for a process that finds the lock taken.
    pub command: String,
}

impl SetupInputs {
    /// Returns the folder to work in.
    pub fn folder(&self) -> &Path {
        self.folder.as_deref().unwrap_or(Path::new("."))
    }

    /// Returns a path relative to the folder that the process runs in.
    pub fn place(&self, path: &Path) -> PathBuf {
        match &self.folder {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }
}

/// Settings that override the guards of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardOverrides {
    /// The most deletes, replaces included.
    pub deletes_max: Option<usize>,
    /// The most deletes, in percent of the managed resources.
    pub deletes_max_percent: Option<u8>,
    /// Whether zero manifests may empty the state.
    pub empty_allowed: bool,
    /// Whether resources that tasks of others need may be deleted too.
    pub force: bool,
}

impl GuardOverrides {
    /// Returns the guards that apply.
    pub fn over(self, guards: Guards) -> Guards {
        Guards {
            deletes_max: self.deletes_max.unwrap_or(guards.deletes_max),
            deletes_max_percent: self.deletes_max_percent.unwrap_or(guards.deletes_max_percent),
            empty_allowed: self.empty_allowed || guards.empty_allowed,
            force: self.force || guards.force,
        }
    }
}
