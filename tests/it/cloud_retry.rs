//! The table of what may be sent again.

use std::collections::BTreeMap;

use taskloom::cloud::RetryClass::{AfterLookup, Never};
use taskloom::cloud::{RETRY_RULES, retry_class};

/// Codes of the common error table and of WeData's own table, each with its class.
const FACTS: &str = include_str!("cases/facts/retry.tsv");

#[test]
fn every_code_of_the_documents_has_its_line_and_no_other_has_one() {
    let facts: BTreeMap<&str, String> = FACTS
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(code, class)| (code, class.to_owned()))
        .collect();
    let rules: BTreeMap<&str, String> =
        RETRY_RULES.iter().map(|rule| (rule.code, format!("{:?}", rule.class))).collect();
    assert_eq!(rules, facts);
    for rule in RETRY_RULES {
        assert_eq!(retry_class(rule.code), rule.class, "{}", rule.code);
    }
}

#[test]
fn a_child_without_a_line_of_its_own_is_as_its_parent_and_a_stranger_is_refused() {
    assert_eq!(retry_class("InternalError.SystemException"), AfterLookup);
    assert_eq!(retry_class("ResourceNotFound.TaskNotExist"), Never);
    assert_eq!(retry_class("NobodyKnows"), Never);
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
