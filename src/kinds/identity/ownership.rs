//! Who owns a resource, as far as its mark of ownership shows.

use super::super::tables::table;
use crate::model::{Bundle, Kind, ObservedResource, Value};

/// Returns the BundleId that a spec or its `extra` names itself.
pub fn named_bundle(kind: Kind, spec: &Value) -> Option<&str> {
    let id = spec.at(table(kind).mark?)?.get("BundleId")?.as_text()?;
    (!id.is_empty()).then_some(id)
}

/// Returns the foreign BundleId that a resource carries: neither ours nor one of those that its
/// manifest or the state names. A resource without one is not foreign.
pub fn foreign_bundle<'a>(
    seen: &'a ObservedResource,
    ours: Option<&Bundle>,
    named: &[Option<&str>],
) -> Option<&'a str> {
    let id = seen.mark.as_ref()?.bundle_id.as_str();
    let is_known = ours.is_some_and(|ours| ours.id == id) || named.contains(&Some(id));
    (!is_known).then_some(id)
}
