//! The commit of a folder, read from a real git repository.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use taskloom::git::{Revision, revision};
use taskloom::support::{BoxFuture, Clock, SystemClock};
use tempfile::TempDir;

/// Runs git without any user's settings.
pub fn git(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=ann", "-c", "user.email=ann@example.org"]).args(words);
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_SYSTEM", "/dev/null").env_remove("GIT_DIR");
    let output = command.output().expect("git is installed where this is developed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Returns a work tree with one commit.
fn work_tree(subject: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("manifests")).unwrap();
    fs::write(folder.path().join("manifests/a.yaml"), "a: 1\n").unwrap();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", subject]);
    folder
}

async fn of(folder: &Path) -> Option<Revision> {
    revision(folder, &SystemClock::new()).await
}

#[tokio::test]
async fn a_work_tree_tells_its_commit_from_any_folder() {
    let tree = work_tree("Extract the orders\n\nThe body.");
    let commit = git(tree.path(), &["rev-parse", "HEAD"]);
    let clean = Revision { commit, subject: "Extract the orders".to_owned(), dirty: false };
    assert_eq!(of(tree.path()).await, Some(clean.clone()));
    assert_eq!(of(&tree.path().join("manifests")).await, Some(clean.clone()));
    // The state that an apply leaves is not a change of the manifests.
    fs::create_dir_all(tree.path().join(".taskloom/local")).unwrap();
    fs::write(tree.path().join(".taskloom/local/state.json"), "{}").unwrap();
    assert_eq!(of(tree.path()).await, Some(clean.clone()));
    fs::write(tree.path().join("manifests/a.yaml"), "a: 2\n").unwrap();
    assert_eq!(of(tree.path()).await, Some(Revision { dirty: true, ..clean }));
}

#[tokio::test]
async fn a_file_that_is_not_committed_makes_it_dirty_and_a_subject_is_bounded() {
    let tree = work_tree(&"é".repeat(300));
    fs::write(tree.path().join("b.yaml"), "b: 1\n").unwrap();
    let found = of(tree.path()).await.unwrap();
    assert!(found.dirty);
    assert_eq!(found.subject, "é".repeat(200));
}

#[tokio::test]
async fn without_a_commit_or_a_work_tree_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(of(folder.path()).await, None);
    git(folder.path(), &["init", "--quiet"]);
    assert_eq!(of(folder.path()).await, None);
    assert_eq!(of(&folder.path().join("nowhere")).await, None);
}

/// A clock on which every wait ends immediately.
#[derive(Debug)]
struct Impatient;

impl Clock for Impatient {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_git_that_does_not_answer_is_not_waited_for() {
    let tree = work_tree("x");
    assert_eq!(revision(tree.path(), &Impatient).await, None);
}
