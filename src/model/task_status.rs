//! The status of a task at the service.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Status of a task; as text it is exactly what the API says.
///
/// Source: the text beside Status of the task models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// `N`: never scheduled.
    New,
    /// `Y`: scheduled.
    Scheduled,
    /// `O`: taken out of the schedule for a while.
    Paused,
    /// `T`: on its way offline.
    GoingOffline,
    /// `F`: offline.
    Offline,
    /// `INVALID`.
    Invalid,
    /// A status that is newer than this program, as the service spells it.
    Unknown(String),
}

impl TaskStatus {
    /// Returns the API's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            TaskStatus::New => "N",
            TaskStatus::Scheduled => "Y",
            TaskStatus::Paused => "O",
            TaskStatus::GoingOffline => "T",
            TaskStatus::Offline => "F",
            TaskStatus::Invalid => "INVALID",
            TaskStatus::Unknown(text) => text,
        }
    }

    /// Returns whether a task has to go offline before it can be deleted.
    pub fn is_online(&self) -> bool {
        match self {
            TaskStatus::Scheduled | TaskStatus::Paused | TaskStatus::GoingOffline => true,
            TaskStatus::New
            | TaskStatus::Offline
            | TaskStatus::Invalid
            | TaskStatus::Unknown(_) => false,
        }
    }
}

impl From<String> for TaskStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "N" => TaskStatus::New,
            "Y" => TaskStatus::Scheduled,
            "O" => TaskStatus::Paused,
            "T" => TaskStatus::GoingOffline,
            "F" => TaskStatus::Offline,
            "INVALID" => TaskStatus::Invalid,
            _ => TaskStatus::Unknown(text),
        }
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TaskStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TaskStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(TaskStatus::from)
    }
}
