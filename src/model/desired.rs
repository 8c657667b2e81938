//! What the manifests in git ask for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::address::Address;
use super::value::Value;

/// Everything that the manifests of one target ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desired {
    /// The mark of ownership set on created resources; `None` without a bundle id.
    pub bundle: Option<Bundle>,
    /// One entry per manifest.
    pub resources: BTreeMap<Address, Arc<DesiredResource>>,
    /// Manifests that the target leaves out, and where they are.
    pub left_out: BTreeMap<Address, ManifestPlace>,
}

/// Who owns what we create: sent as BundleId and, with the address, as BundleInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// `bundle.id` of taskloom.yaml.
    pub id: String,
    /// `bundle.name` of taskloom.yaml.
    pub name: String,
}

/// One manifest: checked, with shorthands expanded and variables filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct DesiredResource {
    /// Its sections in the API's current spelling, without ProjectId; code is bytes.
    pub spec: Value,
    /// Fields newer than this program, merged into the request as they are: a map.
    pub extra: Value,
    /// How it is treated.
    pub lifecycle: Lifecycle,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// Addresses it had before.
    pub formerly: Vec<Address>,
    /// Where it is written.
    pub place: ManifestPlace,
}

/// `lifecycle` of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// The wanted schedule state; the target's when the manifest does not name one.
    pub schedule: Schedule,
    /// Never deleted or replaced.
    pub protect: bool,
    /// Paths that are not compared: `TaskConfiguration.BrokerIp`, `…List[bucket]`.
    pub ignore: Vec<String>,
    /// TaskFolderType of folders that are created for it, where it does not follow from the task
    /// type.
    pub folder_type: Option<String>,
}

/// The wanted schedule state of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schedule {
    /// Saved, never submitted.
    #[default]
    Draft,
    /// The saved version is the submitted one.
    Submitted,
    /// Submitted and scheduled.
    Running,
    /// Submitted and taken out of the schedule.
    Paused,
}

impl Schedule {
    /// Every state, in the order of a task's life.
    pub const ALL: [Schedule; 4] =
        [Schedule::Draft, Schedule::Submitted, Schedule::Running, Schedule::Paused];

    /// Returns the word used in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Schedule::Draft => "draft",
            Schedule::Submitted => "submitted",
            Schedule::Running => "running",
            Schedule::Paused => "paused",
        }
    }
}

/// Where a manifest begins: a file relative to the project, and a line counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManifestPlace {
    /// The file, with `/` between folders.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for ManifestPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
