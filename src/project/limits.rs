//! `limits` of taskloom.yaml: how long a run, a request and the wait for the lock may take.

use std::time::Duration;

use super::keys;
use crate::support::duration;
use crate::yaml::{Diagnostics, FieldPath, KnownFields};

/// How long something may take; `None` where the project does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits {
    /// A whole run.
    pub timeout: Option<Duration>,
    /// One request to the service.
    pub call_timeout: Option<Duration>,
    /// The wait for a lock that another run holds.
    pub lock_timeout: Option<Duration>,
}

/// Reads `limits`.
pub(super) fn read(diagnostics: &mut Diagnostics, fields: KnownFields<'_>) -> Limits {
    let path = FieldPath::Root.key("limits");
    let inner = fields.get("limits").and_then(|node| diagnostics.fields(node, path, keys::LIMITS));
    let Some(inner) = inner else { return Limits::default() };
    let [timeout, call_timeout, lock_timeout] = ["timeout", "call_timeout", "lock_timeout"]
        .map(|name| limit(diagnostics, inner, name, path.key(name)));
    Limits { timeout, call_timeout, lock_timeout }
}

fn limit(
    diagnostics: &mut Diagnostics,
    fields: KnownFields<'_>,
    name: &str,
    path: FieldPath<'_>,
) -> Option<Duration> {
    let node = fields.get(name)?;
    let text = diagnostics.text(node, path)?;
    match duration(text) {
        Ok(limit) => Some(limit),
        Err(_) => {
            diagnostics
                .mistyped(node, path, "a length of time")
                .help("more than zero, for instance 30s, 5m or 1h30m");
            None
        }
    }
}
