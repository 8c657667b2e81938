//! A resource as it is stored and as a journal records it.

use serde::{Deserialize, Serialize};

use crate::kinds::{from_record, table, to_record};
use crate::model::{Kind, RecordedResource, RemoteId, RemoteVersion, SealKey, Value};

/// A resource with code as text and with what is sensitive as a digest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredResource {
    id: RemoteId,
    kind: Kind,
    #[serde(default, skip_serializing_if = "is_false")]
    protect: bool,
    #[serde(default)]
    observed: RemoteVersion,
    spec: serde_json::Value,
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    extra: serde_json::Value,
}

impl StoredResource {
    /// Returns the stored form: code as text, what is sensitive as a digest.
    pub fn new(kind: Kind, resource: &RecordedResource, key: &SealKey) -> Self {
        let extra = if resource.extra.is_unset() {
            serde_json::Value::Null
        } else {
            resource.extra.sealed(key).to_stored()
        };
        StoredResource {
            id: resource.id.clone(),
            kind,
            protect: resource.protect,
            observed: resource.observed.clone(),
            spec: to_record(table(kind), &resource.spec.sealed(key)),
            extra,
        }
    }

    /// Returns the resource.
    pub fn into_recorded(self) -> RecordedResource {
        let extra =
            if self.extra.is_null() { Value::map() } else { Value::from_stored(self.extra) };
        RecordedResource {
            id: self.id,
            spec: from_record(table(self.kind), self.spec),
            extra,
            protect: self.protect,
            observed: self.observed,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
