//! Manifests that have not moved are not read again.
#![expect(clippy::disallowed_methods, reason = "a work tree may say where its git folder is")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::tree::Tree;
use crate::clock::Clock;
use crate::manifest::{Loaded, Request, load};

/// Two changes of a file within this time may bear the same time: file systems count in steps of
/// up to two seconds.
const TICK_SECONDS: i64 = 2;

/// A lock of git that is older than this was left by a git that died.
const GIT_PATIENCE: Duration = Duration::from_secs(600);

/// The manifests as they were read last.
#[derive(Debug, Default)]
pub struct Cache {
    kept: Option<Kept>,
    /// How often files were read so far.
    pub reads: u64,
}

#[derive(Debug)]
struct Kept {
    request: Request,
    tree: Tree,
    loaded: Arc<Loaded>,
    /// Nothing had been changed so shortly before that another change could look the same.
    settled: bool,
}

impl Cache {
    /// Returns the manifests; None while somebody is in the middle of changing them.
    pub fn load(&mut self, request: &Request, clock: &dyn Clock) -> Option<Arc<Loaded>> {
        if is_git_at_work(&request.root) {
            return None;
        }
        let now = clock.now().as_second();
        let tree = Tree::of(&request.root);
        if let Some(kept) = &self.kept
            && kept.settled
            && kept.tree == tree
            && kept.request == *request
        {
            return Some(Arc::clone(&kept.loaded));
        }
        self.reads += 1;
        let loaded = Arc::new(load(request));
        // What was read while it moved may be half of one commit and half of another.
        if Tree::of(&request.root) != tree || is_git_at_work(&request.root) {
            self.kept = None;
            return None;
        }
        let settled = tree.newest.saturating_add(TICK_SECONDS) < now;
        let request = request.clone();
        self.kept = Some(Kept { request, tree, loaded: Arc::clone(&loaded), settled });
        Some(loaded)
    }
}

/// Tells whether a git is changing the work tree of a folder: it holds the lock of its index.
fn is_git_at_work(root: &Path) -> bool {
    let Ok(real) = fs::canonicalize(root) else { return false };
    let Some(folder) = real.ancestors().find_map(git_folder) else { return false };
    let Ok(meta) = fs::metadata(folder.join("index.lock")) else { return false };
    let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
    age.is_none_or(|age| age < GIT_PATIENCE)
}

/// Returns the git folder of a work tree: `.git`, or where a file of this name points.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    let meta = fs::metadata(&git).ok()?;
    if meta.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(folder.join(text.strip_prefix("gitdir:")?.trim()))
}
