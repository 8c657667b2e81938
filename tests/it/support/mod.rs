//! Shared code of the tests: a project in a temporary folder against the embedded service,
//! without sockets and on tokio's paused time.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper fails the test")]
#![expect(clippy::disallowed_methods, reason = "helpers make the files that are read")]

use taskloom::model::Kind;

mod audit;
pub mod build;
mod clock;
#[cfg(unix)]
mod gate;
mod graph;
mod graph_text;
mod judge;
mod manifests;
pub mod program;
#[cfg(unix)]
mod six;
mod store_site;
#[cfg(unix)]
mod victim;
mod watched;
mod wire;
mod world;

pub use clock::HandClock;
#[cfg(unix)]
pub use gate::{Fate, Moment};
pub use graph::Graph;
pub use judge::{Judge, shipped};
pub use manifests::{after, task, trigger_task};
#[cfg(unix)]
pub use six::{assert_six_are_there_once, six_tasks};
pub use store_site::{FileSite, StoreSite};
#[cfg(unix)]
pub use victim::{End, Victim};
pub use watched::Watched;
/// The kinds of tasks.
pub const TASKS: [Kind; 2] = [Kind::Task, Kind::TriggerTask];

pub use world::{PROJECT, World, fault, holder};
