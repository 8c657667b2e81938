//! A stored task.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::super::tasks::Sections;
use super::versioned_map::Visibility;
use crate::model::Kind;

/// The key field of ext parameters.
pub const PARAM_KEY: &str = "ParamKey";
/// The field that holds the ext parameters.
pub const EXT: &str = "TaskExtConfigurationList";

/// A task of either kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTask {
    /// TaskId.
    pub id: String,
    /// Which kind.
    pub kind: Kind,
    /// ProjectId.
    pub project: String,
    /// What callers may set, in the current spelling.
    pub sections: Sections,
    /// The ext keys that the service added.
    pub server_keys: BTreeSet<String>,
    /// The number of the last saved version, from 1.
    pub version: u64,
    /// The number of the last submitted version.
    pub submitted: Option<u64>,
    /// Status: N, Y, …
    pub status: String,
    /// CreateTime.
    pub created: String,
    /// CreateUserUin.
    pub creator: String,
    /// LastUpdateTime.
    pub updated: String,
    /// UpdateUserUin.
    pub updater: String,
    /// LastUpdateUserName.
    pub updater_name: String,
    /// LastOpsTime and LastOpsUserName: the last start, pause or stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_ops: Option<(String, String)>,
    /// The number of a submitted version that waits for approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u64>,
}

impl Visibility for StoredTask {
    fn id(&self) -> &str {
        &self.id
    }
}

impl StoredTask {
    /// Returns a field of a section, if it is set.
    pub fn field(&self, section: &str, name: &str) -> Option<&Json> {
        self.sections.get(section).and_then(|fields| fields.get(name))
    }

    /// Returns a text of a section; empty when it is not set.
    pub fn text(&self, section: &str, name: &str) -> &str {
        self.field(section, name).and_then(Json::as_str).unwrap_or_default()
    }

    /// Returns a section, which is created if it does not exist.
    pub fn section_mut(&mut self, name: &str) -> &mut Map<String, Json> {
        self.sections.entry(name.to_owned()).or_default()
    }

    /// Returns whether the saved version is the submitted one: `Submit`.
    pub fn is_submitted(&self) -> bool {
        self.submitted == Some(self.version)
    }

    /// Returns the task ids in the upstream dependencies.
    pub fn upstream_ids<'a>(&'a self, scheduler: &str) -> impl Iterator<Item = &'a str> {
        let items = self.field(scheduler, "UpstreamDependencyConfigList").and_then(Json::as_array);
        items.into_iter().flatten().filter_map(|item| item.get("TaskId").and_then(Json::as_str))
    }
}

/// Returns a name for a workflow that was not created here.
pub fn derived_workflow_name(workflow_id: &str) -> String {
    let start: String = workflow_id.chars().filter(|c| c.is_alphanumeric()).take(8).collect();
    format!("workflow_{start}")
}

/// Returns the key of a list item.
pub fn key_of<'a>(item: &'a Json, key: &str) -> Option<&'a str> {
    item.get(key).and_then(Json::as_str)
}
