//! File events: they say that the files should be read, never what is in them.
//!
//! Each folder is watched separately, and all of them are registered again whenever one may have
//! been created, moved or removed; the folders above too, since a watched one may be replaced as a
//! whole.
#![expect(clippy::disallowed_methods, reason = "files with decisions of people are checked")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::super::cause::WakeCause;
use super::super::trigger::Trigger;
use super::dir_snapshot::DirSnapshot;
use crate::support::{Clock, StopSignal};

/// How often folders are registered again when more of them were created meanwhile.
const NAMINGS_MAX: usize = 5;

/// Wakes passes on file events.
pub struct FileWatcher {
    watcher: RecommendedWatcher,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for FileWatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileWatcher").field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// What the thread that receives events needs.
#[derive(Debug)]
struct Shared {
    trigger: Trigger,
    paths: Mutex<WatchedPaths>,
    /// Folders may have been created or removed since they were last registered.
    reshaped: AtomicBool,
}

#[derive(Debug, Default)]
struct WatchedPaths {
    /// The folder that is watched with all that is in it.
    root: PathBuf,
    /// Folders whose entries matter, with all that is below them.
    folders: BTreeSet<PathBuf>,
    /// Single paths that matter: the path to a watched folder, and files that people write.
    single_paths: BTreeSet<PathBuf>,
    /// Files that mean that a person decided something.
    decisions: BTreeSet<PathBuf>,
    /// The files that our own output goes to: printing must not wake a pass.
    own_outputs: BTreeSet<PathBuf>,
}

impl FileWatcher {
    /// Starts receiving events; nothing is watched yet.
    ///
    /// # Errors
    /// When the system has no file events, or its limit is reached.
    pub fn new(trigger: Trigger) -> notify::Result<FileWatcher> {
        let paths = Mutex::default();
        let shared = Arc::new(Shared { trigger, paths, reshaped: AtomicBool::new(true) });
        let receiver = Arc::clone(&shared);
        let watcher = notify::recommended_watcher(move |event| receiver.receive(event))?;
        Ok(FileWatcher { watcher, shared })
    }

    /// Watches from now on: a folder with all that is in it, single `files`, and `decisions`, the
    /// files that record decisions of people. Does nothing when no folder can have been created or
    /// removed since the last time; returns whether anything was done.
    ///
    /// # Errors
    /// When an existing folder cannot be watched: the system's limit of watches is reached.
    pub fn watch(
        &mut self,
        root: &Path,
        files: &[PathBuf],
        decisions: &[PathBuf],
    ) -> notify::Result<bool> {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let is_new = self.shared.paths().root != root;
        if !self.shared.reshaped.swap(false, Ordering::AcqRel) && !is_new {
            return Ok(false);
        }
        let mut folders = folders_below(&root);
        let mut is_whole = false;
        for _ in 0..NAMINGS_MAX {
            self.register(&root, folders.clone(), files, decisions)?;
            // What is created in a folder before it is watched causes no event.
            let now = folders_below(&root);
            is_whole = now == folders;
            if is_whole {
                break;
            }
            folders = now;
        }
        if !is_whole {
            self.shared.reshaped.store(true, Ordering::Release);
        }
        self.shared.trigger.lose_track();
        Ok(true)
    }

    /// Registers all folders with the system, each separately.
    fn register(
        &mut self,
        root: &Path,
        folders: BTreeSet<PathBuf>,
        files: &[PathBuf],
        decisions: &[PathBuf],
    ) -> notify::Result<()> {
        let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let mut single_paths = links(root);
        single_paths.extend(root.ancestors().chain(real.ancestors()).map(Path::to_owned));
        let whole = |paths: &[PathBuf]| -> BTreeSet<PathBuf> {
            paths.iter().filter_map(|path| std::path::absolute(path).ok()).collect()
        };
        let decisions = whole(decisions);
        single_paths.extend(whole(files));
        let parents: BTreeSet<PathBuf> = single_paths
            .iter()
            .chain(&decisions)
            .filter_map(|path| path.parent())
            .map(Path::to_owned)
            .collect();
        // Of two names of one folder the system keeps the last one.
        let all: Vec<PathBuf> = parents.iter().chain(&folders).cloned().collect();
        let root = root.to_owned();
        *self.shared.paths() =
            WatchedPaths { root, folders, single_paths, decisions, own_outputs: outputs() };
        all.iter().try_for_each(|folder| self.watch_one(folder))
    }

    /// Handles what the system reports: an event, or that it lost some.
    pub fn receive(&self, event: notify::Result<Event>) {
        self.shared.receive(event);
    }

    fn watch_one(&mut self, folder: &Path) -> notify::Result<()> {
        match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
            Ok(()) => Ok(()),
            // It may be gone again, or not readable: loading reports what that means.
            Err(_) if std::fs::read_dir(folder).is_err() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn folders_below(root: &Path) -> BTreeSet<PathBuf> {
    DirSnapshot::of(root).folders.into_iter().collect()
}

/// Returns the files that standard output and standard error go to, where they are files.
fn outputs() -> BTreeSet<PathBuf> {
    let streams = ["/proc/self/fd/1", "/proc/self/fd/2"];
    streams.iter().filter_map(|stream| std::fs::read_link(stream).ok()).collect()
}

/// Returns the symbolic links on a path: each of them may be pointed elsewhere.
fn links(path: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        for part in path.ancestors() {
            let Ok(target) = std::fs::read_link(part) else { continue };
            if found.insert(part.to_owned()) {
                waiting.push(part.parent().unwrap_or(Path::new("/")).join(target));
            }
        }
    }
    found
}

impl Shared {
    fn receive(&self, event: notify::Result<Event>) {
        let Ok(event) = event else { return self.all() };
        if event.need_rescan() {
            // The queue overflowed: anything may have happened.
            return self.all();
        }
        if !is_change(event.kind) {
            return;
        }
        let paths = self.paths();
        let is_decision = event.paths.iter().any(|path| paths.decisions.contains(path));
        let is_ours = event.paths.iter().any(|path| paths.concern(path));
        let is_folder = event.paths.iter().any(|path| paths.has_folder(path));
        drop(paths);
        if is_decision {
            self.trigger.wake(WakeCause::Person);
        }
        if is_ours
            && !is_content(event.kind)
            && (is_folder || event.paths.iter().any(|path| path.is_dir()))
        {
            self.all();
        } else if is_ours {
            self.trigger.files_changed(event.paths);
        }
    }

    /// Records that anything may have changed or moved.
    fn all(&self) {
        self.reshaped.store(true, Ordering::Release);
        self.trigger.wake(WakeCause::Files);
    }

    fn paths(&self) -> std::sync::MutexGuard<'_, WatchedPaths> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WatchedPaths {
    /// Returns whether a path led to a folder at the last registration, or to the watched one.
    fn has_folder(&self, path: &Path) -> bool {
        self.folders.contains(path) || self.single_paths.contains(path)
    }

    fn concern(&self, path: &Path) -> bool {
        if self.single_paths.contains(path) {
            return true;
        }
        if self.own_outputs.contains(path) {
            return false;
        }
        let name = path.file_name().map(Path::new);
        if name.is_some_and(DirSnapshot::skips) {
            return false;
        }
        path.parent().is_some_and(|folder| self.folders.contains(folder))
    }
}

/// Returns whether something was changed: our own reading must not wake a pass.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

/// Returns whether an event is about the content of a file that existed before.
fn is_content(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
    )
}

/// Scans folders repeatedly, if the system gives no file events; `decisions` are the files that
/// record decisions of people. It never ends.
pub async fn poll(
    folders: Vec<PathBuf>,
    decisions: Vec<PathBuf>,
    every: Duration,
    trigger: Trigger,
    clock: &dyn Clock,
    stop: StopSignal,
) {
    let (folders, decisions) = (Arc::new(folders), Arc::new(decisions));
    let mut before = None;
    loop {
        let (paths, files) = (Arc::clone(&folders), Arc::clone(&decisions));
        let look = move || {
            let snapshots: Vec<DirSnapshot> =
                paths.iter().map(|folder| DirSnapshot::of(folder)).collect();
            let texts: Vec<Option<Vec<u8>>> = files.iter().map(|f| std::fs::read(f).ok()).collect();
            (snapshots, texts)
        };
        let now = tokio::task::spawn_blocking(look).await.ok();
        if let (Some((snapshots_before, texts_before)), Some((snapshots, texts))) = (&before, &now)
        {
            if snapshots != snapshots_before {
                trigger.wake(WakeCause::Files);
            }
            if texts != texts_before {
                trigger.wake(WakeCause::Person);
            }
        }
        before = now;
        tokio::select! {
            _ = stop.comes() => return,
            () = clock.sleep(every) => {}
        }
    }
}
