//! An error with its causes, as text for people.

use std::error::Error;
use std::fmt::Write as _;

/// Returns an error and its causes on one line.
pub fn error_chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // A transparent error repeats its cause.
        if !message.ends_with(&text) {
            let _ = write!(message, ": {text}");
        }
        cause = error.source();
    }
    message
}
