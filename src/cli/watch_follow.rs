//! A branch that the daemon follows: fetched beside the passes, which take what is laid out.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::context::Context;
use super::failure::Failure;
use super::global_args::GlobalArgs;
use crate::git::{FetchedCommit, FollowedBranch, Revision};
use crate::state::{LockHolder, StateLock};
use crate::support::{Clock, error_chain};
use crate::watch::{PassOutcome, PrepareError, Trigger, WakeCause};

/// A branch, and its newest commit that could be had.
#[derive(Debug)]
pub struct Following {
    follow: FollowedBranch,
    path: PathBuf,
    newest: watch::Sender<FetchedCommit>,
    clock: Arc<dyn Clock>,
    /// Two daemons must not lay out commits in one folder.
    _lock: StateLock,
}

/// Where a pass learns of the newest commit.
#[derive(Clone, Debug)]
pub struct FollowHandle {
    path: PathBuf,
    newest: watch::Receiver<FetchedCommit>,
}

impl Following {
    /// Fetches for the first time; without an answer the commit of the last time does. Another
    /// daemon that follows in the same folder is waited for as long as `patience` says.
    ///
    /// # Errors
    /// When there is none either.
    pub async fn start(
        follow: FollowedBranch,
        path: Option<PathBuf>,
        patience: Duration,
        holder: &LockHolder,
        clock: &Arc<dyn Clock>,
    ) -> Result<Following, Failure> {
        let path = path.unwrap_or_default();
        let is_inside =
            |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(is_inside) {
            return Err(Failure::usage(format!("--path {} leaves the repository", path.display())));
        }
        let lock = StateLock::take_within(&follow.folder, holder, patience, clock.as_ref()).await;
        let lock = lock.map_err(|error| Failure::of(&error).hint(error.way_out()))?;
        let followed = match follow.fetch(clock.as_ref()).await {
            Ok(followed) => followed,
            Err(error) => {
                let failure = Failure::of(&error).hint("check --git and --branch");
                let followed = follow.last(clock.as_ref()).await.map_err(|_| failure)?;
                tracing::warn!(
                    "{}: going on with {}",
                    error_chain(&error),
                    followed.revision.commit
                );
                followed
            }
        };
        follow.tidy(&[&followed.folder]);
        let newest = watch::Sender::new(followed);
        Ok(Following { follow, path, newest, clock: Arc::clone(clock), _lock: lock })
    }

    /// Returns where passes learn of the newest commit.
    pub fn ears(&self) -> FollowHandle {
        FollowHandle { path: self.path.clone(), newest: self.newest.subscribe() }
    }

    /// Makes a command line one about the newest commit.
    ///
    /// # Errors
    /// When the commit has no such folder.
    pub fn enter(&self, global: &mut GlobalArgs) -> Result<(), Failure> {
        // Seen from where the process runs, before that place moves.
        for path in [&mut global.state].into_iter().flatten() {
            let there = global.chdir.as_deref().unwrap_or(Path::new("."));
            *path = absolute(&there.join(&*path));
        }
        let result = self.ears().enter(global).map(drop);
        result.map_err(|trouble| Failure::user(trouble.message))
    }

    /// The state outlives the commit: it stays where the daemon was started.
    pub fn keep_state(&self, global: &mut GlobalArgs, context: &mut Context) {
        if global.state.is_none() {
            // The folder of the followed branch is `.taskloom/TARGET/git`.
            let home = self.follow.folder.ancestors().nth(2).unwrap_or(Path::new(".taskloom"));
            let state = absolute(&home.join(&context.target).join("state.json"));
            global.state = Some(state.clone());
            context.state = state;
        }
    }

    /// Asks for new commits, for ever.
    pub async fn go(self, every: Duration, mut wakes: watch::Receiver<u64>, waker: Trigger) {
        let mut is_down = false;
        loop {
            tokio::select! {
                () = self.clock.sleep(every) => {}
                changed = wakes.changed() => if changed.is_err() { return },
            }
            match self.follow.fetch(self.clock.as_ref()).await {
                Ok(followed) => {
                    if std::mem::take(&mut is_down) {
                        tracing::warn!("the followed branch can be fetched again");
                    }
                    self.move_to(followed, &waker);
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_down, true) {
                        let commit = self.newest.borrow().revision.commit.clone();
                        tracing::warn!("{}: {commit} stays", error_chain(&error));
                    }
                }
            }
        }
    }

    fn move_to(&self, followed: FetchedCommit, waker: &Trigger) {
        let before = self.newest.borrow().clone();
        if before == followed {
            return;
        }
        // A pass may still work on the one before.
        self.follow.tidy(&[&before.folder, &followed.folder]);
        self.newest.send_replace(followed);
        waker.wake(WakeCause::Commit);
    }
}

impl FollowHandle {
    /// Makes a command line one about the newest commit, and returns which that is.
    ///
    /// # Errors
    /// When the commit has no such folder.
    pub fn enter(&self, global: &mut GlobalArgs) -> Result<Revision, PrepareError> {
        let followed = self.newest.borrow().clone();
        let folder = absolute(&followed.folder.join(&self.path));
        if !folder.is_dir() {
            let (commit, path) = (&followed.revision.commit, self.path.display());
            let message = format!("commit {commit} has no folder {path}");
            return Err(PrepareError { verdict: PassOutcome::Invalid, message, help: None });
        }
        global.chdir = Some(folder);
        Ok(followed.revision)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
