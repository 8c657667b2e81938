//! The table of what may be sent again.

use taskloom::cloud::RetryClass::{AfterClock, AfterCredentials, AfterLookup, AtOnce, Never};
use taskloom::cloud::{RETRY_RULES, retry_class};

#[test]
fn every_code_of_the_documents_has_its_class() {
    let classes = [
        ("RequestLimitExceeded", AtOnce),
        ("RequestLimitExceeded.UinLimitExceeded", AtOnce),
        ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", AtOnce),
        ("RequestLimitExceeded.IPLimitExceeded", AtOnce),
        ("AuthFailure.SignatureExpire", AfterClock),
        ("AuthFailure.TokenFailure", AfterCredentials),
        ("AuthFailure.SignatureFailure", Never),
        ("AuthFailure.SecretIdNotFound", Never),
        ("InternalError", AfterLookup),
        ("InternalError.UnknownError", AfterLookup),
        ("InternalError.InvalidParameter", Never),
        ("ServiceUnavailable", AfterLookup),
        ("InvalidParameter", Never),
        ("InvalidParameter.ServiceIsBusy", AfterLookup),
        ("InvalidParameter.DuplicateName", Never),
        ("ResourceInUse", AfterLookup),
        ("ResourceUnavailable", AfterLookup),
        ("ResourceInsufficient", AfterLookup),
        ("ResourceNotFound", Never),
        ("FailedOperation", Never),
        ("LimitExceeded", Never),
        ("UnknownParameter", Never),
        ("RequestSizeLimitExceeded", Never),
        ("IpInBlacklist", Never),
        ("NobodyKnows", Never),
    ];
    for (code, class) in classes {
        assert_eq!(retry_class(code), class, "{code}");
    }
}

#[test]
fn a_code_that_only_begins_like_a_line_is_not_its_child() {
    assert_eq!(retry_class("InternalErrors"), Never);
    assert_eq!(retry_class("InternalError.InvalidParameters"), AfterLookup);
    assert_eq!(retry_class(""), Never);
}

#[test]
fn every_line_has_a_reason_and_a_code_of_its_own() {
    for (i, rule) in RETRY_RULES.iter().enumerate() {
        assert!(!rule.because.is_empty(), "{}", rule.code);
        assert!(RETRY_RULES[i + 1..].iter().all(|other| other.code != rule.code), "{}", rule.code);
    }
}
