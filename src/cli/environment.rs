//! The environment of the process, passed in so that nothing below reads it.

use std::ffi::OsString;
use std::sync::Arc;

/// Environment variables and the command line of the process.
#[derive(Clone)]
pub struct Environment {
    lookup: Arc<Lookup>,
    /// The command line, for the lock's holder; values of variables are left out.
    pub command: String,
}

type Lookup = dyn Fn(&str) -> Option<String>;

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("command", &self.command).finish_non_exhaustive()
    }
}

impl Environment {
    /// Returns an environment with these variables.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + 'static, argv: &[OsString]) -> Self {
        Environment { lookup: Arc::new(lookup), command: command(argv) }
    }

    /// Returns a variable; an empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// Returns whether a variable is set and empty.
    pub fn is_blank(&self, name: &str) -> bool {
        (self.lookup)(name).is_some_and(|value| value.is_empty())
    }
}

/// Returns a command line without the values of variables, which may be sensitive.
fn command(argv: &[OsString]) -> String {
    let mut follows = false;
    let words = argv.iter().map(|word| {
        let word = word.to_string_lossy();
        let given = word.strip_prefix("--var=").map(|given| ("--var=", given));
        let given = given.or_else(|| follows.then_some(("", &*word)));
        follows = word == "--var" && !follows;
        match given {
            Some((flag, given)) => {
                let (name, value) = given.split_once('=').unwrap_or(("", given));
                let value = if value.is_empty() { "" } else { "…" };
                format!("{flag}{name}={value}")
            }
            None => word.into_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
