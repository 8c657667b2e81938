//! Changes of files: events, snapshots of folders, and what was read before.
//!
//! Events say that the files should be read, never what is in them.

mod changed_paths;
mod dir_snapshot;
mod file_watcher;
mod read_ahead;
mod cache;
mod project_watch;

pub use cache::WatchedManifests;
pub use changed_paths::ChangedPaths;
pub use file_watcher::FileWatcher;
pub use project_watch::ProjectWatch;
pub use read_ahead::ReadAhead;
