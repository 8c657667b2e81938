//! `limits` of taskloom.yaml: how long a run, a request and the wait for the lock may take.

use std::time::Duration;

use super::keys;
use crate::support::duration;
use crate::yaml::{Diagnostics, FieldPath, KnownFields};

/// How long something may take; none where the project does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// A whole run.
    pub timeout: Option<Duration>,
    /// One request to the service.
    pub call_timeout: Option<Duration>,
    /// The wait for a lock that another run holds.
    pub lock_timeout: Option<Duration>,
}

/// Reads `limits`.
pub(super) fn read(page: &mut Diagnostics, fields: KnownFields<'_>) -> Limits {
    let trail = FieldPath::Root.key("limits");
    let inner = fields.get("limits").and_then(|node| page.fields(node, trail, keys::LIMITS));
    let Some(inner) = inner else { return Limits::default() };
    let [timeout, call_timeout, lock_timeout] = ["timeout", "call_timeout", "lock_timeout"]
        .map(|name| limit(page, inner, name, trail.key(name)));
    Limits { timeout, call_timeout, lock_timeout }
}

fn limit(
    page: &mut Diagnostics,
    fields: KnownFields<'_>,
    name: &str,
    trail: FieldPath<'_>,
) -> Option<Duration> {
    let node = fields.get(name)?;
    let text = page.text(node, trail)?;
    match duration(text) {
        Ok(limit) => Some(limit),
        Err(_) => {
            page.mistyped(node, trail, "a length of time")
                .help("more than none, for instance 30s, 5m or 1h30m");
            None
        }
    }
}
