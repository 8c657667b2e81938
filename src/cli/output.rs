//! Output: data goes to one writer, everything else to the other.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::Value as Json;

use super::failure::Failure;
use super::json_line::json_line;
use super::signals::Signals;

/// Reads a line from a person.
pub type Ask = Arc<dyn Fn() -> io::Result<String> + Send + Sync>;

/// The two outputs of a command, and the way to ask a person.
pub struct Output<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
    /// Colours on standard output.
    pub out_color: bool,
    /// Colours on standard error.
    pub err_color: bool,
    /// Reads a line from a person; None without a terminal.
    pub ask: Option<Ask>,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("out_color", &self.out_color).finish_non_exhaustive()
    }
}

impl Output<'_> {
    /// Writes data; a reader that has gone away ends the command quietly.
    pub fn data(&mut self, text: &str) -> Result<(), Failure> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::user(format!("cannot write to standard output: {error}"))),
        }
    }

    /// Writes a line of JSON.
    pub fn json(&mut self, json: &Json) -> Result<(), Failure> {
        self.data(&json_line(json))
    }

    /// Writes to standard error; a failure to write is ignored.
    pub fn note(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Asks a yes-or-no question; only `yes` counts as yes. None when no person can answer.
    ///
    /// # Errors
    /// When the answer cannot be read, or a signal comes instead.
    pub async fn confirm(
        &mut self,
        question: &str,
        signals: &Signals,
    ) -> Result<Option<bool>, Failure> {
        let Some(ask) = self.ask.clone() else { return Ok(None) };
        self.note(&format!("{question} Only `yes` is accepted: "));
        // A separate thread: a read of a terminal cannot be cancelled, so a signal abandons it.
        let answer = tokio::task::spawn_blocking(move || ask());
        let answer = signals.or_stopped(answer).await.inspect_err(|_| self.note("\n"))?;
        let answer = answer.map_err(|error| Failure::of(&error))?;
        Ok(Some(answer.map_err(|error| Failure::of(&error))?.trim() == "yes"))
    }
}
