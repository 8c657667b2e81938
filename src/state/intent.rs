//! What a run is about to do, and what it did to the state.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::kinds::{from_record, table};
use crate::model::{Address, RecordedResource, RemoteId, RemoteVersion, Value, Verb};

/// An intent: what a call is about to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The number of the operation; no two open intents share one.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// What is done to it.
    pub verb: Verb,
    /// The id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RemoteId>,
    /// HMAC-SHA-256 of the request body, in hex: a body may hold what is sensitive.
    pub digest: String,
    /// The mark that the created resource carries in BundleInfo; empty when the request has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nonce: String,
    /// When, in RFC 3339.
    pub time: String,
    /// How often the create has been sent with this line: a later line of the same number takes
    /// the place of an earlier one.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub tries: u32,
    /// What a create asks for, in the form of the state file, so that a later run can recognize
    /// and record it: what is sensitive as a digest. Null for the rest.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub spec: Json,
    /// Fields newer than this program.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub extra: Json,
    /// `lifecycle.protect`, to be remembered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub protect: bool,
    /// `lifecycle.ignore`: paths that are not compared when the resource is looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// The address it had before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Address>,
}

impl Intent {
    /// Returns what a create asks for.
    pub fn spec(&self) -> Value {
        from_record(table(self.address.kind), self.spec.clone())
    }

    /// Returns the record of the resource that the create made.
    pub fn resource(&self, id: RemoteId, observed: RemoteVersion) -> RecordedResource {
        let extra = self.extra.clone();
        let extra = if extra.is_null() { Value::map() } else { Value::from_stored(extra) };
        RecordedResource { id, spec: self.spec(), extra, protect: self.protect, observed }
    }
}

/// What an operation did to the state.
#[derive(Clone, Debug, PartialEq)]
pub enum StateChange {
    /// The resource is now so.
    Recorded(Box<RecordedResource>),
    /// The resource is no more, or no longer ours.
    Dropped,
    /// Nothing happened, for certain.
    Nothing,
}

fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_once(tries: &u32) -> bool {
    *tries == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
