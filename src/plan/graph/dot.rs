//! A graph in the language of Graphviz.

use std::fmt::Write as _;

use super::super::output::printable;
use super::layout::Layout;
use super::nodes::Graph;
use crate::kinds::table;
use crate::model::Address;

impl Graph {
    /// Returns the graph for Graphviz: workflows are clusters, an arrow leads from a resource to
    /// what needs it.
    pub fn dot(&self) -> String {
        let layout = Layout::new(self);
        let mut text = String::from(
            "digraph taskloom {\n  rankdir=LR;\n  graph [fontname=\"sans-serif\"];\n  node [shape=box, fontname=\"sans-serif\"];\n  \
             edge [fontname=\"sans-serif\", fontsize=9];\n",
        );
        for (number, one) in layout.groups.iter().enumerate() {
            let _ = writeln!(text, "  subgraph cluster_{number} {{");
            let _ = writeln!(text, "    label={};", quoted(&one.title));
            one.members.iter().for_each(|address| self.dot_node(&mut text, "    ", address));
            text.push_str("  }\n");
        }
        layout.loose.iter().for_each(|address| self.dot_node(&mut text, "  ", address));
        for arrow in &layout.arrows {
            let (first, then) = (id(arrow.first), id(arrow.then));
            let style = match arrow.why {
                Some(why) => format!(" [style=dashed, label={}]", quoted(why)),
                None => String::new(),
            };
            let _ = writeln!(text, "  {first} -> {then}{style};");
        }
        text.push_str("}\n");
        text
    }

    fn dot_node(&self, text: &mut String, indent: &str, address: &Address) {
        let Some(node) = self.nodes.get(address) else { return };
        let shape = if table(address.kind).holds.is_some() { "shape=folder, " } else { "" };
        let label = quoted(&address.to_string());
        let place = quoted(&node.place.to_string());
        let _ = writeln!(text, "{indent}{} [{shape}label={label}, tooltip={place}];", id(address));
    }
}

/// The name of a node: letters, digits and `/._-` alone, so that quotes suffice.
fn id(address: &Address) -> String {
    format!("\"{address}\"")
}

/// Returns a text that Graphviz shows as it is: backslashes and entities are not interpreted.
fn quoted(text: &str) -> String {
    let text = printable(text).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    format!("\"{text}\"")
}
