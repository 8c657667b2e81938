//! The shape of `state.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::open_state::LastApply;
use super::super::stored_resource::StoredResource;
use crate::model::Address;

/// The format of state files that this program writes.
pub const FORMAT_VERSION: u64 = 1;

/// All of the file.
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
    /// The site of the service (see [`super::super::StateOrigin`]).
    pub endpoint: String,
    /// The last run that changed something; none in files of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_apply: Option<LastApply>,
    /// One entry a resource.
    pub resources: BTreeMap<Address, StoredResource>,
}
