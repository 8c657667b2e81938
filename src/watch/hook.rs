//! A command of the user's that is told of drift, failure and recovery: once each, not once a pass.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::report::{Report, Verdict};
use crate::clock::Clock;
use crate::model::Address;

/// How long the command may take.
const LIMIT: Duration = Duration::from_secs(30);

/// What is none of its business.
const UNHEARD: [&str; 3] =
    ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"];

/// What a person wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// The service moved.
    Drift,
    /// Something does not work, or waits for a person.
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

/// What was told so far, so that nothing is told twice.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    drifted: BTreeSet<Address>,
    bad: Option<(Verdict, BTreeSet<Address>)>,
}

impl Hook {
    /// Returns what a pass gives to tell.
    pub fn due(&mut self, report: &Report) -> Vec<Occasion> {
        let mut due = Vec::new();
        let drifted: BTreeSet<Address> = report.drifted.iter().cloned().collect();
        if !drifted.is_subset(&self.drifted) {
            due.push(Occasion::Drift);
        }
        match report.verdict {
            // These saw nothing of the service.
            Verdict::Unsettled | Verdict::Suspended | Verdict::Stopped => return due,
            Verdict::Invalid | Verdict::Unreachable | Verdict::Blocked => {}
            Verdict::InSync
            | Verdict::Changed
            | Verdict::Pending
            | Verdict::Failed
            | Verdict::Waiting
            | Verdict::Refused => self.drifted = drifted,
        }
        // What failed and rests has not recovered.
        let rests = report.left_out.values().any(|why| *why == super::report::LeftOut::Backoff);
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

/// Runs the command with JSON on its standard input; what goes wrong is a warning.
pub async fn run_hook(command: &str, occasion: Occasion, report: &Json, clock: &dyn Clock) {
    let text =
        json!({"format_version": "1.0", "event": occasion.name(), "pass": report}).to_string();
    let result = tokio::select! {
        result = feed(command, &text) => result,
        () = clock.sleep(LIMIT) => Err(std::io::Error::other("it takes longer than 30 s")),
    };
    if let Err(error) = result {
        tracing::warn!(%error, event = occasion.name(), "the hook failed");
    }
}

async fn feed(command: &str, text: &str) -> std::io::Result<()> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).stdin(Stdio::piped()).stdout(Stdio::null()).kill_on_drop(true);
    UNHEARD.iter().for_each(|name| {
        shell.env_remove(name);
    });
    let mut child = shell.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read is none the worse for it.
        let _ = stdin.write_all(format!("{text}\n").as_bytes()).await;
    }
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(status.to_string())) }
}
