//! The lines of a journal.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::stored_resource::{LastApply, StoredResource};
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

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum JournalLine {
    /// The first one: which state it continues.
    Open(OpenedLine),
    /// A call is about to be sent.
    Begun(Box<Intent>),
    /// The create of that number made this.
    Made(CreatedLine),
    /// What a create made was read and is as it was asked for.
    Seen(VerifiedLine),
    /// What an operation did to the state.
    Done(CompletedLine),
}

/// Which state a journal continues.
#[derive(Debug, Serialize, Deserialize)]
pub struct OpenedLine {
    /// The format, from 1.
    pub format_version: u64,
    /// The lineage of the state.
    pub lineage: String,
    /// The serial of the state.
    pub serial: u64,
    /// SHA-256 of the state file, in hex.
    #[serde(default)]
    pub digest: String,
    /// The run that writes it; what the lines tell is its doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_apply: Option<LastApply>,
}

/// The id of a create; everything else is in the line that announced it.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreatedLine {
    /// The number of the operation.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// Its id.
    pub id: RemoteId,
}

/// The marker of a resource whose record is as its operation wanted it.
#[derive(Debug, Serialize, Deserialize)]
pub struct VerifiedLine {
    /// Which resource.
    pub address: Address,
    /// Its id.
    pub id: RemoteId,
    /// What the service said of it.
    pub observed: RemoteVersion,
}

/// What an operation did to the state.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompletedLine {
    /// The number of the operation.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// What it is now; none when it is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<StoredResource>,
    /// Nothing happened, for certain.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nothing: bool,
    /// The address it had before, whose entry goes away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Address>,
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
