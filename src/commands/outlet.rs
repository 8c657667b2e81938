//! Where output goes: data to one writer, everything else to the other.

use std::io::{self, Write};

use super::failure::Failure;

/// The two ends of a command, and what can be asked of the person behind them.
pub struct Outlet<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
    /// Colours on standard output.
    pub out_color: bool,
    /// Colours on standard error.
    pub err_color: bool,
    /// Reads a line from a person; none without a terminal.
    pub ask: Option<&'a mut dyn FnMut() -> io::Result<String>>,
}

impl std::fmt::Debug for Outlet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlet").field("out_color", &self.out_color).finish_non_exhaustive()
    }
}

impl Outlet<'_> {
    /// Writes data; a reader that has gone away ends the command quietly.
    pub fn data(&mut self, text: &str) -> Result<(), Failure> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::of(&error)),
        }
    }

    /// Writes to standard error; that it cannot be written is nothing to fail for.
    pub fn note(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Asks a yes-or-no question; only `yes` is yes. None when nobody can answer.
    pub fn confirm(&mut self, question: &str) -> Result<Option<bool>, Failure> {
        if self.ask.is_none() {
            return Ok(None);
        }
        self.note(&format!("{question} Only `yes` is accepted: "));
        let Some(ask) = &mut self.ask else { return Ok(None) };
        let answer = ask().map_err(|error| Failure::of(&error))?;
        Ok(Some(answer.trim() == "yes"))
    }
}
