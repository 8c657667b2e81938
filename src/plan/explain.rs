//! From the fields that change to the causes that are shown to people.

use std::collections::BTreeSet;

use super::cause::{ChangeCause, DriftCause};
use super::change::{ChangeReason, FieldChange};
use crate::kinds::is_unanswered;
use crate::model::{Address, Kind};

/// Returns why fields change.
pub(super) fn causes(fields: &[FieldChange], before: Option<&Address>) -> Vec<ChangeCause> {
    let mut causes = Vec::new();
    causes.extend(before.cloned().map(ChangeCause::RenamedFrom));
    let immutable = |field: &FieldChange| {
        let (path, because) = (field.path.clone(), field.immutable?);
        Some(ChangeCause::Immutable { path, because })
    };
    causes.extend(fields.iter().filter_map(immutable));
    let has = |wanted: &[ChangeReason]| fields.iter().any(|field| wanted.contains(&field.reason));
    if has(&[ChangeReason::Manifest, ChangeReason::Both, ChangeReason::Removed]) {
        causes.push(ChangeCause::ManifestChanged);
    }
    let drifted = fields.iter().filter(|field| field.is_drift());
    let outside: BTreeSet<DriftCause> = drifted.map(|field| what_moved(&field.path)).collect();
    causes.extend(outside.into_iter().map(ChangeCause::Drifted));
    causes
}

/// Returns why an adopted resource is written again although nobody changed it: a field that
/// answers leave out may have any value, and there is no record of what was sent.
pub(super) fn unanswered(kind: Kind, fields: &[FieldChange]) -> Option<ChangeCause> {
    let is_unanswered =
        |field: &&FieldChange| field.before.is_none() && is_unanswered(kind, &field.path);
    let paths: Vec<String> =
        fields.iter().filter(is_unanswered).map(|field| field.path.clone()).collect();
    (!paths.is_empty()).then_some(ChangeCause::Unanswered(paths))
}

fn what_moved(path: &str) -> DriftCause {
    let names: Vec<&str> = path.split('.').collect();
    match names.as_slice() {
        [base, "TaskName"] if base.ends_with("BaseAttribute") => DriftCause::Name,
        [base, "WorkflowId"] if base.ends_with("BaseAttribute") => DriftCause::Workflow,
        [base, "TaskTypeId"] if base.ends_with("BaseAttribute") => DriftCause::Type,
        _ => DriftCause::Field,
    }
}
