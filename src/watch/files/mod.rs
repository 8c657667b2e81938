//! Files that move: events, snapshots of folders, and what was read before.
//!
//! Events are reasons to look, never what is there to be seen.

mod changed_paths;
mod dir_snapshot;
mod file_watcher;
mod cache;

pub use cache::Cache;
pub use changed_paths::Heard;
pub use dir_snapshot::Tree;
pub use file_watcher::{Sentry, poll};
