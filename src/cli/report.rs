//! What an apply reports while it runs and when it ends.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::failure::{ExitStatus, Failure};
use super::hints::{TIME_OVER, action_of, operation_hint};
use super::json_line::json_line;
use super::output::Output;
use super::signals::Signals;
use crate::apply::{ApplySummary, EndReason, OperationError, OperationEvent, OperationStatus};
use crate::model::{Address, Operation, Step, Verb};
use crate::plan::printable;
use crate::support::{StopCause, error_chain};

/// How many operations of a kind are listed at the end; the rest is counted.
const LISTED: usize = 20;

/// Reports each operation as it ends, and all of them at the end.
#[derive(Debug)]
pub struct Reporter<'a, 'b> {
    json: bool,
    unchanged: usize,
    failed: Vec<String>,
    not_attempted: Vec<String>,
    tally: ApplySummary,
    /// Why the run stopped beginning operations.
    end: Option<EndReason>,
    unwritten: Option<Failure>,
    output: &'a mut Output<'b>,
}

impl<'a, 'b> Reporter<'a, 'b> {
    /// Returns a reporter for an apply that leaves `unchanged` resources alone.
    pub fn new(json: bool, unchanged: usize, output: &'a mut Output<'b>) -> Self {
        Reporter {
            json,
            unchanged,
            failed: Vec::new(),
            not_attempted: Vec::new(),
            tally: ApplySummary::default(),
            end: None,
            unwritten: None,
            output,
        }
    }

    /// Reports one event.
    ///
    /// A report that cannot be written must not stop an apply, so that counts at the end only.
    pub fn event(&mut self, event: &OperationEvent<'_>) {
        self.count(&event.status);
        if self.json {
            return self.write(&json_line(&json_of(event)));
        }
        match &event.status {
            OperationStatus::Begun => {}
            OperationStatus::Done => self.write(&done_line(event)),
            OperationStatus::Failed(error) => {
                let line = printable(&format!("failed to {}: {}", name(event), code(error)));
                self.output.note(&format!("{line}\n"));
                self.failed.push(failed_row(event, error));
            }
            OperationStatus::Skipped(cause) => {
                self.not_attempted.push(format!("{}: {}", row(event), needs(cause)));
            }
            OperationStatus::NotAttempted(end) => {
                self.not_attempted.push(format!("{}: {end}", row(event)));
            }
        }
    }

    fn count(&mut self, status: &OperationStatus<'_>) {
        let ApplySummary { done, failed, skipped, not_attempted } = &mut self.tally;
        match status {
            OperationStatus::Begun => {}
            OperationStatus::Done => *done += 1,
            OperationStatus::Failed(_) => *failed += 1,
            OperationStatus::Skipped(_) => *skipped += 1,
            OperationStatus::NotAttempted(end) => {
                *not_attempted += 1;
                self.end = Some(*end);
            }
        }
    }

    /// Reports how the apply ended, and returns the exit status.
    ///
    /// # Errors
    /// When the run was cut short, operations failed or were not attempted, or the report could
    /// not be written.
    pub fn finish(
        mut self,
        recorded: Result<(), Failure>,
        signals: &Signals,
    ) -> Result<ExitStatus, Failure> {
        let text = match self.json {
            true => json_line(&self.summary_json()),
            false => self.summary(),
        };
        self.write(&text);
        recorded?;
        if let Some(status) = signals.status() {
            return Ok(status);
        }
        let ApplySummary { done, failed, skipped, not_attempted } = self.tally;
        let n = done + failed + skipped + not_attempted;
        if done < n {
            let left = n - done - failed;
            let also = if left == 0 { String::new() } else { format!(", {left} not attempted") };
            let is_over = self.end == Some(EndReason::Stopped(StopCause::TimeOver));
            return Err(Failure::user(format!("{failed} of {n} operations failed{also}"))
                .hint("what was done is recorded; apply again goes on from there")
                .maybe_hint(is_over.then_some(TIME_OVER)));
        }
        self.unwritten.map_or(Ok(ExitStatus::Done), Err)
    }

    fn write(&mut self, text: &str) {
        if let Err(failure) = self.output.data(text) {
            self.unwritten.get_or_insert(failure);
        }
    }

    fn summary_json(&self) -> Json {
        let ApplySummary { done, failed, skipped, not_attempted } = self.tally;
        json!({"type": "summary", "done": done, "failed": failed, "skipped": skipped,
               "not_attempted": not_attempted, "unchanged": self.unchanged})
    }

    fn summary(&self) -> String {
        let ApplySummary { done, failed, skipped, not_attempted } = self.tally;
        if done + failed + skipped + not_attempted == 0 {
            return String::new();
        }
        let mut text = list("Failed:", &self.failed);
        text.push_str(&list("Not attempted:", &self.not_attempted));
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = write!(text, "Applied: {done} done, {failed} failed");
        if skipped + not_attempted > 0 {
            let _ = write!(text, ", {} not attempted", skipped + not_attempted);
        }
        let _ = writeln!(text, ", {} unchanged", self.unchanged);
        text
    }
}

fn list(title: &str, rows: &[String]) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\n{title}");
    for row in rows.iter().take(LISTED) {
        let _ = writeln!(text, "  {row}");
    }
    if rows.len() > LISTED {
        let _ = writeln!(text, "  … and {} more; --json tells all", rows.len() - LISTED);
    }
    text
}

/// Returns the name of an operation, like `create Task/orders-daily`.
fn name(event: &OperationEvent<'_>) -> String {
    let Operation { address, verb, .. } = event.operation;
    format!("{verb} {address}")
}

/// Returns what failed or was left out, and the place of its manifest.
fn row(event: &OperationEvent<'_>) -> String {
    let place = event.operation.place.as_ref();
    let place = place.map_or(String::new(), |place| format!("  ({place})"));
    printable(&format!("{}{place}", name(event)))
}

fn failed_row(event: &OperationEvent<'_>, error: &OperationError) -> String {
    let mut text = format!("{}\n    {}", row(event), printable(&error_chain(error)));
    if let Some(hint) = operation_hint(error) {
        let _ = write!(text, "\n    next: {}", printable(&hint));
    }
    text
}

fn done_line(event: &OperationEvent<'_>) -> String {
    let Operation { address, verb, .. } = event.operation;
    let id = event.id.map_or(String::new(), |id| format!("  {id}"));
    format!("{}\n", printable(&format!("{} {address}{id}", past(*verb))))
}

fn code(error: &OperationError) -> String {
    error.code().map_or_else(|| error_chain(error), str::to_owned)
}

fn needs(cause: &Address) -> String {
    printable(&format!("{cause} comes first, and failed"))
}

/// Returns an event as JSON.
pub fn json_of(event: &OperationEvent<'_>) -> Json {
    let (status, error) = match &event.status {
        OperationStatus::Begun => ("begun", Json::Null),
        OperationStatus::Done => ("done", Json::Null),
        OperationStatus::Failed(error) => (
            "failed",
            json!({"action": action_of(error), "code": error.code(), "message": error_chain(error),
                   "help": operation_hint(error)}),
        ),
        OperationStatus::Skipped(cause) => {
            ("skipped", left_out(needs(cause), "mend that one, then apply again"))
        }
        OperationStatus::NotAttempted(end) => ("skipped", left_out(end.to_string(), "apply again")),
    };
    json!({
        "type": "operation",
        "address": event.operation.address,
        "verb": event.operation.verb.name(),
        "status": status,
        "id": event.id,
        "request_id": event.request_id,
        "source": event.operation.place.as_ref().map(ToString::to_string),
        "error": error,
    })
}

fn left_out(message: String, help: &str) -> Json {
    json!({"action": null, "code": null, "message": message, "help": help})
}

fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
        Verb::Adopt => "adopted",
        Verb::Forget => "forgot",
        Verb::Record => "recorded",
        Verb::Step(Step::Submit) => "submitted",
        Verb::Step(Step::Start) => "started",
        Verb::Step(Step::Pause) => "paused",
        Verb::Step(Step::Stop) => "took offline",
    }
}
