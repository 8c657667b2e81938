//! Notices when the files of a project change: by file events, or by polling where the system
//! gives none.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::super::trigger::Trigger;
use super::file_watcher::{FileWatcher, poll};
use crate::support::{Clock, StopSignal};

/// How often folders are scanned when the system gives no file events.
const POLL: Duration = Duration::from_secs(10);

/// Wakes passes when manifests, taskloom.yaml or the decisions of a person change.
pub struct ProjectWatch {
    /// None if folders are polled instead.
    watcher: Option<FileWatcher>,
    polling: Option<JoinHandle<()>>,
    every: Duration,
    trigger: Trigger,
    clock: Arc<dyn Clock>,
    stop: StopSignal,
    /// Where the manifests are, if that is known.
    root: PathBuf,
    /// The files by which people decide.
    words: Vec<PathBuf>,
}

impl std::fmt::Debug for ProjectWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProjectWatch").field("root", &self.root).finish_non_exhaustive()
    }
}

impl ProjectWatch {
    /// Returns a watch without any folder yet; with `every`, folders are polled at this interval
    /// instead of using file events.
    pub fn new(
        root: PathBuf,
        words: Vec<PathBuf>,
        every: Option<Duration>,
        trigger: Trigger,
        clock: Arc<dyn Clock>,
        stop: StopSignal,
    ) -> ProjectWatch {
        let watcher = match every {
            Some(_) => None,
            None => FileWatcher::new(trigger.clone())
                .inspect_err(|error| tracing::warn!(%error, "no file events: looking instead"))
                .ok(),
        };
        let every = every.unwrap_or(POLL);
        ProjectWatch { watcher, polling: None, every, trigger, clock, stop, root, words }
    }

    /// Returns whether changes are noticed immediately, and not only by the next poll.
    pub fn hears_at_once(&self) -> bool {
        self.watcher.is_some()
    }

    /// Watches from now on, before anything is read: any later change is either read or noticed.
    /// `folder` contains taskloom.yaml, directly or in a folder below.
    pub fn arm(&mut self, folder: &Path) {
        let files = ["taskloom.yaml", "manifests/taskloom.yaml"].map(|name| folder.join(name));
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watcher.watch(&self.root, &files, &self.words)
        {
            tracing::warn!(%error, "no more file events: looking instead, every 10 s");
            self.watcher = None;
        }
        if self.watcher.is_none() && self.polling.is_none() {
            self.polling = Some(self.look_instead(folder));
        }
    }

    /// Watches the folder where the manifests are now.
    pub fn move_to(&mut self, root: &Path, folder: &Path) {
        if *self.root == *root {
            return;
        }
        root.clone_into(&mut self.root);
        self.close();
        self.arm(folder);
    }

    /// Ends the background task.
    pub fn close(&mut self) {
        if let Some(polling) = self.polling.take() {
            polling.abort();
        }
    }

    fn look_instead(&self, folder: &Path) -> JoinHandle<()> {
        let mut places = vec![self.root.clone(), folder.to_owned()];
        places.dedup();
        let words = self.words.clone();
        let (trigger, stop, every) = (self.trigger.clone(), self.stop.clone(), self.every);
        let clock = Arc::clone(&self.clock);
        tokio::spawn(async move { poll(places, words, every, trigger, clock.as_ref(), stop).await })
    }
}
