//! The targets of taskloom.yaml.

use std::collections::BTreeMap;

use super::keys;
use super::schedule_word::schedule;
use super::text::{TargetReader, check_name, reader};
use super::variable::{Variable, VariableValue};
use crate::model::Schedule;
use crate::plan::{Pattern, PatternError, Selection};
use crate::yaml::{Diagnostics, FieldPath, Problems, Span, YamlNode, nearest, quote};

/// Where manifests are applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetSettings {
    /// Its name.
    pub name: String,
    /// Used when no target is given.
    pub default: bool,
    /// How it is used; `None` for production.
    pub mode: Option<TargetMode>,
    /// `embedded` or a URL; `None` for the public endpoint.
    pub endpoint: Option<String>,
    /// The id of its WeData project.
    pub project_id: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// The schedule of manifests without one.
    pub schedule: Option<Schedule>,
    /// Values of variables.
    pub variables: BTreeMap<String, VariableValue>,
    /// `include` and `exclude`: which manifests belong to it.
    pub selection: Selection,
    /// Why it cannot be used: a missing environment variable. [`super::Project::target`] refuses a
    /// target that has problems.
    pub problems: Problems,
}

/// How a target is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetMode {
    /// Names get a prefix, and nothing is ever started.
    Development,
}

/// Reads every target.
pub(super) fn read_all(
    diagnostics: &mut Diagnostics,
    node: Option<&YamlNode>,
    env: &dyn Fn(&str) -> Option<String>,
    variables: &BTreeMap<String, Variable>,
) -> BTreeMap<String, TargetSettings> {
    let path = FieldPath::Root.key("targets");
    let mut targets = BTreeMap::new();
    let Some(node) = node else { return targets };
    let mut default: Option<(String, Span)> = None;
    for entry in diagnostics.map(node, path).unwrap_or_default() {
        let path = path.key(&entry.key);
        check_name(diagnostics, &entry.key, entry.key_span, path);
        let mut reader = reader(diagnostics, env, &entry.key);
        let target = reader.target(&entry.value, path, variables);
        if target.default {
            if let Some((first, span)) = &default {
                let message = format!("two targets are the default: {first} and {}", entry.key);
                let span = *span;
                let location = diagnostics.location(span, path);
                diagnostics
                    .error(entry.key_span, path.key("default"), message)
                    .see("the other", &location);
            }
            default = Some((entry.key.clone(), entry.key_span));
        }
        targets.insert(entry.key.clone(), target);
    }
    targets
}

impl TargetReader<'_> {
    fn target(
        &mut self,
        node: &YamlNode,
        path: FieldPath<'_>,
        variables: &BTreeMap<String, Variable>,
    ) -> TargetSettings {
        let mut target = TargetSettings { name: self.name.to_owned(), ..Default::default() };
        if node.is_null() {
            return target;
        }
        let Some(fields) = self.diagnostics.fields(node, path, keys::TARGET) else { return target };
        if let Some(node) = fields.get("default") {
            target.default = self.diagnostics.flag(node, path.key("default")).unwrap_or_default();
        }
        target.mode = fields.get("mode").and_then(|node| self.mode(node, path.key("mode")));
        let node = fields.get("project_id");
        target.project_id = node.and_then(|node| self.value(node, path.key("project_id")));
        if let (Some(""), Some(node)) = (target.project_id.as_deref(), node) {
            let message = "project_id is empty".to_owned();
            self.diagnostics
                .error(node.span, path.key("project_id"), message)
                .help("write the id of the WeData project, or leave it out and pass --project-id");
        }
        let mut text =
            |name: &str| fields.get(name).and_then(|node| self.value(node, path.key(name)));
        target.region = text("region");
        target.endpoint = text("endpoint");
        if let (Some(endpoint), Some(node)) = (&target.endpoint, fields.get("endpoint")) {
            self.endpoint(endpoint, node, path.key("endpoint"));
        }
        if let Some(node) = fields.get("schedule") {
            target.schedule = schedule(self.diagnostics, node, path.key("schedule"));
        }
        if let Some(node) = fields.get("variables") {
            target.variables = self.variables(node, path.key("variables"), variables);
        }
        let mut patterns = |name: &str| {
            let node = fields.get(name);
            node.map(|node| self.patterns(node, path.key(name))).unwrap_or_default()
        };
        let (select, exclude) = (patterns("include"), patterns("exclude"));
        target.selection = Selection { select, exclude };
        target.problems = Problems(std::mem::take(&mut self.deferred));
        target
    }

    fn patterns(&mut self, node: &YamlNode, path: FieldPath<'_>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (number, item) in
            self.diagnostics.list(node, path).unwrap_or_default().iter().enumerate()
        {
            let path = path.item(number);
            let Some(text) = self.value(item, path) else { continue };
            match text.parse() {
                Ok(pattern) => patterns.push(pattern),
                Err(error @ PatternError { .. }) => {
                    self.diagnostics.error(item.span, path, error.to_string());
                }
            }
        }
        patterns
    }

    fn mode(&mut self, node: &YamlNode, path: FieldPath<'_>) -> Option<TargetMode> {
        let text = self.diagnostics.text(node, path)?;
        if text == "development" {
            return Some(TargetMode::Development);
        }
        let message = format!("unknown mode {}", quote(text));
        let problem = self.diagnostics.error(node.span, path, message);
        problem.help("the only mode is `development`; leave it out for production");
        problem.replacement = nearest(text, ["development"]).map(str::to_owned);
        None
    }

    fn endpoint(&mut self, endpoint: &str, node: &YamlNode, path: FieldPath<'_>) {
        let host = |rest: &str| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
            let port =
                host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
            port.map_or(host.clone(), |(name, _)| name.to_owned())
        };
        let (message, help) = if endpoint == "embedded" {
            return;
        } else if let Some(rest) = endpoint.strip_prefix("https://") {
            if !host(rest).is_empty() {
                return;
            }
            ("this address has no host", "for instance https://wedata.tencentcloudapi.com")
        } else if let Some(rest) = endpoint.strip_prefix("http://") {
            if ["127.0.0.1", "localhost", "[::1]"].contains(&host(rest).as_str()) {
                return;
            }
            ("plain http goes to this machine only", "write https://")
        } else {
            ("this is not an endpoint", "`embedded`, or an address that begins with https://")
        };
        self.diagnostics.error(node.span, path, message.to_owned()).help(help);
    }
}
