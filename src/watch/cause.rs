//! What woke a pass: told with it, and otherwise of no account.

use std::fmt;

/// Why a pass runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The first one.
    Start,
    /// Something moved in the watched folders.
    Files,
    /// The followed branch has a new commit.
    Commit,
    /// The interval is over.
    Interval,
    /// The time of a back-off or a pause is over.
    Retry,
    /// SIGHUP.
    Signal,
    /// A person approved a plan, paused or resumed.
    Person,
}

impl Cause {
    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Start => "start",
            Cause::Files => "files",
            Cause::Commit => "commit",
            Cause::Interval => "interval",
            Cause::Retry => "retry",
            Cause::Signal => "signal",
            Cause::Person => "person",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
