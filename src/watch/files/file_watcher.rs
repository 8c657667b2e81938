//! File events: reasons to look, never what is there to be seen.
//!
//! Each folder is watched by itself, and all of them are named to the system again whenever one
//! may have been made, moved or removed; the folders above too, since a watched one may be
//! replaced as a whole.
#![expect(clippy::disallowed_methods, reason = "the files by which people decide are looked at")]

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

/// So often folders are named again when more of them were made meanwhile.
const NAMINGS_MAX: usize = 5;

/// Rings the bell on file events.
pub struct FileWatcher {
    watcher: RecommendedWatcher,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for FileWatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sentry").field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// What the thread that hears events needs.
#[derive(Debug)]
struct Shared {
    waker: Trigger,
    places: Mutex<Places>,
    /// Folders may have come or gone since they were last named.
    reshaped: AtomicBool,
}

#[derive(Debug, Default)]
struct Places {
    /// What is watched with all that is in it.
    root: PathBuf,
    /// Folders whose entries matter, and all that is below them.
    folders: BTreeSet<PathBuf>,
    /// Single paths that matter: the way to a watched folder, and files that people write.
    ways: BTreeSet<PathBuf>,
    /// Files that mean that a person decided something.
    words: BTreeSet<PathBuf>,
    /// Where our own output goes: telling must not wake us.
    mute: BTreeSet<PathBuf>,
}

impl FileWatcher {
    /// Starts to listen; nothing is watched yet.
    ///
    /// # Errors
    /// When the system has no file events to give, or no more of them.
    pub fn new(waker: Trigger) -> notify::Result<FileWatcher> {
        let places = Mutex::default();
        let shared = Arc::new(Shared { waker, places, reshaped: AtomicBool::new(true) });
        let ears = Arc::clone(&shared);
        let watcher = notify::recommended_watcher(move |event| ears.hear(event))?;
        Ok(FileWatcher { watcher, shared })
    }

    /// Watches from now on: a folder with all that is in it, single `files`, and `words`, the files
    /// by which people decide. Does nothing when no folder can have come or gone since the last
    /// time; returns whether anything was done.
    ///
    /// # Errors
    /// When a folder that is there cannot be watched: the system has no more watches to give.
    pub fn watch(
        &mut self,
        root: &Path,
        files: &[PathBuf],
        words: &[PathBuf],
    ) -> notify::Result<bool> {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let is_new = self.shared.places().root != root;
        if !self.shared.reshaped.swap(false, Ordering::AcqRel) && !is_new {
            return Ok(false);
        }
        let mut folders = folders_below(&root);
        let mut is_whole = false;
        for _ in 0..NAMINGS_MAX {
            self.name(&root, folders.clone(), files, words)?;
            // What is made in a folder before it is watched makes no event.
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
        self.shared.waker.lose_track();
        Ok(true)
    }

    /// Names all folders to the system, each by itself.
    fn name(
        &mut self,
        root: &Path,
        folders: BTreeSet<PathBuf>,
        files: &[PathBuf],
        words: &[PathBuf],
    ) -> notify::Result<()> {
        let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let mut ways = links(root);
        ways.extend(root.ancestors().chain(real.ancestors()).map(Path::to_owned));
        let whole = |paths: &[PathBuf]| -> BTreeSet<PathBuf> {
            paths.iter().filter_map(|path| std::path::absolute(path).ok()).collect()
        };
        let words = whole(words);
        ways.extend(whole(files));
        let parents: BTreeSet<PathBuf> = ways
            .iter()
            .chain(&words)
            .filter_map(|path| path.parent())
            .map(Path::to_owned)
            .collect();
        // Of two names of one folder the system keeps the last.
        let all: Vec<PathBuf> = parents.iter().chain(&folders).cloned().collect();
        let root = root.to_owned();
        *self.shared.places() = Places { root, folders, ways, words, mute: outputs() };
        all.iter().try_for_each(|folder| self.one(folder))
    }

    /// Takes what the system tells: an event, or that it lost some.
    pub fn hear(&self, event: notify::Result<Event>) {
        self.shared.hear(event);
    }

    fn one(&mut self, folder: &Path) -> notify::Result<()> {
        match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
            Ok(()) => Ok(()),
            // It may be gone again, or not ours to look at: loading tells what that means.
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

/// Returns the links on the way to a path: each of them may be pointed elsewhere.
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
    fn hear(&self, event: notify::Result<Event>) {
        let Ok(event) = event else { return self.all() };
        if event.need_rescan() {
            // The queue overflowed: anything may have happened.
            return self.all();
        }
        if !is_change(event.kind) {
            return;
        }
        let places = self.places();
        let is_word = event.paths.iter().any(|path| places.words.contains(path));
        let is_ours = event.paths.iter().any(|path| places.concern(path));
        let is_folder = event.paths.iter().any(|path| places.has_folder(path));
        drop(places);
        if is_word {
            self.waker.wake(WakeCause::Person);
        }
        if is_ours
            && !is_content(event.kind)
            && (is_folder || event.paths.iter().any(|path| path.is_dir()))
        {
            self.all();
        } else if is_ours {
            self.waker.moved(event.paths);
        }
    }

    /// Anything may be anywhere else by now.
    fn all(&self) {
        self.reshaped.store(true, Ordering::Release);
        self.waker.wake(WakeCause::Files);
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// Tells whether a path led to a folder when they were named last, or leads to the watched one.
    fn has_folder(&self, path: &Path) -> bool {
        self.folders.contains(path) || self.ways.contains(path)
    }

    fn concern(&self, path: &Path) -> bool {
        if self.ways.contains(path) {
            return true;
        }
        if self.mute.contains(path) {
            return false;
        }
        let name = path.file_name().map(Path::new);
        if name.is_some_and(DirSnapshot::skips) {
            return false;
        }
        path.parent().is_some_and(|folder| self.folders.contains(folder))
    }
}

/// Tells whether something was changed: our own reading must not wake us.
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

/// Tells whether an event is about the content of what was there before.
fn is_content(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
    )
}

/// Looks through folders again and again, where the system gives no file events; `words` are the
/// files by which people decide. For ever.
pub async fn poll(
    folders: Vec<PathBuf>,
    words: Vec<PathBuf>,
    every: Duration,
    waker: Trigger,
    clock: &dyn Clock,
    stop: StopSignal,
) {
    let (folders, words) = (Arc::new(folders), Arc::new(words));
    let mut before = None;
    loop {
        let (places, files) = (Arc::clone(&folders), Arc::clone(&words));
        let look = move || {
            let trees: Vec<DirSnapshot> =
                places.iter().map(|folder| DirSnapshot::of(folder)).collect();
            let texts: Vec<Option<Vec<u8>>> = files.iter().map(|f| std::fs::read(f).ok()).collect();
            (trees, texts)
        };
        let now = tokio::task::spawn_blocking(look).await.ok();
        if let (Some((trees_before, texts_before)), Some((trees, texts))) = (&before, &now) {
            if trees != trees_before {
                waker.wake(WakeCause::Files);
            }
            if texts != texts_before {
                waker.wake(WakeCause::Person);
            }
        }
        before = now;
        tokio::select! {
            _ = stop.comes() => return,
            () = clock.sleep(every) => {}
        }
    }
}
