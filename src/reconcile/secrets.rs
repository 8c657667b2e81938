//! What must not be shown of what is sent.

use crate::model::Operation;

/// Returns every text of the operations that must not be shown, the longest first: a shorter one may
/// be a part of it.
pub fn secrets(operations: &[Operation]) -> Vec<String> {
    let mut found = Vec::new();
    for operation in operations {
        operation.spec.secrets(&mut found);
        operation.extra.secrets(&mut found);
    }
    // A message may quote a text as JSON does.
    let quoted = found.iter().map(|text| serde_json::Value::from(text.as_str()).to_string());
    let quoted: Vec<String> = quoted.map(|text| text.trim_matches('"').to_owned()).collect();
    found.extend(quoted);
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found.dedup();
    found
}
