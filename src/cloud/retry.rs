//! What may be sent again, and after what: one table.
//!
//! Source: the error tables of the API and of WeData, read for what each code says about the
//! request having been carried out. Prefixes mislead: two codes mean the opposite of theirs.

use RetryClass::{AfterClock, AfterCredentials, AfterLookup, AtOnce, Never};

/// What must happen before a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryClass {
    /// Nothing but a pause: the request was surely not carried out.
    AtOnce,
    /// A look whether it was carried out, unless repeating does no harm.
    AfterLookup,
    /// The clock is corrected; the request was surely not carried out.
    AfterClock,
    /// Fresh credentials; the request was surely not carried out.
    AfterCredentials,
    /// The same request meets the same refusal.
    Never,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct RetryRule {
    /// An error code; it stands for its children (`code.…`) too, unless they have their own line.
    pub code: &'static str,
    /// What must happen first.
    pub class: RetryClass,
    /// Why.
    pub because: &'static str,
}

const fn rule(code: &'static str, class: RetryClass, because: &'static str) -> RetryRule {
    RetryRule { code, class, because }
}

/// Every code that is not simply a refusal.
pub const RETRY_RULES: &[RetryRule] = &[
    rule("RequestLimitExceeded", AtOnce, "one request too many, turned away at the door"),
    rule("AuthFailure.SignatureExpire", AfterClock, "the clocks differ by over five minutes"),
    rule("AuthFailure.TokenFailure", AfterCredentials, "the temporary token has run out"),
    rule("InternalError", AfterLookup, "the service failed at some point of the work"),
    rule("InternalError.InvalidParameter", Never, "a missing or illegal parameter, by its text"),
    rule("ServiceUnavailable", AfterLookup, "the service failed at some point of the work"),
    rule("InvalidParameter.ServiceIsBusy", AfterLookup, "busy, try later, by its text"),
    rule("ResourceInUse", AfterLookup, "somebody else is at it; usually passes"),
    rule("ResourceUnavailable", AfterLookup, "usually passes"),
    rule("ResourceInsufficient", AfterLookup, "usually passes"),
];

/// Returns the class of an error code; the longest line that fits it decides.
pub fn retry_class(code: &str) -> RetryClass {
    let lines = RETRY_RULES.iter().filter(|rule| is_or_is_under(code, rule.code));
    lines.max_by_key(|rule| rule.code.len()).map_or(Never, |rule| rule.class)
}

/// Tells whether a code is another one or a child of it.
pub(super) fn is_or_is_under(code: &str, parent: &str) -> bool {
    code.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the class of an answer that is no answer of the API, by its HTTP status: 200 is one
/// that cannot be read. Other statuses come from something in between, which will say it again.
pub(super) fn status_class(status: u16) -> RetryClass {
    match status {
        200 | 408 | 425 | 429 | 500.. => AfterLookup,
        _ => Never,
    }
}

/// Tells whether carrying a request out twice does what once does.
pub(super) fn is_repeatable(action: &str) -> bool {
    !action.starts_with("Create") && !action.starts_with("Submit")
}
