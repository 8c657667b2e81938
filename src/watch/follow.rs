//! A branch that the daemon follows: it is fetched in the background, and passes use what is
//! checked out.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::cause::WakeCause;
use super::trigger::Trigger;
use crate::git::{FetchedCommit, FollowedBranch, GitError, Revision};
use crate::setup::{SetupInputs, StatePlace};
use crate::state::{LockFile, LockHolder, StateError};
use crate::support::{Clock, error_chain};

/// A branch, and its newest commit that could be fetched.
#[derive(Debug)]
pub struct BranchFollower {
    follow: FollowedBranch,
    path: PathBuf,
    newest: watch::Sender<FetchedCommit>,
    clock: Arc<dyn Clock>,
    /// Two daemons must not check out commits in one folder.
    _lock: LockFile,
}

/// Gives passes the newest commit.
#[derive(Clone, Debug)]
pub struct FollowHandle {
    path: PathBuf,
    newest: watch::Receiver<FetchedCommit>,
}

/// Why a branch cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The folder of the project is outside of the repository.
    #[error("--path {} leaves the repository", path.display())]
    Outside {
        /// Which folder.
        path: PathBuf,
    },
    /// The newest commit has no such folder.
    #[error("commit {commit} has no folder {}", path.display())]
    NoFolder {
        /// Which commit.
        commit: String,
        /// Which folder.
        path: PathBuf,
    },
    /// Another daemon checks out commits in the same folder.
    #[error(transparent)]
    Lock(#[from] StateError),
    /// The branch cannot be fetched and was never fetched before.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl FollowError {
    /// Returns what a person can do about it.
    pub fn way_out(&self) -> Option<String> {
        match self {
            FollowError::Outside { .. } | FollowError::NoFolder { .. } => None,
            FollowError::Lock(error) => Some(error.way_out()),
            FollowError::Git(_) => Some("check --git and --branch".to_owned()),
        }
    }
}

impl BranchFollower {
    /// Fetches for the first time; if that fails, the commit fetched by an earlier run is used.
    /// Waits up to `patience` for another daemon that follows in the same folder.
    ///
    /// # Errors
    /// When there is no earlier commit either.
    pub async fn start(
        follow: FollowedBranch,
        path: Option<PathBuf>,
        patience: Duration,
        holder: &LockHolder,
        clock: &Arc<dyn Clock>,
    ) -> Result<BranchFollower, FollowError> {
        let path = path.unwrap_or_default();
        let is_inside =
            |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(is_inside) {
            return Err(FollowError::Outside { path });
        }
        let lock = LockFile::take_within(&follow.folder, holder, patience, clock.as_ref()).await?;
        let fetched = match follow.fetch(clock.as_ref()).await {
            Ok(fetched) => fetched,
            Err(error) => {
                let Ok(fetched) = follow.last(clock.as_ref()).await else {
                    return Err(error.into());
                };
                let commit = &fetched.revision.commit;
                tracing::warn!("{}: going on with {commit}", error_chain(&error));
                fetched
            }
        };
        follow.tidy(&[&fetched.folder]);
        let newest = watch::Sender::new(fetched);
        Ok(BranchFollower { follow, path, newest, clock: Arc::clone(clock), _lock: lock })
    }

    /// Returns the handle that gives passes the newest commit.
    pub fn handle(&self) -> FollowHandle {
        FollowHandle { path: self.path.clone(), newest: self.newest.subscribe() }
    }

    /// Points the inputs of a project at its newest commit. The path of a given state file stays
    /// relative to the folder where the daemon was started.
    ///
    /// # Errors
    /// When the commit has no such folder.
    pub fn enter(&self, setup: &mut SetupInputs) -> Result<(), FollowError> {
        let state = setup.state.as_ref().map(|state| absolute(&setup.folder().join(state)));
        setup.state = state;
        setup.folder = Some(self.handle().newest()?.0);
        Ok(())
    }

    /// Returns the place of the state of a target. It is below the folder where the daemon was
    /// started, since it outlives the commits.
    pub fn state_of(&self, target: &str) -> StatePlace {
        // The folder of the followed branch is `.taskloom/TARGET/git`.
        let home = self.follow.folder.ancestors().nth(2).unwrap_or(Path::new(".taskloom"));
        StatePlace::below(&absolute(home), target)
    }

    /// Fetches new commits repeatedly; it never ends.
    pub async fn go(self, every: Duration, mut wakes: watch::Receiver<u64>, trigger: Trigger) {
        let mut is_down = false;
        loop {
            tokio::select! {
                () = self.clock.sleep(every) => {}
                changed = wakes.changed() => if changed.is_err() { return },
            }
            match self.follow.fetch(self.clock.as_ref()).await {
                Ok(fetched) => {
                    if std::mem::take(&mut is_down) {
                        tracing::warn!("the followed branch can be fetched again");
                    }
                    self.move_to(fetched, &trigger);
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

    fn move_to(&self, fetched: FetchedCommit, trigger: &Trigger) {
        let before = self.newest.borrow().clone();
        if before == fetched {
            return;
        }
        // A pass may still use the commit before.
        self.follow.tidy(&[&before.folder, &fetched.folder]);
        self.newest.send_replace(fetched);
        trigger.wake(WakeCause::Commit);
    }
}

impl FollowHandle {
    /// Returns the folder of the project in the newest commit, and which commit that is.
    ///
    /// # Errors
    /// When the commit has no such folder.
    pub fn newest(&self) -> Result<(PathBuf, Revision), FollowError> {
        let fetched = self.newest.borrow().clone();
        let folder = absolute(&fetched.folder.join(&self.path));
        if !folder.is_dir() {
            let (commit, path) = (fetched.revision.commit, self.path.clone());
            return Err(FollowError::NoFolder { commit, path });
        }
        Ok((folder, fetched.revision))
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
