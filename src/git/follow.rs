//! A followed branch: fetched with the installed git, each commit checked out into a folder of its
//! own, so that no pass reads an incomplete one.
#![expect(clippy::disallowed_methods, reason = "this file lays out folders of commits")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::commit::{Revision, quiet_git};
use crate::support::Clock;

/// How long one step of git may take.
const LIMIT: Duration = Duration::from_secs(300);

/// The name of the fetched branch in our repository.
const REFERENCE: &str = "refs/heads/followed";

/// A branch that is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedBranch {
    /// The repository, in any way that git understands.
    pub url: String,
    /// The branch.
    pub branch: String,
    /// The folder for it, used by nothing else.
    pub folder: PathBuf,
}

/// A commit that is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedCommit {
    /// Which commit.
    pub revision: Revision,
    /// Its files, complete; they are never changed.
    pub folder: PathBuf,
}

/// Why a branch cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// A word that git would interpret as something else.
    #[error("{word:?} is not a valid {what}")]
    Word {
        /// What it should be.
        what: &'static str,
        /// What it is.
        word: String,
    },
    /// Git cannot be run.
    #[error("git cannot be run")]
    Run(#[source] io::Error),
    /// Git failed.
    #[error("git {step} failed: {told}")]
    Failed {
        /// The step.
        step: &'static str,
        /// Its message.
        told: String,
    },
    /// Git took too long.
    #[error("git {step} took longer than {} s", LIMIT.as_secs())]
    Slow {
        /// The step.
        step: &'static str,
    },
    /// The folder cannot be written.
    #[error("cannot lay out the commit in {}", folder.display())]
    Io {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl FollowedBranch {
    /// Checks that git takes the URL and the branch for what they are.
    ///
    /// # Errors
    /// When git would interpret one as something else.
    pub fn check(&self) -> Result<(), GitError> {
        let word = |what, word: &str| Err(GitError::Word { what, word: word.to_owned() });
        if self.url.is_empty() || self.url.starts_with('-') || self.url.contains("::") {
            return word("repository", &masked(&self.url));
        }
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || ":*?[\\^~".contains(c);
        if self.branch.is_empty()
            || self.branch.starts_with(['-', '+'])
            || self.branch.contains(is_odd)
        {
            return word("branch", &self.branch);
        }
        Ok(())
    }

    /// Fetches the branch and checks out its newest commit.
    ///
    /// # Errors
    /// When git cannot reach it; commits that were checked out before stay.
    pub async fn fetch(&self, clock: &dyn Clock) -> Result<FetchedCommit, GitError> {
        let repository = self.repository();
        if !repository.join("HEAD").exists() {
            fs::create_dir_all(&repository).map_err(|source| self.io(source))?;
            self.git("init", &["init", "--quiet", "--bare", "."], &repository, None, clock).await?;
        }
        let refspec = format!("+refs/heads/{}:{REFERENCE}", self.branch);
        let words = ["fetch", "--quiet", "--no-tags", "--depth=1", "--", &self.url, &refspec];
        self.git("fetch", &words, &repository, None, clock).await?;
        self.last(clock).await
    }

    /// Checks out the commit that was fetched last, without network access.
    ///
    /// # Errors
    /// When none was fetched yet, or it cannot be checked out.
    pub async fn last(&self, clock: &dyn Clock) -> Result<FetchedCommit, GitError> {
        let repository = self.repository();
        let words = ["log", "-1", "--format=%H%n%s", REFERENCE, "--"];
        let told = self.git("log", &words, &repository, None, clock).await?;
        let mut lines = told.lines();
        let commit = lines.next().unwrap_or_default().to_owned();
        let subject = lines.next().unwrap_or_default().chars().take(200).collect();
        let folder = self.folder.join("trees").join(&commit);
        if !folder.is_dir() {
            self.lay_out(&commit, &folder, clock).await?;
        }
        self.point_to(&commit);
        Ok(FetchedCommit { revision: Revision { commit, subject, dirty: false }, folder })
    }

    /// Points the link `current` to a commit, for people; passes do not use it.
    #[cfg(unix)]
    fn point_to(&self, commit: &str) {
        let new = self.folder.join(".current~");
        let _ = fs::remove_file(&new);
        let made = std::os::unix::fs::symlink(Path::new("trees").join(commit), &new);
        if let Err(error) = made.and_then(|()| fs::rename(&new, self.folder.join("current"))) {
            tracing::warn!(%error, "the link to the current commit cannot be made");
        }
    }

    #[cfg(not(unix))]
    fn point_to(&self, _commit: &str) {}

    /// Removes the folders of other commits.
    pub fn tidy(&self, keep: &[&Path]) {
        let Ok(entries) = fs::read_dir(self.folder.join("trees")) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            if !keep.contains(&path.as_path()) {
                // A folder that stays does no harm.
                let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
            }
        }
    }

    /// Writes the files next to their folder and then moves them there in one step.
    async fn lay_out(
        &self,
        commit: &str,
        folder: &Path,
        clock: &dyn Clock,
    ) -> Result<(), GitError> {
        let trees = self.folder.join("trees");
        fs::create_dir_all(&trees).map_err(|source| self.io(source))?;
        let new = tempfile::Builder::new().prefix(".new-").tempdir_in(&trees);
        let new = new.map_err(|source| self.io(source))?;
        let (work, index) = (new.path().join("tree"), new.path().join("index"));
        fs::create_dir(&work).map_err(|source| self.io(source))?;
        let repository = self.repository();
        let repository = repository.to_string_lossy();
        let at = ["--git-dir", &*repository, "--work-tree", "."];
        let read: Vec<&str> = at.iter().copied().chain(["read-tree", commit]).collect();
        self.git("read-tree", &read, &work, Some(&index), clock).await?;
        let out = ["checkout-index", "--all", "--force", "--quiet"];
        let out: Vec<&str> = at.iter().copied().chain(out).collect();
        self.git("checkout-index", &out, &work, Some(&index), clock).await?;
        fs::rename(&work, folder).map_err(|source| self.io(source))
    }

    fn repository(&self) -> PathBuf {
        let folder = self.folder.join("repository.git");
        std::path::absolute(&folder).unwrap_or(folder)
    }

    fn io(&self, source: io::Error) -> GitError {
        GitError::Io { folder: self.folder.clone(), source }
    }

    async fn git(
        &self,
        step: &'static str,
        words: &[&str],
        folder: &Path,
        index: Option<&Path>,
        clock: &dyn Clock,
    ) -> Result<String, GitError> {
        let mut command = quiet_git(folder);
        command.args(words);
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", std::path::absolute(index).unwrap_or(index.to_owned()));
        }
        let output = tokio::select! {
            output = command.output() => output.map_err(GitError::Run)?,
            () = clock.sleep(LIMIT) => return Err(GitError::Slow { step }),
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let told = String::from_utf8_lossy(&output.stderr).replace(&self.url, &masked(&self.url));
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        Err(GitError::Failed { step, told })
    }
}

/// Returns a URL without the part before the host, which may be a password.
pub fn masked(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    }
}
