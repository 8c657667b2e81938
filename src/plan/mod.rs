//! The difference between what git asks for, what the state remembers and what the service shows.
//!
//! Pure: three sets in, a plan out. Nothing here reads, waits or sends.

mod change;
mod compare;
mod decide;
mod diff;
mod guard;
mod render;
mod report;
mod schedule;
mod select;

pub use change::{Action, Change, FieldChange, Plan, Reason, Summary};
pub use decide::plan;
pub use diff::differences;
pub use guard::{Guards, Refusal, check, protected};
pub use render::{Style, printable, render};
pub use report::to_json;
pub use schedule::schedule;
pub use select::{Pattern, PatternError, Selection, narrow};
