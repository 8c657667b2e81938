//! A command of the user that is run on drift, failure and recovery: once each, not on every pass.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, Command};

use super::pass_outcome::{PassOutcome, PassReport};
use crate::model::Address;
use crate::support::Clock;

/// How long the command may take.
const LIMIT: Duration = Duration::from_secs(30);

/// How long to wait for the rest of its output once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How many bytes of its standard error are logged.
const N_STDERR_MAX: usize = 2000;

/// Variables that the command does not get.
const HIDDEN_FROM_HOOK: [&str; 3] =
    ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"];

/// What is reported to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// Something was changed at the service.
    Drift,
    /// Something does not work or waits for a person.
    Failure,
    /// It works again.
    Recovery,
}

impl Occasion {
    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            Occasion::Drift => "drift",
            Occasion::Failure => "failure",
            Occasion::Recovery => "recovery",
        }
    }
}

/// What has been reported so far, so that nothing is reported twice.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    drifted: BTreeSet<Address>,
    bad: Option<(PassOutcome, BTreeSet<Address>)>,
}

impl Hook {
    /// Returns what is to be reported of a pass.
    pub fn due(&mut self, report: &PassReport) -> Vec<Occasion> {
        let mut due = Vec::new();
        let drifted: BTreeSet<Address> = report.drifted.iter().cloned().collect();
        if !drifted.is_subset(&self.drifted) {
            due.push(Occasion::Drift);
        }
        match report.verdict {
            // Such passes did not observe the service.
            PassOutcome::Unsettled | PassOutcome::Suspended | PassOutcome::Stopped => return due,
            PassOutcome::Invalid | PassOutcome::Unreachable | PassOutcome::Blocked => {}
            PassOutcome::InSync
            | PassOutcome::Changed
            | PassOutcome::Pending
            | PassOutcome::Failed
            | PassOutcome::Waiting
            | PassOutcome::Refused => self.drifted = drifted,
        }
        // A resource that failed and waits for its next try has not recovered.
        let rests =
            report.left_out.values().any(|why| *why == super::pass_outcome::LeftOut::Backoff);
        let is_bad = report.verdict.is_bad();
        let now = (report.verdict, report.failed.keys().cloned().collect());
        if is_bad && self.bad.as_ref() != Some(&now) {
            due.push(Occasion::Failure);
            self.bad = Some(now);
        } else if !is_bad && !rests && self.bad.take().is_some() {
            due.push(Occasion::Recovery);
        }
        due
    }
}

/// Runs the command with JSON on its standard input; a failure is logged as a warning, with what
/// the command wrote to its standard error.
pub async fn run_hook(command: &str, occasion: Occasion, report: &Json, clock: &dyn Clock) {
    let text =
        json!({"format_version": "1.0", "event": occasion.name(), "pass": report}).to_string();
    let mut stderr_text = Vec::new();
    let result = tokio::select! {
        result = feed(command, &text, &mut stderr_text, clock) => result,
        () = clock.sleep(LIMIT) => Err(std::io::Error::other("it takes longer than 30 s")),
    };
    // Another pass may run by the time the command ends.
    let (event, pass) = (occasion.name(), report["pass"].as_u64());
    let stderr = String::from_utf8_lossy(&stderr_text);
    let stderr = Some(stderr.trim_end()).filter(|text| !text.is_empty());
    match result {
        Ok(()) => tracing::info!(event, pass, stderr, "the hook was told"),
        Err(error) => tracing::warn!(%error, event, pass, stderr, "the hook failed"),
    }
}

async fn feed(
    command: &str,
    text: &str,
    stderr_text: &mut Vec<u8>,
    clock: &dyn Clock,
) -> std::io::Result<()> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).stdin(Stdio::piped()).stdout(Stdio::null());
    // Our own standard error may consist of JSON lines.
    shell.stderr(Stdio::piped()).kill_on_drop(true);
    HIDDEN_FROM_HOOK.iter().for_each(|name| {
        shell.env_remove(name);
    });
    let mut child = shell.spawn()?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let work = async {
        if let Some(mut stdin) = stdin {
            // A command need not read its input.
            let _ = stdin.write_all(format!("{text}\n").as_bytes()).await;
        }
        child.wait().await
    };
    let listening = listen(stderr, stderr_text);
    tokio::pin!(work, listening);
    let status = tokio::select! {
        () = &mut listening => work.await?,
        status = &mut work => {
            // A process that it left running may hold the pipe open for long.
            tokio::select! {
                () = &mut listening => {}
                () = clock.sleep(LAST_WORDS) => {}
            }
            status?
        }
    };
    if status.success() { Ok(()) } else { Err(std::io::Error::other(status.to_string())) }
}

/// Reads to the end and keeps the beginning.
async fn listen(stderr: Option<ChildStderr>, stderr_text: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut buffer = [0; 1024];
    while let Ok(n @ 1..) = stderr.read(&mut buffer).await {
        let left = N_STDERR_MAX.saturating_sub(stderr_text.len()).min(n);
        stderr_text.extend(buffer.iter().take(left));
    }
}
