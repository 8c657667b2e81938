//! The targets of taskloom.yaml.

use std::collections::BTreeMap;

use super::keys;
use super::lifecycle::schedule;
use super::page::{Page, Trail};
use super::problem::{Problem, Problems, Severity};
use super::project::named;
use super::reference::{Meaning, Piece, may_refer, pieces};
use super::suggest::{nearest, quote};
use super::tree::{Node, Span};
use super::variable::{Variable, VariableValue};
use crate::model::Schedule;
use crate::plan::{Pattern, PatternError, Selection};

/// Where manifests are brought to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetSettings {
    /// Its name.
    pub name: String,
    /// Taken when nobody names a target.
    pub default: bool,
    /// How it is used; none for production.
    pub mode: Option<Mode>,
    /// `embedded` or a URL; none for the public endpoint.
    pub endpoint: Option<String>,
    /// The id of its WeData project.
    pub project_id: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// The schedule of manifests that name none.
    pub schedule: Option<Schedule>,
    /// Values of variables.
    pub variables: BTreeMap<String, VariableValue>,
    /// `include` and `exclude`: which manifests belong to it.
    pub selection: Selection,
    /// What keeps it from being used: a missing environment variable.
    /// [`super::Project::target`] refuses a target that has some.
    pub problems: Problems,
}

/// How a target is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Names get a prefix, and nothing is ever started.
    Development,
}

/// Reads every target.
pub(super) fn read_all(
    page: &mut Page,
    node: Option<&Node>,
    env: &dyn Fn(&str) -> Option<String>,
    variables: &BTreeMap<String, Variable>,
) -> BTreeMap<String, TargetSettings> {
    let trail = Trail::Root.key("targets");
    let mut targets = BTreeMap::new();
    let Some(node) = node else { return targets };
    let mut default: Option<(String, Span)> = None;
    for entry in page.map(node, trail).unwrap_or_default() {
        let trail = trail.key(&entry.key);
        named(page, &entry.key, entry.key_span, trail);
        let mut reading = reading(page, env, &entry.key);
        let target = reading.target(&entry.value, trail, variables);
        if target.default {
            if let Some((first, span)) = &default {
                let message = format!("two targets are the default: {first} and {}", entry.key);
                let span = *span;
                let spot = page.spot(span, trail);
                page.error(entry.key_span, trail.key("default"), message).see("the other", &spot);
            }
            default = Some((entry.key.clone(), entry.key_span));
        }
        targets.insert(entry.key.clone(), target);
    }
    targets
}

/// Returns a text with `${env.NAME}` and, inside a target, `${target.name}` filled in.
///
/// A missing environment variable is an error at once.
pub(super) fn value(
    page: &mut Page,
    node: &Node,
    trail: Trail<'_>,
    target: Option<&str>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut reading = reading(page, env, target.unwrap_or_default());
    let value = reading.value(node, trail);
    let lacks = reading.lacks;
    page.problems.0.extend(lacks);
    value
}

/// Reads the values of one target, or those outside of targets.
pub(super) struct Reading<'a> {
    pub page: &'a mut Page,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// The target; empty outside targets.
    name: &'a str,
    /// What only those miss who use the values.
    pub lacks: Vec<Problem>,
}

/// Begins to read for a target; its name is empty outside of targets.
pub(super) fn reading<'a>(
    page: &'a mut Page,
    env: &'a dyn Fn(&str) -> Option<String>,
    name: &'a str,
) -> Reading<'a> {
    Reading { page, env, name, lacks: Vec::new() }
}

impl Reading<'_> {
    fn target(
        &mut self,
        node: &Node,
        trail: Trail<'_>,
        variables: &BTreeMap<String, Variable>,
    ) -> TargetSettings {
        let mut target = TargetSettings { name: self.name.to_owned(), ..Default::default() };
        if node.is_null() {
            return target;
        }
        let Some(fields) = self.page.fields(node, trail, keys::TARGET) else { return target };
        if let Some(node) = fields.get("default") {
            target.default = self.page.flag(node, trail.key("default")).unwrap_or_default();
        }
        target.mode = fields.get("mode").and_then(|node| self.mode(node, trail.key("mode")));
        let node = fields.get("project_id");
        target.project_id = node.and_then(|node| self.value(node, trail.key("project_id")));
        if let (Some(""), Some(node)) = (target.project_id.as_deref(), node) {
            let message = "project_id is empty".to_owned();
            self.page
                .error(node.span, trail.key("project_id"), message)
                .help("write the id of the WeData project, or leave it out and pass --project-id");
        }
        let mut text =
            |name: &str| fields.get(name).and_then(|node| self.value(node, trail.key(name)));
        target.region = text("region");
        target.endpoint = text("endpoint");
        if let (Some(endpoint), Some(node)) = (&target.endpoint, fields.get("endpoint")) {
            self.endpoint(endpoint, node, trail.key("endpoint"));
        }
        if let Some(node) = fields.get("schedule") {
            target.schedule = schedule(self.page, node, trail.key("schedule"));
        }
        if let Some(node) = fields.get("variables") {
            target.variables = self.variables(node, trail.key("variables"), variables);
        }
        let mut patterns = |name: &str| {
            let node = fields.get(name);
            node.map(|node| self.patterns(node, trail.key(name))).unwrap_or_default()
        };
        let (select, exclude) = (patterns("include"), patterns("exclude"));
        target.selection = Selection { select, exclude };
        target.problems = Problems(std::mem::take(&mut self.lacks));
        target
    }

    fn patterns(&mut self, node: &Node, trail: Trail<'_>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (number, item) in self.page.list(node, trail).unwrap_or_default().iter().enumerate() {
            let trail = trail.item(number);
            let Some(text) = self.value(item, trail) else { continue };
            match text.parse() {
                Ok(pattern) => patterns.push(pattern),
                Err(error @ PatternError { .. }) => {
                    self.page.error(item.span, trail, error.to_string());
                }
            }
        }
        patterns
    }

    fn mode(&mut self, node: &Node, trail: Trail<'_>) -> Option<Mode> {
        let text = self.page.text(node, trail)?;
        if text == "development" {
            return Some(Mode::Development);
        }
        let message = format!("unknown mode {}", quote(text));
        let problem = self.page.error(node.span, trail, message);
        problem.help("the only mode is `development`; leave it out for production");
        problem.replacement = nearest(text, ["development"]).map(str::to_owned);
        None
    }

    fn endpoint(&mut self, endpoint: &str, node: &Node, trail: Trail<'_>) {
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
            ("this is no endpoint", "`embedded`, or an address that begins with https://")
        };
        self.page.error(node.span, trail, message.to_owned()).help(help);
    }

    pub(super) fn value(&mut self, node: &Node, trail: Trail<'_>) -> Option<String> {
        let text = self.page.text(node, trail)?;
        if !may_refer(text) {
            return Some(text.to_owned());
        }
        let mut whole = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Escaped => whole.push_str("${"),
                Piece::Ours { source, meaning } => {
                    let span = self.page.source.narrow(node.span, source);
                    match self.meant(meaning, source, span, trail) {
                        Some(text) => whole.push_str(&text),
                        None => whole.push_str(source),
                    }
                }
            }
        }
        Some(whole)
    }

    fn meant(
        &mut self,
        meaning: Meaning<'_>,
        source: &str,
        span: Span,
        trail: Trail<'_>,
    ) -> Option<String> {
        match meaning {
            Meaning::Environment(name) => {
                let value = (self.env)(name);
                if value.is_none() {
                    let message = format!("the environment variable {name} is not set");
                    let spot = self.page.spot(span, trail);
                    self.lacks.push(Problem::at(&spot, Severity::Error, message));
                }
                value
            }
            Meaning::TargetName if !self.name.is_empty() => Some(self.name.to_owned()),
            Meaning::TargetName | Meaning::IdOf { .. } | Meaning::Variable(_) => {
                let message = format!("{} cannot be used here", quote(source));
                let help = "taskloom.yaml knows ${env.NAME} and, inside a target, ${target.name}";
                self.page.error(span, trail, message).help(help);
                None
            }
            Meaning::Unclear { form } => {
                let message = format!("{} looks like {form} but does not fit", quote(source));
                self.page.error(span, trail, message);
                None
            }
        }
    }
}
