//! Resolves a target from flags, the environment and taskloom.yaml.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::SetupError;
use super::inputs::{EnvLookup, SetupInputs};
use super::resolved_target::{ResolvedTarget, ServiceAt};
use super::state_place::StatePlace;
use crate::cloud::{Endpoint, Rate};
use crate::manifest::LoadOptions;
use crate::plan::Guards;
use crate::project::{
    Limits, Project, ProjectGuards, TargetMode, TargetSettings, VariableValue, find_project,
};

/// Finds the project, reads its taskloom.yaml once, and chooses its target.
///
/// # Errors
/// When taskloom.yaml has problems or lacks the target, and when an overriding value is not valid.
pub fn resolve(inputs: &SetupInputs, env: &EnvLookup<'_>) -> Result<ResolvedTarget, SetupError> {
    let folder = inputs.folder();
    if !folder.is_dir() {
        return Err(SetupError::NoFolder { folder: folder.to_owned() });
    }
    let wrong = |problems| SetupError::Project { problems };
    let found = find_project(folder, env).map_err(wrong)?;
    let without_project = found.is_none().then(|| folder.to_owned());
    let project = found.unwrap_or_else(|| bare_project(folder.to_owned()));
    let mut target = match project.targets.is_empty() && inputs.target.is_none() {
        true => TargetSettings { name: "default".to_owned(), ..TargetSettings::default() },
        false => project.target(inputs.target.as_deref()).map_err(wrong)?.clone(),
    };
    if let Some(project_id) = &inputs.project_id {
        target.project_id = Some(project_id.clone());
    }
    let resolved = of_target(inputs, env, &project, target)?;
    Ok(ResolvedTarget { without_project, ..resolved })
}

fn of_target(
    inputs: &SetupInputs,
    env: &EnvLookup<'_>,
    project: &Project,
    target: TargetSettings,
) -> Result<ResolvedTarget, SetupError> {
    let service = service_at(inputs.endpoint.as_ref().or(target.endpoint.as_ref()))?;
    let load = load_options(inputs, env, project, &target, &service)?;
    let place = match &inputs.state {
        Some(state) => StatePlace { file: inputs.place(state) },
        None => StatePlace::below(&project.root.join(".taskloom"), &target.name),
    };
    let rate = Rate::try_from(inputs.rate)
        .map_err(|error| SetupError::Rate { rate: inputs.rate, error })?;
    let region = inputs.region.clone().or(target.region);
    let user = env("USER").or_else(|| env("USERNAME"));
    Ok(ResolvedTarget {
        name: target.name,
        load,
        store: place.store(),
        service_data: place.service_data(),
        service,
        region: region.or_else(|| env("TENCENTCLOUD_REGION")),
        rate,
        guards: guards(&project.guards),
        spare_downstream: project.guards.spare_downstream,
        limits: limits(&inputs.limits, &project.limits),
        without_project: None,
        project_id: target.project_id.filter(|id| !id.trim().is_empty()),
        command: inputs.command.clone(),
        user: user.unwrap_or_else(|| "unknown".to_owned()),
    })
}

fn load_options(
    inputs: &SetupInputs,
    env: &EnvLookup<'_>,
    project: &Project,
    target: &TargetSettings,
    service: &ServiceAt,
) -> Result<LoadOptions, SetupError> {
    let developer = match target.mode {
        Some(TargetMode::Development) => developer(inputs, env)?,
        None => String::new(),
    };
    let mut load = LoadOptions::of(project, target, &developer);
    load.international =
        matches!(service, ServiceAt::Remote(endpoint) if endpoint.site() == "intl");
    let given = given_values(inputs, env, project)?;
    load.variables.extend(given.into_iter().map(|(name, value)| (name, Some(value))));
    if let Some(folder) = &inputs.manifests {
        load.root = inputs.place(folder);
        load.folders = vec![".".to_owned()];
        load.label = String::new();
    }
    Ok(load)
}

/// Returns the values of variables from flags and the environment.
fn given_values(
    inputs: &SetupInputs,
    env: &EnvLookup<'_>,
    project: &Project,
) -> Result<BTreeMap<String, VariableValue>, SetupError> {
    let mut flags = Vec::new();
    for (place, text) in inputs.variables.iter().enumerate() {
        let (name, value) =
            text.split_once('=').ok_or(SetupError::Assignment { number: place + 1 })?;
        flags.push((name.to_owned(), value.to_owned()));
    }
    Ok(project.given(&flags, env)?)
}

/// Returns the developer of a development target: two people must not work on the same tasks.
fn developer(inputs: &SetupInputs, env: &EnvLookup<'_>) -> Result<String, SetupError> {
    let user = || ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| env(name));
    let name = inputs.developer.clone().or_else(user).ok_or(SetupError::NoDeveloper)?;
    if name.contains([']', '[']) || name.chars().any(char::is_control) || name.trim() != name {
        return Err(SetupError::Developer { name });
    }
    Ok(name)
}

/// Returns a project for a folder without taskloom.yaml, where the flags give everything.
fn bare_project(root: PathBuf) -> Project {
    Project {
        file: root.join("taskloom.yaml"),
        root,
        label: String::new(),
        bundle_name: None,
        bundle_id: None,
        manifests: vec!["manifests".to_owned()],
        variables: BTreeMap::new(),
        targets: BTreeMap::new(),
        guards: ProjectGuards::default(),
        limits: Limits::default(),
    }
}

fn guards(project: &ProjectGuards) -> Guards {
    Guards {
        deletes_max: project.deletes_max,
        deletes_max_percent: project.deletes_max_percent,
        empty_allowed: false,
        force: false,
    }
}

/// Returns what the flags say, else what the project says.
fn limits(flags: &Limits, project: &Limits) -> Limits {
    Limits {
        timeout: flags.timeout.or(project.timeout),
        call_timeout: flags.call_timeout.or(project.call_timeout),
        lock_timeout: flags.lock_timeout.or(project.lock_timeout),
    }
}

fn service_at(endpoint: Option<&String>) -> Result<ServiceAt, SetupError> {
    match endpoint.map(String::as_str) {
        None => Ok(ServiceAt::Remote(Endpoint::default())),
        Some("embedded") => Ok(ServiceAt::Embedded),
        Some(url) => Ok(ServiceAt::Remote(url.parse()?)),
    }
}
