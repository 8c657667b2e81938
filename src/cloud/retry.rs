//! Which requests may be repeated, and after what: one table.
//!
//! Source: the error tables of the API and of WeData, read for what each code says about
//! whether the request was carried out. Prefixes mislead: two codes mean the opposite of theirs.

use RetryClass::{AfterClock, AfterCredentials, AfterLookup, AtOnce, Never};

/// What must happen before a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryClass {
    /// Only a pause: the request was certainly not carried out.
    AtOnce,
    /// A check whether it was carried out, unless repeating does no harm.
    AfterLookup,
    /// A correction of the clock: the request was certainly not carried out.
    AfterClock,
    /// Fresh credentials: the request was certainly not carried out.
    AfterCredentials,
    /// Never: the same request is refused again.
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

/// Every code that the documentation names; any other code counts as a refusal.
pub const RETRY_RULES: &[RetryRule] = &[
    rule("RequestLimitExceeded", AtOnce, "one request too many, refused before any work"),
    rule("RequestLimitExceeded.UinLimitExceeded", AtOnce, "the account's limit, by its text"),
    rule("RequestLimitExceeded.GlobalRegionUinLimitExceeded", AtOnce, "the account's limit"),
    rule("RequestLimitExceeded.IPLimitExceeded", AtOnce, "this address's limit, by its text"),
    rule(
        "AuthFailure.SignatureExpire",
        AfterClock,
        "the clocks differ by over five minutes; WeData uses it for an expired login, too",
    ),
    rule("AuthFailure.TokenFailure", AfterCredentials, "the temporary token has run out"),
    rule("InternalError", AfterLookup, "the service failed at some point of the work"),
    rule("InternalError.UnknownError", AfterLookup, "the service failed at some point of the work"),
    rule("InternalError.InvalidParameter", Never, "a missing or illegal parameter, by its text"),
    rule("ServiceUnavailable", AfterLookup, "the service failed at some point of the work"),
    rule("InvalidParameter.ServiceIsBusy", AfterLookup, "busy, try later, by its text"),
    rule("ResourceInUse", AfterLookup, "another request is using it; usually passes"),
    rule("ResourceUnavailable", AfterLookup, "usually passes"),
    rule("ResourceInsufficient", AfterLookup, "usually passes"),
    rule("AuthFailure.SignatureFailure", Never, "the wrong SecretKey"),
    rule("AuthFailure.SecretIdNotFound", Never, "there is no such key"),
    rule("AuthFailure.InvalidSecretId", Never, "there is no such key"),
    rule("AuthFailure.InvalidAuthorization", Never, "the header is wrong"),
    rule("AuthFailure.MFAFailure", Never, "a person has to confirm"),
    rule("AuthFailure.UnauthorizedOperation", Never, "CAM does not allow it"),
    rule("UnauthorizedOperation", Never, "CAM does not allow it"),
    rule("UnauthorizedOperation.UserNotInProject", Never, "the account is not in the project"),
    rule("OperationDenied", Never, "it is not allowed"),
    rule("IpInBlacklist", Never, "this address is blocked"),
    rule("IpNotInWhitelist", Never, "this address is not let in"),
    rule("InvalidParameter.ClientIpNotAuthorized", Never, "this address is not let in"),
    rule("FailedOperation", Never, "WeData's catch-all: only its text says more"),
    rule("ResourceNotFound", Never, "there is no such thing; for a delete that is success"),
    rule("InvalidParameter.DuplicateName", Never, "the name is taken"),
    rule("LimitExceeded", Never, "a quota is used up"),
    rule("InvalidParameter.QuotaExceedError", Never, "a quota is used up"),
    rule("UnknownParameter", Never, "the service does not know a field"),
    rule("MissingParameter", Never, "a field is missing"),
    rule("InvalidParameter", Never, "a field is wrong"),
    rule("InvalidParameterValue", Never, "a value is wrong"),
    rule("UnsupportedOperation", Never, "it is not offered"),
    rule("UnsupportedRegion", Never, "it is not offered in this region"),
    rule("InvalidAction", Never, "there is no such action"),
    rule("NoSuchVersion", Never, "there is no such version of the API"),
    rule("ActionOffline", Never, "the action was withdrawn"),
    rule("RequestSizeLimitExceeded", Never, "the request is too large"),
    rule("ResponseSizeLimitExceeded", Never, "the answer is too large"),
];

/// Returns the class of an error code; the longest matching line decides.
pub fn retry_class(code: &str) -> RetryClass {
    let lines = RETRY_RULES.iter().filter(|rule| is_or_is_under(code, rule.code));
    lines.max_by_key(|rule| rule.code.len()).map_or(Never, |rule| rule.class)
}

/// Returns whether a code is another one or a child of it.
pub(super) fn is_or_is_under(code: &str, parent: &str) -> bool {
    code.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the class of an answer that is not from the API, by its HTTP status: 200 is an answer
/// that cannot be read. Other statuses come from a gateway in between, which will repeat them.
pub(super) fn status_class(status: u16) -> RetryClass {
    match status {
        200 | 408 | 425 | 429 | 500.. => AfterLookup,
        _ => Never,
    }
}
