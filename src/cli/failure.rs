//! How a command fails: a message, hints and an exit status.

use std::error::Error;
use std::fmt::Write as _;

use serde_json::Map;
use tracing::Level;

use super::log::{LogPass, log_line};
use crate::plan::printable;
use crate::support::error_chain;

/// The exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done.
    Done,
    /// Problems, a refusal, or an operation that failed.
    Failed,
    /// Fine, and changes are pending: only with `--detailed-exitcode`.
    Pending,
    /// The command line is not valid.
    Usage,
    /// Stopped by a signal: 128 and its number.
    Stopped(u8),
}

impl ExitStatus {
    /// Returns the number.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Done => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Pending => 2,
            ExitStatus::Usage => 64,
            ExitStatus::Stopped(signal) => 128 + signal,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hints: Vec<String>,
    status: ExitStatus,
}

impl Failure {
    /// Returns a failure with its whole chain of causes.
    pub fn of(error: &dyn Error) -> Failure {
        Failure::user(error_chain(error))
    }

    /// Returns a failure that a person can do something about.
    pub fn user(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hints: Vec::new(), status: ExitStatus::Failed }
    }

    /// Returns the failure of a command line that is not valid.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { status: ExitStatus::Usage, ..Failure::user(message) }
    }

    /// Returns a failure that has been reported already.
    pub fn silent() -> Failure {
        Failure::user("")
    }

    /// Returns the failure when a signal comes before anything was changed.
    pub fn stopped(status: ExitStatus) -> Failure {
        Failure { status, ..Failure::user("stopped by a signal; nothing was changed") }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint, if there is one.
    pub fn maybe_hint(self, hint: Option<impl Into<String>>) -> Failure {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Returns the exit status.
    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// Returns the lines for standard error; none when it has been reported already.
    pub fn text(&self) -> String {
        if self.message.is_empty() {
            return String::new();
        }
        let mut text = format!("error: {}\n", printable(&self.message));
        for hint in &self.hints {
            let _ = writeln!(text, "help: {}", printable(hint));
        }
        text
    }

    /// Returns the same as a line of the log of a pass; None when it has been reported already.
    pub fn line(&self, pass: &LogPass) -> String {
        if self.message.is_empty() {
            return String::new();
        }
        let mut fields = Map::from_iter([("message".to_owned(), self.message.as_str().into())]);
        if !self.hints.is_empty() {
            fields.insert("help".to_owned(), self.hints.join("; ").into());
        }
        log_line(Level::ERROR, fields, pass)
    }
}
