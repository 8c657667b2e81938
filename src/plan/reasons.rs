//! Why something happens to a resource, in words.

use std::collections::BTreeSet;

use super::change::{ChangeReason, FieldChange};
use crate::kinds::is_unanswered;
use crate::model::{Address, Kind};

pub(super) fn reasons(fields: &[FieldChange], before: Option<&Address>) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(before) = before {
        reasons.push(format!("renamed from {before}"));
    }
    for field in fields {
        if let Some(because) = field.immutable {
            reasons.push(format!("{} cannot change in place: {because}", field.path));
        }
    }
    let has = |wanted: &[ChangeReason]| fields.iter().any(|field| wanted.contains(&field.reason));
    if has(&[ChangeReason::Manifest, ChangeReason::Both, ChangeReason::Removed]) {
        reasons.push("manifest changed".to_owned());
    }
    let drifted = fields.iter().filter(|field| field.is_drift());
    let outside: BTreeSet<&str> = drifted.map(|field| what_moved(&field.path)).collect();
    reasons.extend(outside.into_iter().map(str::to_owned));
    reasons
}

/// Says why what is adopted is written once more although nobody changed it: a field that answers
/// leave out may be anything, and no record tells what was sent.
pub(super) fn untold(kind: Kind, fields: &[FieldChange]) -> Option<String> {
    let is_untold =
        |field: &&FieldChange| field.before.is_none() && is_unanswered(kind, &field.path);
    let names: Vec<&str> =
        fields.iter().filter(is_untold).map(|field| field.path.as_str()).collect();
    (!names.is_empty())
        .then(|| format!("the service does not tell {}, which is sent again", names.join(", ")))
}

/// Says what happened at the service to a field that is more to people than one of many.
fn what_moved(path: &str) -> &'static str {
    let names: Vec<&str> = path.split('.').collect();
    match names.as_slice() {
        [base, "TaskName"] if base.ends_with("BaseAttribute") => "renamed outside",
        [base, "WorkflowId"] if base.ends_with("BaseAttribute") => {
            "moved to another workflow outside"
        }
        [base, "TaskTypeId"] if base.ends_with("BaseAttribute") => "its type was changed outside",
        _ => "changed outside",
    }
}
