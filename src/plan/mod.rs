//! The difference between what git asks for, what the state remembers and what the service shows.
//!
//! Pure: three sets in, a plan out. Nothing here reads, waits or sends.

mod adopt;
mod withheld;
mod change;
mod compare;
mod decide;
mod diff;
mod guard;
mod life;
mod schedule;
mod select;
mod drift_summary;
mod trigger;
mod untangle;
mod users;
mod fixed;
mod graph;
mod output;

pub use adopt::{Extent, managed, refer};
pub use change::{Action, Change, FieldChange, Plan, Reason, Summary};
pub use decide::plan;
pub use diff::differences;
pub use drift_summary::Standing;
pub use graph::{Edge, Graph, Home, Node};
pub use guard::{Guards, Refusal, check, needed, protected};
pub use output::{
    Line, Mark, Page, Style, changes_digest, errors_json, lines, printable, render, to_json, told,
};
pub use schedule::schedule;
pub use select::{Pattern, PatternError, Selection, narrow, without};
pub use withheld::{ResourceError, Withheld};
