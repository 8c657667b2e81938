//! What needs what: the resources of the manifests and the references between them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::super::select::{Pattern, Selection, closure};
use crate::kinds::{self, Field, Home, Shape, Table, children, find, join};
use crate::model::{Address, Desired, DesiredResource, ManifestPlace, TextPart, Value};

/// Resources and their references.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Every resource.
    pub nodes: BTreeMap<Address, GraphNode>,
    /// Every reference, in order; both its ends are nodes.
    pub edges: BTreeSet<GraphEdge>,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Where its manifest is.
    pub place: ManifestPlace,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The workflow that it is in; `None` for a workflow.
    pub workflow: Option<GraphHome>,
}

/// The workflow of a task.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GraphHome {
    /// One of the manifests.
    Managed(Address),
    /// Any other, by the id that the manifest gives.
    Elsewhere(String),
}

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphEdge {
    /// The resource that needs another.
    pub from: Address,
    /// What it needs.
    pub to: Address,
    /// The path of the field that says so: `TaskBaseAttribute.WorkflowId`.
    pub why: String,
}

impl Graph {
    /// Returns the graph of the manifests. Resources that they name only by id are not part of it.
    pub fn new(desired: &Desired) -> Graph {
        let mut graph = Graph::default();
        for (address, resource) in &desired.resources {
            let table = kinds::table(address.kind);
            let node = GraphNode {
                place: resource.place.clone(),
                labels: resource.labels.clone(),
                workflow: home(table, resource),
            };
            graph.nodes.insert(address.clone(), node);
            let mut found = Vec::new();
            walk(&resource.spec, table.fields, "", &mut found);
            let known = found.into_iter().filter(|(to, _)| desired.resources.contains_key(*to));
            graph.edges.extend(known.map(|(to, why)| GraphEdge {
                from: address.clone(),
                to: to.clone(),
                why,
            }));
        }
        graph
    }

    /// Returns the part that is selected: with what it needs, and without what needs something
    /// that is excluded.
    pub fn narrow(mut self, selection: &Selection) -> Graph {
        if selection.is_everything() {
            return self;
        }
        let hits = |patterns: &[Pattern]| -> Vec<&Address> {
            let hit = |(address, node): &(&Address, &GraphNode)| {
                patterns.iter().any(|pattern| pattern.fits(address, &node.labels))
            };
            self.nodes.iter().filter(hit).map(|(address, _)| address).collect()
        };
        let (mut needs, mut needed_by) = (GraphLinks::new(), GraphLinks::new());
        for GraphEdge { from, to, .. } in &self.edges {
            needs.entry(from).or_default().push(to);
            needed_by.entry(to).or_default().push(from);
        }
        let mut start: Vec<&Address> = match selection.select.is_empty() {
            true => self.nodes.keys().collect(),
            false => hits(&selection.select),
        };
        let unwanted = reached(&hits(&selection.exclude), &needed_by);
        start.retain(|address| !unwanted.contains(address));
        let kept: BTreeSet<Address> = reached(&start, &needs).into_iter().cloned().collect();
        self.nodes.retain(|address, _| kept.contains(address));
        self.edges.retain(|edge| kept.contains(&edge.from) && kept.contains(&edge.to));
        self
    }

    /// Returns the graph as JSON: `nodes` and `edges`.
    pub fn to_json(&self) -> Map<String, Json> {
        let nodes = self.nodes.iter().map(|(address, node)| {
            json!({
                "address": address,
                "kind": address.kind,
                "source": node.place.to_string(),
                "labels": node.labels,
                "workflow": node.workflow.as_ref().map(GraphHome::text),
            })
        });
        let edges = self
            .edges
            .iter()
            .map(|GraphEdge { from, to, why }| json!({"from": from, "to": to, "why": why}));
        Map::from_iter([
            ("nodes".to_owned(), nodes.collect()),
            ("edges".to_owned(), edges.collect()),
        ])
    }

    /// Returns whether an edge only says which workflow a task is in.
    pub(super) fn is_membership(&self, edge: &GraphEdge) -> bool {
        let home = self.nodes.get(&edge.from).and_then(|node| node.workflow.as_ref());
        home == Some(&GraphHome::Managed(edge.to.clone()))
            && edge.why == kinds::table(edge.from.kind).home_field().unwrap_or_default().join(".")
    }
}

impl GraphHome {
    /// Returns its address, or its id.
    pub fn text(&self) -> String {
        match self {
            GraphHome::Managed(address) => address.to_string(),
            GraphHome::Elsewhere(id) => id.clone(),
        }
    }
}

type GraphLinks<'a> = BTreeMap<&'a Address, Vec<&'a Address>>;

fn reached<'a>(start: &[&'a Address], links: &GraphLinks<'a>) -> BTreeSet<&'a Address> {
    closure(start, |address| links.get(address).into_iter().flatten().copied())
}

fn home(table: &Table, resource: &DesiredResource) -> Option<GraphHome> {
    let Home::Workflow { field, .. } = table.home else { return None };
    let value = resource.spec.at(field)?;
    match value {
        Value::Template(parts) => match parts.as_slice() {
            [TextPart::IdOf(address)] => Some(GraphHome::Managed(address.clone())),
            parts => Some(GraphHome::Elsewhere(parts.iter().map(TextPart::source).collect())),
        },
        Value::Text(id) => Some(GraphHome::Elsewhere(id.clone())),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Code(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Secret(_)
        | Value::Sealed(_) => None,
    }
}

/// Finds every reference below a value, with the path of its field. Specs are a few levels deep.
fn walk<'a>(
    value: &'a Value,
    fields: &'static [Field],
    path: &str,
    found: &mut Vec<(&'a Address, String)>,
) {
    match value {
        Value::Template(parts) => found.extend(parts.iter().filter_map(|part| match part {
            TextPart::IdOf(address) => Some((address, path.to_owned())),
            TextPart::Text(_) => None,
        })),
        Value::Map(map) => {
            for (name, value) in map {
                let path = join(path, name);
                match find(fields, name).map(|field| field.shape) {
                    Some(Shape::List { key, items, .. }) => list(value, key, items, &path, found),
                    shape => {
                        walk(value, shape.and_then(children).unwrap_or_default(), &path, found)
                    }
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| walk(item, fields, path, found)),
        Value::Secret(secret) => walk(secret.reveal(), fields, path, found),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Code(_)
        | Value::Sealed(_) => {}
    }
}

/// An item is named by its key, unless the key is the reference itself.
fn list<'a>(
    value: &'a Value,
    key: &str,
    fields: &'static [Field],
    path: &str,
    found: &mut Vec<(&'a Address, String)>,
) {
    for item in value.as_list().unwrap_or_default() {
        let path = match item.get(key).and_then(Value::as_text) {
            Some(name) => format!("{path}[{name}]"),
            None => path.to_owned(),
        };
        walk(item, fields, &path, found);
    }
}
