//! Manifests that have not changed are not read again.
#![expect(clippy::disallowed_methods, reason = "a work tree may name the place of its git folder")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::super::trigger::Trigger;
use super::changed_paths::ChangedPaths;
use super::dir_snapshot::DirSnapshot;
use super::read_ahead::ReadAhead;
use crate::manifest::{LoadOptions, LoadedManifests, ManifestCache};
use crate::support::{Clock, is_settled};

/// An index lock that is older than this was left by a git process that died.
const GIT_PATIENCE: Duration = Duration::from_secs(600);

/// Every folder is scanned at least once in this time, however many events there are: no
/// file system reports everything (another hard link of a file, a memory-mapped file).
const UNSEEN_MAX: Duration = Duration::from_secs(300);

/// The manifests as they were last read.
#[derive(Debug, Default)]
pub struct WatchedManifests {
    kept: Option<CachedLoad>,
    ahead: Option<ReadAhead<LoadOptions, Arc<LoadedManifests>>>,
    cache: ManifestCache,
    /// The time on the clock when every folder was last scanned.
    looked: Duration,
    /// How often the folders were read again because something had changed.
    pub reads: u64,
}

#[derive(Debug)]
struct CachedLoad {
    options: LoadOptions,
    snapshot: DirSnapshot,
    loaded: Arc<LoadedManifests>,
    /// Whether the last change was long enough ago that a further one cannot look the same.
    settled: bool,
}

impl WatchedManifests {
    /// Returns how many files have been parsed so far.
    pub fn parsed(&self) -> u64 {
        self.cache.parsed
    }

    /// Reads ahead for the pass that follows immediately, as if that pass had begun here. The
    /// result is valid until the next event. If it is known which files changed, no others are
    /// checked: a pass without a read-ahead, such as the one after the interval, checks all.
    pub fn read_ahead(&mut self, options: &LoadOptions, clock: &dyn Clock, trigger: &Trigger) {
        (self.ahead, self.kept) = (None, None);
        if is_git_at_work(&options.root) {
            return;
        }
        let (event_count, now) = (trigger.event_count(), clock.now());
        let since = clock.elapsed();
        let partial = match trigger.take_changed() {
            ChangedPaths::Files(files) if since.saturating_sub(self.looked) < UNSEEN_MAX => {
                self.cache.load_changed(options, &files, now)
            }
            ChangedPaths::Files(_) | ChangedPaths::Anything => None,
        };
        self.reads += 1;
        let loaded = partial.unwrap_or_else(|| {
            self.looked = since;
            self.cache.load(options, now)
        });
        self.ahead = Some(ReadAhead::new(options.clone(), loaded, event_count, clock));
    }

    /// Returns the manifests; None while they are being changed.
    pub fn load(
        &mut self,
        options: &LoadOptions,
        clock: &dyn Clock,
        trigger: &Trigger,
    ) -> Option<Arc<LoadedManifests>> {
        let ahead = self.ahead.take();
        if is_git_at_work(&options.root) {
            return None;
        }
        if let Some(loaded) = ahead.and_then(|ahead| ahead.take(options, trigger, clock)) {
            return Some(loaded);
        }
        // Whatever changed is checked here.
        trigger.take_changed();
        self.looked = clock.elapsed();
        let now = clock.now();
        let snapshot = DirSnapshot::of(&options.root);
        if let Some(kept) = &self.kept
            && kept.settled
            && kept.snapshot == snapshot
            && kept.options == *options
        {
            return Some(Arc::clone(&kept.loaded));
        }
        self.reads += 1;
        let loaded = self.cache.load(options, now);
        // What was read while files changed may be half of one commit and half of another.
        if DirSnapshot::of(&options.root) != snapshot || is_git_at_work(&options.root) {
            self.kept = None;
            return None;
        }
        let settled = is_settled(snapshot.newest, now);
        let (options, kept) = (options.clone(), Arc::clone(&loaded));
        self.kept = Some(CachedLoad { options, snapshot, loaded: kept, settled });
        Some(loaded)
    }
}

/// Returns whether git is changing the work tree of a folder: it then holds the index lock.
fn is_git_at_work(root: &Path) -> bool {
    let Ok(real) = fs::canonicalize(root) else { return false };
    let Some(folder) = real.ancestors().find_map(git_folder) else { return false };
    let Ok(meta) = fs::metadata(folder.join("index.lock")) else { return false };
    let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
    age.is_none_or(|age| age < GIT_PATIENCE)
}

/// Returns the git folder of a work tree: `.git`, or the folder that a file of this name names.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    let meta = fs::metadata(&git).ok()?;
    if meta.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(folder.join(text.strip_prefix("gitdir:")?.trim()))
}
