//! An asynchronous operation as the service keeps it.

use serde::{Deserialize, Serialize};

use super::versioned_map::Kept;

/// A pause or a stop of some tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// AsyncId.
    pub id: String,
    /// ProjectId.
    pub project: String,
    /// What is done.
    pub verb: Verb,
    /// The tasks, in the order of the request, each with the Status that it had.
    pub tasks: Vec<(String, String)>,
    /// What has become of it; None while it goes on.
    pub end: Option<End>,
    /// CreateTime.
    pub created: String,
    /// When it was begun, in seconds since 1970.
    pub begun_s: i64,
    /// UpdateTime.
    pub updated: String,
    /// CreateUserUin.
    pub creator: String,
}

/// What is done to the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// PauseOpsTasksAsync.
    Pause,
    /// StopOpsTasksAsync.
    Stop,
}

/// What has become of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whether it went well.
    pub verdict: Verdict,
    /// The number of tasks on which it was carried out.
    pub n_done: usize,
}

/// Whether an operation went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// SUCCESS.
    Success,
    /// FAIL.
    Fail,
    /// PART_SUCCESS.
    PartSuccess,
}

impl Verdict {
    /// Returns the Status of the operation.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Success => "SUCCESS",
            Verdict::Fail => "FAIL",
            Verdict::PartSuccess => "PART_SUCCESS",
        }
    }
}

impl Kept for Job {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Verb {
    /// Returns AsyncType: no document lists its values.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Pause => "TASK_PAUSE",
            Verb::Stop => "TASK_STOP",
        }
    }

    /// Returns the Status of a task that this was done to, if it can be done to one of `status`.
    pub fn effect(self, status: &str) -> Option<&'static str> {
        match (self, status) {
            (Verb::Pause, "Y" | "O") => Some("O"),
            (Verb::Stop, "Y" | "O" | "F" | "T") => Some("F"),
            (Verb::Pause | Verb::Stop, _) => None,
        }
    }
}
