//! What an apply tells while it runs and when it ends.

use std::error::Error;

use serde_json::{Value as Json, json};

use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use super::signals::Signals;
use crate::apply::{Event, OperationError, Status, Tally};
use crate::manifest::{Problems, Severity, render};
use crate::model::{Operation, Verb};

/// Tells each operation as it ends.
#[derive(Debug)]
pub struct Reporter<'a, 'b> {
    json: bool,
    unchanged: usize,
    outlet: &'a mut Outlet<'b>,
}

impl<'a, 'b> Reporter<'a, 'b> {
    /// Returns a reporter for an apply that leaves `unchanged` resources alone.
    pub fn new(json: bool, unchanged: usize, outlet: &'a mut Outlet<'b>) -> Self {
        Reporter { json, unchanged, outlet }
    }

    /// Tells one event.
    ///
    /// A reader that has gone away must not stop an apply, so nothing here fails.
    pub fn event(&mut self, event: &Event<'_>) {
        let text = if self.json { format!("{}\n", json_of(event)) } else { text_of(event) };
        let failed = matches!(event.status, Status::Failed(_));
        if failed && !self.json {
            self.outlet.note(&text);
        } else {
            let _ = self.outlet.data(&text);
        }
    }

    /// Tells how it all ended.
    pub fn finish(&mut self, tally: Tally, was_empty: bool) {
        let Tally { done, failed, skipped, not_attempted } = tally;
        if self.json {
            let _ = self.outlet.data(&format!(
                "{}\n",
                json!({"type": "summary", "done": done, "failed": failed, "skipped": skipped,
                       "not_attempted": not_attempted, "unchanged": self.unchanged})
            ));
            return;
        }
        if was_empty {
            return;
        }
        let mut text = format!("Applied: {done} done, {failed} failed");
        if skipped > 0 {
            text.push_str(&format!(", {skipped} not attempted since they need a failed one"));
        }
        if not_attempted > 0 {
            text.push_str(&format!(", {not_attempted} not attempted since the run was stopped"));
        }
        let _ = self.outlet.data(&format!("{text}, {} unchanged\n", self.unchanged));
        if failed + not_attempted > 0 {
            self.outlet.note("help: what was done is recorded; apply again goes on from there\n");
        }
    }
}

/// Returns the exit status of an apply.
pub fn status(tally: Tally, signals: &Signals) -> ExitStatus {
    if *signals.stop.borrow() {
        return ExitStatus::Stopped(*signals.number.borrow());
    }
    if tally.failed + tally.skipped + tally.not_attempted > 0 {
        return ExitStatus::Failed;
    }
    ExitStatus::Done
}

fn text_of(event: &Event<'_>) -> String {
    let Operation { address, verb, .. } = event.operation;
    let place = event.operation.place.as_ref().map_or(String::new(), |place| format!(" ({place})"));
    match &event.status {
        Status::Begun => String::new(),
        Status::Done => {
            let id = event.id.map_or(String::new(), |id| format!("  {id}"));
            format!("{} {address}{id}\n", past(*verb))
        }
        Status::Failed(error) => {
            let hint = hint(error);
            format!("error: cannot {verb} {address}{place}: {}\n{hint}", Chain(error))
        }
        Status::Skipped(cause) => format!("skipped {verb} of {address}: {cause} failed\n"),
        Status::NotAttempted => format!("not attempted: {verb} of {address}\n"),
    }
}

fn json_of(event: &Event<'_>) -> Json {
    let (status, error) = match &event.status {
        Status::Begun => ("begun", Json::Null),
        Status::Done => ("done", Json::Null),
        Status::Failed(error) => {
            ("failed", json!({"code": error.code(), "message": Chain(error).to_string()}))
        }
        Status::Skipped(cause) => ("skipped", json!({"message": format!("{cause} failed")})),
        Status::NotAttempted => ("skipped", json!({"message": "the run was stopped"})),
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

fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
        Verb::Adopt => "adopted",
        Verb::Forget => "forgot",
        Verb::Record => "recorded",
    }
}

fn hint(error: &OperationError) -> &'static str {
    match error {
        OperationError::Unclear { .. } => {
            "help: compare them in the console; delete the one that is not wanted, or give this task another TaskName\n"
        }
        OperationError::InDoubt { .. } => {
            "help: the intent is in the journal: the next apply looks for it before it creates anything\n"
        }
        OperationError::NotStored { .. } => {
            "help: plan shows the difference; the value may not be valid for this type of task\n"
        }
        OperationError::Call(error) if error.code() == Some("InvalidParameter.DuplicateName") => {
            "help: a task of this name exists and is not ours; give ours another TaskName, or remove the other one\n"
        }
        OperationError::Call(_)
        | OperationError::Observe(_)
        | OperationError::State(_)
        | OperationError::StatusFalse { .. }
        | OperationError::NoId { .. }
        | OperationError::Vanished { .. }
        | OperationError::StillThere { .. }
        | OperationError::Unresolved { .. } => "",
    }
}

/// An error with its causes on one line.
struct Chain<'a>(&'a OperationError);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut last = self.0.to_string();
        f.write_str(&last)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !last.ends_with(&text) {
                write!(f, ": {text}")?;
                last = text;
            }
            cause = error.source();
        }
        Ok(())
    }
}

/// Prints problems with excerpts on standard error, and how many there are.
pub fn tell_problems(problems: &Problems, outlet: &mut Outlet<'_>) {
    if problems.is_empty() {
        return;
    }
    let text = render(problems, outlet.err_color);
    outlet.note(&text);
    let errors = problems.count(Severity::Error);
    let warnings = problems.count(Severity::Warning);
    outlet.note(&format!("{errors} errors, {warnings} warnings\n"));
}

/// Returns problems as JSON.
pub fn problems_json(problems: &Problems) -> Json {
    problems.0.iter().map(|problem| json!(problem)).collect()
}

/// Ends a command over problems that were told: as text, or as JSON on standard output.
pub fn refuse_problems(problems: &Problems, json: bool, outlet: &mut Outlet<'_>) -> Failure {
    if json {
        let text = json!({"format_version": "1.0", "problems": problems_json(problems)});
        let _ = outlet.data(&format!("{text}\n"));
    } else {
        tell_problems(problems, outlet);
    }
    Failure::silent()
}
