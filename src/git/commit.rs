//! Which commit a folder is at, by the installed git: an apply is reported with it.
//!
//! Nothing depends on it: without git, outside a work tree, before the first commit or when git is
//! slow there is no commit to report.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::support::Clock;

/// How long one git command may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Characters of a subject that are kept; the longest that git itself advises is 72.
const SUBJECT_CHARS: usize = 200;

/// Settings that keep git from running programs that a repository names.
const QUIET: [&str; 6] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
];

/// Variables that a git hook sets for another work tree, and variables that git must not see.
const UNHEARD: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "TENCENTCLOUD_SECRET_ID",
    "TENCENTCLOUD_SECRET_KEY",
    "TENCENTCLOUD_TOKEN",
];

/// Returns the installed git, made safe: it runs no program that the repository names, gets no
/// credentials and nothing from a git hook that taskloom may run in, asks no questions, and is
/// killed when it is no longer awaited.
pub fn quiet_git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.args(QUIET).arg("-C").arg(folder);
    for name in UNHEARD {
        command.env_remove(name);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A commit, and whether the files differ from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The full id of the commit.
    pub commit: String,
    /// The first line of its message, at most 200 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Whether files of the folder differ from the commit or are not in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dirty: bool,
}

impl Revision {
    /// Returns it as the remark of a version: `1f2e3d4c5b6a the subject (with changes)`.
    pub fn remark(&self) -> String {
        let mut remark: String = self.commit.chars().take(12).collect();
        if !self.subject.is_empty() {
            remark.push(' ');
            remark.push_str(&self.subject);
        }
        if self.dirty {
            remark.push_str(" (with changes that are not committed)");
        }
        remark
    }
}

/// Returns the commit that a folder is at; None when it cannot be determined.
pub async fn revision(folder: &Path, clock: &dyn Clock) -> Option<Revision> {
    let head = git(folder, clock, &["log", "-1", "--format=%H%n%s"]).await?;
    let mut lines = head.lines();
    let commit = lines.next().filter(|commit| !commit.is_empty())?.to_owned();
    let subject = lines.next().unwrap_or_default().chars().take(SUBJECT_CHARS).collect();
    // When git cannot say what differs, the files count as changed.
    let changes = git(folder, clock, &["status", "--porcelain", "--", "."]).await;
    let dirty = changes.is_none_or(|changes| changes.lines().any(is_change));
    Some(Revision { commit, subject, dirty })
}

/// The state of an embedded or local target changes with each apply; it is not a manifest.
fn is_change(line: &str) -> bool {
    !line.split(['/', ' ', '"']).any(|part| part == ".taskloom")
}

async fn git(folder: &Path, clock: &dyn Clock, words: &[&str]) -> Option<String> {
    let mut command = quiet_git(folder);
    command.arg("--no-optional-locks").args(words).stderr(Stdio::null());
    let output = tokio::select! {
        output = command.output() => output.ok()?,
        () = clock.sleep(PATIENCE) => return None,
    };
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
