//! The size of a request.

use super::super::load_options::LoadOptions;
use super::super::manifest_draft::ManifestDraft;
use crate::kinds;
use crate::model::Value;
use crate::yaml::{Diagnostics, FieldPath};

/// The maximum that the service accepts: 10 MiB.
const BODY_MAX: usize = 10 * 1024 * 1024;

/// Checks that the request of a manifest is not too large.
pub(crate) fn fits(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    draft: &ManifestDraft,
) -> bool {
    let resource = &draft.resource;
    // Only a large request is measured exactly.
    if texts(&resource.spec) + texts(&resource.extra) < BODY_MAX / 8 {
        return true;
    }
    let table = kinds::table(draft.address.kind);
    let project = options.project_id.as_deref().unwrap_or_default();
    let call = kinds::create_call(table, project, &resource.spec, &resource.extra);
    let size = call.body.len();
    if size <= BODY_MAX {
        return true;
    }
    let message = format!("the request would have {size} bytes; the service takes {BODY_MAX}");
    diagnostics.error(draft.location.span, FieldPath::Root.key("spec"), message);
    false
}

fn texts(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        // Base64 encodes three bytes as four.
        Value::Code(code) => code.bytes().len().div_ceil(3) * 4,
        Value::Template(parts) => parts.iter().map(|part| part.source().len()).sum(),
        Value::List(items) => items.iter().map(texts).sum(),
        Value::Map(map) => map.iter().map(|(key, value)| key.len() + texts(value)).sum(),
        Value::Secret(secret) => texts(secret.reveal()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Sealed(_) => 4,
    }
}
