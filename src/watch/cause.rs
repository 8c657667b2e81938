//! What woke a pass: it is reported with the pass and has no other effect.

use std::fmt;

/// Why a pass runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WakeCause {
    /// The first pass.
    Start,
    /// Something changed in the watched folders.
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

impl WakeCause {
    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            WakeCause::Start => "start",
            WakeCause::Files => "files",
            WakeCause::Commit => "commit",
            WakeCause::Interval => "interval",
            WakeCause::Retry => "retry",
            WakeCause::Signal => "signal",
            WakeCause::Person => "person",
        }
    }
}

impl fmt::Display for WakeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
