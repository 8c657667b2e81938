//! The difference between what the manifests want, the state records and the service shows.
//!
//! Pure: it computes a plan from three sets, and does no input or output.

mod adopt;
mod withheld;
mod change;
mod compare;
mod cause;
mod explain;
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

pub use adopt::{ManagedExtent, managed, refer};
pub use cause::{ChangeCause, DriftCause};
pub use change::{Change, ChangeReason, FieldChange, Plan, PlanAction, PlanSummary};
pub use decide::plan;
pub use diff::differences;
pub use drift_summary::DriftSummary;
pub use graph::{Graph, GraphEdge, GraphHome, GraphNode};
pub use guard::{GuardRefusal, Guards, check, needed, protected};
pub use output::{
    DiffLine, DiffMark, PlanPage, TextStyle, changes_digest, errors_json, lines, printable,
    reasons, render, to_json, told,
};
pub use schedule::schedule;
pub use select::{Pattern, PatternError, Selection, narrow, without};
pub use withheld::{ResourceError, Withheld, foreign_way_out};
