//! The difference between what git asks for, what the state remembers and what the service shows.
//!
//! Pure: three sets in, a plan out. Nothing here reads, waits or sends.

mod adopt;
mod change;
mod compare;
mod decide;
mod diff;
mod graph;
mod graph_dot;
mod graph_layout;
mod graph_mermaid;
mod guard;
mod life;
mod lines;
mod page;
mod render;
mod report;
mod schedule;
mod select;
mod standing;
mod trigger;
mod untangle;
mod users;

pub use adopt::{Extent, managed, refer};
pub use change::{Action, Change, FieldChange, Plan, Reason, Summary};
pub use decide::plan;
pub use diff::differences;
pub use graph::{Edge, Graph, Home, Node};
pub use guard::{Guards, Refusal, check, needed, protected};
pub use lines::{Line, Mark, lines};
pub use page::Page;
pub use render::{Style, printable, render, told};
pub use report::{changes_digest, to_json};
pub use schedule::schedule;
pub use select::{Pattern, PatternError, Selection, narrow, without};
pub use standing::Standing;
