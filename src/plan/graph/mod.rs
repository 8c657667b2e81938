//! What needs what, and how that is drawn: as Graphviz, as Mermaid, as JSON.
//!
//! It reads the manifests alone; what happens to a resource is not known here.

mod nodes;
mod dot;
mod layout;
mod mermaid;

pub use nodes::{Graph, GraphEdge, GraphHome, GraphNode};
