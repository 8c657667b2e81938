//! The shapes on disk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::git::Revision;
use crate::kinds::{from_record, table, to_record};
use crate::model::{Address, Kind, RecordedResource, RemoteId, RemoteVersion, SealKey, Value};

/// The format that this program writes.
pub const FORMAT_VERSION: u64 = 1;

/// `state.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredState {
    /// The format, from 1.
    pub format_version: u64,
    /// Made once; two files with one lineage are versions of one state.
    pub lineage: String,
    /// Grows with every change of the file.
    pub serial: u64,
    /// The target's name.
    pub target: String,
    /// The project that everything in it belongs to.
    pub project_id: String,
    /// The site of the service (see [`super::StateOrigin`]).
    pub endpoint: String,
    /// The last run that changed something; none in files of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_apply: Option<LastApply>,
    /// One entry a resource.
    pub resources: BTreeMap<Address, StoredResource>,
}

/// The last run that changed something: when, by whom, and at which commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastApply {
    /// When it began, in RFC 3339.
    pub time: String,
    /// Who: user@host.
    pub by: String,
    /// The commit of the project; none outside a work tree of git.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
}

/// One resource of `state.json` and of a journal line.
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
