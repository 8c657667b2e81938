//! The options of loading: which folders, and for which target.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::model::{Bundle, Schedule};
use crate::plan::Selection;
use crate::project::{Project, TargetMode, TargetSettings, VariableValue};

/// What is to be loaded, and for which target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadOptions {
    /// The root of the project: nothing outside it is read. An existing folder.
    pub root: PathBuf,
    /// The prefix of file names when they are shown: "" or `manifests/`.
    pub label: String,
    /// Folders, files or globs, relative to the root.
    pub folders: Vec<String>,
    /// The name of the target: `${target.name}`.
    pub target: String,
    /// The project of the target; a ProjectId in a spec must equal it.
    pub project_id: Option<String>,
    /// The user of a development target: TaskName gets the prefix `[dev NAME] `.
    pub developer: Option<String>,
    /// Every declared variable; `None` where it has no value.
    pub variables: BTreeMap<String, Option<VariableValue>>,
    /// The schedule of manifests without one.
    pub schedule: Schedule,
    /// The mark of ownership.
    pub bundle: Option<Bundle>,
    /// Which manifests belong to the target; of the others only name and labels are read.
    pub selection: Selection,
    /// The international site: a workflow has no SchedulerStatus there, but its triggers do.
    pub international: bool,
}

impl LoadOptions {
    /// Returns what to load for a target; `developer` is the user of a development target.
    pub fn of(project: &Project, target: &TargetSettings, developer: &str) -> LoadOptions {
        let defaults = project.variables.iter();
        let mut variables: BTreeMap<_, _> =
            defaults.map(|(name, variable)| (name.clone(), variable.default.clone())).collect();
        for (name, value) in &target.variables {
            variables.insert(name.clone(), Some(value.clone()));
        }
        let bundle = project
            .bundle_id
            .clone()
            .map(|id| Bundle { id, name: project.bundle_name.clone().unwrap_or_default() });
        LoadOptions {
            root: project.root.clone(),
            label: project.label.clone(),
            folders: project.manifests.clone(),
            target: target.name.clone(),
            project_id: target.project_id.clone(),
            developer: target.mode.map(|TargetMode::Development| developer.to_owned()),
            variables,
            schedule: target.schedule.unwrap_or_default(),
            bundle,
            selection: target.selection.clone(),
            international: false,
        }
    }

    /// Returns the prefix of every TaskName of a development target.
    pub fn name_prefix(&self) -> Option<String> {
        self.developer.as_ref().map(|developer| format!("[dev {developer}] "))
    }
}
