//! taskloom.yaml: the project, its variables, targets and guards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::keys;
use super::limits::{self, Limits};
use super::target::{self, TargetSettings};
use super::text;
use super::variable::Variable;
use super::variable_decls;
use crate::yaml::{
    Diagnostics, FieldPath, KnownFields, Problem, Problems, SourceText, YamlNode, exists, nearest,
    quote, read_text, reader,
};

/// The name of the project file.
pub const PROJECT_FILE: &str = "taskloom.yaml";

/// A project file, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The folder of taskloom.yaml.
    pub root: PathBuf,
    /// The prefix of file names when they are shown: "" or `manifests/`.
    pub label: String,
    /// The path of taskloom.yaml.
    pub file: PathBuf,
    /// `bundle.name`.
    pub bundle_name: Option<String>,
    /// `bundle.id`: the mark of ownership.
    pub bundle_id: Option<String>,
    /// Folders and globs, relative to the root.
    pub manifests: Vec<String>,
    /// Every declared variable.
    pub variables: BTreeMap<String, Variable>,
    /// The targets by name.
    pub targets: BTreeMap<String, TargetSettings>,
    /// How much a plan may destroy.
    pub guards: ProjectGuards,
    /// How long things may take.
    pub limits: Limits,
}

/// How much a plan may destroy without an explicit permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectGuards {
    /// The maximum number of deletes, replaces included.
    pub deletes_max: usize,
    /// The maximum number of deletes in percent of the managed resources, from 0 to 100.
    pub deletes_max_percent: u8,
    /// Whether a delete spares the instances downstream of a task; the service's own default
    /// makes them fail.
    pub spare_downstream: bool,
}

impl Default for ProjectGuards {
    fn default() -> Self {
        ProjectGuards { deletes_max: 10, deletes_max_percent: 30, spare_downstream: true }
    }
}

/// Returns the project of a folder: taskloom.yaml in it, else in its folder `manifests`.
///
/// `env` returns the values for `${env.NAME}`. Problems of a single target are kept with it, so
/// that one target works without the environment of another.
pub fn find_project(
    dir: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Project>, Problems> {
    for (folder, label) in [(dir.to_owned(), ""), (dir.join("manifests"), "manifests/")] {
        let file = folder.join(PROJECT_FILE);
        if exists(&file) {
            return read(folder, label, file, env).map(Some);
        }
    }
    Ok(None)
}

impl Project {
    /// Returns the target of a name, or the default one when no name is given.
    ///
    /// # Errors
    /// When the target does not exist, there is no default, or it needs something that is missing.
    pub fn target(&self, name: Option<&str>) -> Result<&TargetSettings, Problems> {
        let target = match name {
            Some(name) => self.targets.get(name).ok_or_else(|| self.no_target(name))?,
            None => self.default_target().ok_or_else(|| self.no_default())?,
        };
        if target.problems.is_empty() { Ok(target) } else { Err(target.problems.clone()) }
    }

    fn default_target(&self) -> Option<&TargetSettings> {
        let marked = self.targets.values().find(|target| target.default);
        let single = (self.targets.len() == 1).then(|| self.targets.values().next()).flatten();
        marked.or(single)
    }

    fn no_target(&self, name: &str) -> Problems {
        let mut problem = self.problem(format!("there is no target {}", quote(name)));
        let names = self.targets.keys().map(String::as_str);
        problem.help = Some(match nearest(name, names.clone()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("known are {}", names.collect::<Vec<_>>().join(", ")),
        });
        Problems(vec![problem])
    }

    fn no_default(&self) -> Problems {
        let mut problem = self.problem("there is no default target".to_owned());
        problem.help("name one with --target, or write `default: true` in one");
        Problems(vec![problem])
    }

    fn problem(&self, message: String) -> Problem {
        let file = format!("{}{PROJECT_FILE}", self.label);
        Problem { path: "targets".to_owned(), ..Problem::of_file(&file, message) }
    }
}

fn read(
    root: PathBuf,
    label: &str,
    file: PathBuf,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Project, Problems> {
    let name = format!("{label}{PROJECT_FILE}");
    if file.exists() && !file.is_file() && !file.is_dir() {
        // Opening a pipe could wait for its other end forever.
        let message = "this is a pipe, a socket or a device, not a file".to_owned();
        return Err(Problems(vec![Problem::of_file(&name, message)]));
    }
    let text = read_text(&file, &name).map_err(|problem| Problems(vec![*problem]))?;
    let mut diagnostics = Diagnostics::new(SourceText::new(name, text));
    let mut documents = reader::read(&mut diagnostics);
    if let Some(second) = documents.get(1) {
        let message = "a project file is one document".to_owned();
        diagnostics.error(second.span, FieldPath::Root, message);
    }
    let mut project = Project {
        root,
        label: label.to_owned(),
        file,
        bundle_name: None,
        bundle_id: None,
        manifests: vec![".".to_owned()],
        variables: BTreeMap::new(),
        targets: BTreeMap::new(),
        guards: ProjectGuards::default(),
        limits: Limits::default(),
    };
    let document = (!documents.is_empty()).then(|| documents.swap_remove(0));
    if let Some(node) = document.filter(|node| !node.is_null()) {
        fill(&mut diagnostics, &node, env, &mut project);
    }
    for target in project.targets.values_mut() {
        diagnostics.cover(&mut target.problems);
    }
    let mut problems = diagnostics.finish();
    problems.sort();
    if problems.has_errors() { Err(problems) } else { Ok(project) }
}

fn fill(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    env: &dyn Fn(&str) -> Option<String>,
    project: &mut Project,
) {
    let Some(fields) = diagnostics.fields(node, FieldPath::Root, keys::PROJECT) else { return };
    bundle(diagnostics, fields, env, project);
    manifests(diagnostics, fields, project);
    project.variables = variable_decls::variables(diagnostics, fields, env);
    project.targets = target::read_all(diagnostics, fields.get("targets"), env, &project.variables);
    guards(diagnostics, fields, project);
    project.limits = limits::read(diagnostics, fields);
}

fn bundle(
    diagnostics: &mut Diagnostics,
    fields: KnownFields<'_>,
    env: &dyn Fn(&str) -> Option<String>,
    project: &mut Project,
) {
    let path = FieldPath::Root.key("bundle");
    let Some(node) = fields.get("bundle") else { return };
    let Some(inner) = diagnostics.fields(node, path, keys::BUNDLE) else { return };
    if let Some(node) = inner.get("name") {
        project.bundle_name = text::value(diagnostics, node, path.key("name"), None, env);
    }
    if let Some(node) = inner.get("id") {
        let path = path.key("id");
        project.bundle_id = text::value(diagnostics, node, path, None, env);
        if project.bundle_id.as_deref().is_some_and(str::is_empty) {
            diagnostics
                .error(node.span, path, "bundle.id must not be empty".to_owned())
                .help("leave it out, or let `taskloom init` create one");
        }
    }
    if project.bundle_name.is_none() && project.bundle_id.is_some() {
        let message = "a bundle with an id needs a name".to_owned();
        diagnostics.error(node.span, path.key("name"), message);
    }
}

fn manifests(diagnostics: &mut Diagnostics, fields: KnownFields<'_>, project: &mut Project) {
    let path = FieldPath::Root.key("manifests");
    let Some(node) = fields.get("manifests") else { return };
    let Some(items) = diagnostics.list(node, path) else { return };
    project.manifests.clear();
    for (number, item) in items.iter().enumerate() {
        let path = path.item(number);
        let Some(text) = diagnostics.text(item, path) else { continue };
        let folder = Path::new(text);
        let up = folder.components().any(|part| part == std::path::Component::ParentDir);
        if folder.is_absolute() || up {
            let message = format!("{} leaves the project", quote(text));
            diagnostics
                .error(item.span, path, message)
                .help("put taskloom.yaml above all manifests and name folders below it");
        }
        project.manifests.push(text.to_owned());
    }
}

fn guards(diagnostics: &mut Diagnostics, fields: KnownFields<'_>, project: &mut Project) {
    let path = FieldPath::Root.key("guards");
    let Some(node) = fields.get("guards") else { return };
    let Some(inner) = diagnostics.fields(node, path, keys::GUARDS) else { return };
    let [max, percent, spare] = ["deletes_max", "deletes_max_percent", "spare_downstream"];
    if let Some(node) = inner.get(max)
        && let Some(number) = number(diagnostics, node, path.key(max), usize::MAX)
    {
        project.guards.deletes_max = number;
    }
    if let Some(node) = inner.get(percent)
        && let Some(number) = number(diagnostics, node, path.key(percent), 100)
    {
        project.guards.deletes_max_percent = u8::try_from(number).unwrap_or(100);
    }
    if let Some(node) = inner.get(spare)
        && let Some(flag) = diagnostics.flag(node, path.key(spare))
    {
        project.guards.spare_downstream = flag;
    }
}

fn number(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
    most: usize,
) -> Option<usize> {
    let text = node.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let number = text.parse::<usize>().ok().filter(|number| *number <= most);
    if number.is_none() {
        let limit = if most == usize::MAX { String::new() } else { format!(" to {most}") };
        diagnostics.mistyped(node, path, &format!("a whole number from 0{limit}"));
    }
    number
}
