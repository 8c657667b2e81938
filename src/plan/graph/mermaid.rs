//! A graph in the language of Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::output::printable;
use super::layout::Layout;
use super::nodes::Graph;
use crate::kinds::table;
use crate::model::Address;

impl Graph {
    /// Returns the graph for Mermaid: workflows are subgraphs, an arrow leads from a resource to
    /// what needs it.
    pub fn mermaid(&self) -> String {
        let layout = Layout::new(self);
        let ids: BTreeMap<&Address, usize> =
            self.nodes.keys().enumerate().map(|(number, address)| (address, number)).collect();
        let id = |address: &Address| ids.get(address).map_or_else(String::new, |n| format!("n{n}"));
        let mut text = String::from("flowchart LR\n");
        let node = |address: &Address| {
            let label = quoted(&address.to_string());
            match table(address.kind).holds {
                Some(_) => format!("{}[[{label}]]", id(address)),
                None => format!("{}[{label}]", id(address)),
            }
        };
        for (number, one) in layout.groups.iter().enumerate() {
            let _ = writeln!(text, "  subgraph w{number}[{}]", quoted(&one.title));
            for address in &one.members {
                let _ = writeln!(text, "    {}", node(address));
            }
            text.push_str("  end\n");
        }
        for address in &layout.loose {
            let _ = writeln!(text, "  {}", node(address));
        }
        for arrow in &layout.arrows {
            let line = match arrow.why {
                Some(why) => format!("-.->|{}|", quoted(why)),
                None => "-->".to_owned(),
            };
            let _ = writeln!(text, "  {} {line} {}", id(arrow.first), id(arrow.then));
        }
        text
    }
}

/// Returns a text that Mermaid shows as it is: what could be a keyword or HTML is written as a
/// numeric entity.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in printable(text).chars() {
        if c.is_alphanumeric() || " /._-:,()[]".contains(c) {
            quoted.push(c);
        } else {
            let _ = write!(quoted, "#{};", u32::from(c));
        }
    }
    quoted + "\""
}
