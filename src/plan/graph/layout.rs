//! How a graph is drawn, in any output language: tasks in the boxes of their workflows, arrows in
//! the order in which things are created and run.

use std::collections::{BTreeMap, BTreeSet};

use super::super::output::printable;
use super::nodes::{Graph, GraphEdge, GraphHome};
use crate::kinds;
use crate::model::{Address, Kind};

/// The field that says what a task waits for: its arrows need no label.
const UPSTREAM: &str = "UpstreamDependencyConfigList.TaskId";

/// What is drawn.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub groups: Vec<LayoutGroup<'a>>,
    /// Nodes outside every box.
    pub loose: Vec<&'a Address>,
    pub arrows: Vec<LayoutArrow<'a>>,
}

/// A workflow with its tasks.
#[derive(Debug)]
pub(super) struct LayoutGroup<'a> {
    pub title: String,
    pub members: Vec<&'a Address>,
}

/// From what comes first to what needs it.
#[derive(Debug)]
pub(super) struct LayoutArrow<'a> {
    pub first: &'a Address,
    pub then: &'a Address,
    /// The field below its section, where it is not a plain dependency between tasks.
    pub why: Option<&'a str>,
}

impl Layout<'_> {
    /// Lays a graph out.
    pub fn new(graph: &Graph) -> Layout<'_> {
        let shown: Vec<&GraphEdge> =
            graph.edges.iter().filter(|edge| !graph.is_membership(edge)).collect();
        let ends: BTreeSet<&Address> =
            shown.iter().flat_map(|edge| [&edge.from, &edge.to]).collect();
        let mut homes: BTreeMap<(Option<Kind>, &GraphHome), Vec<&Address>> = BTreeMap::new();
        for (address, node) in &graph.nodes {
            if let Some(home) = &node.workflow {
                homes
                    .entry((kinds::table(address.kind).home_kind(), home))
                    .or_default()
                    .push(address);
            }
        }
        let mut grouped: BTreeSet<&Address> = BTreeSet::new();
        let mut groups = Vec::new();
        for ((kind, home), mut members) in homes {
            let workflow = match home {
                GraphHome::Managed(address) => graph.nodes.get_key_value(address).map(|(a, _)| a),
                GraphHome::Elsewhere(_) => None,
            };
            // The box stands for the workflow, unless an arrow has to lead to it.
            if let Some(workflow) = workflow {
                grouped.insert(workflow);
                members.extend(ends.contains(workflow).then_some(workflow));
            }
            grouped.extend(members.iter().copied());
            groups.push(LayoutGroup { title: title(kind, home), members });
        }
        let loose = graph.nodes.keys().filter(|address| !grouped.contains(address)).collect();
        let arrows = shown.into_iter().map(arrow).collect();
        Layout { groups, loose, arrows }
    }
}

fn title(kind: Option<Kind>, home: &GraphHome) -> String {
    match (kind, home) {
        (_, GraphHome::Managed(address)) => address.to_string(),
        (Some(kind), GraphHome::Elsewhere(id)) => {
            format!("{kind} {} (not managed here)", printable(id))
        }
        (None, GraphHome::Elsewhere(id)) => printable(id),
    }
}

fn arrow(edge: &GraphEdge) -> LayoutArrow<'_> {
    let field = match edge.why.split_once('.') {
        Some((_, field)) if kinds::table(edge.from.kind).is_sectioned() => field,
        Some(_) | None => edge.why.as_str(),
    };
    let why = (field != UPSTREAM).then_some(field);
    LayoutArrow { first: &edge.to, then: &edge.from, why }
}
