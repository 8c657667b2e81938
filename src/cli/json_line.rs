//! JSON as one line that is safe on a terminal.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// Returns JSON as one line without control characters for a terminal: serde_json escapes only
/// those below U+0020.
pub fn json_line(json: &Json) -> String {
    let mut line = String::new();
    for c in json.to_string().chars() {
        if c.is_control() {
            let _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line.push('\n');
    line
}
