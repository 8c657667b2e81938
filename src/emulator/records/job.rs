//! A stored asynchronous operation.

use serde::{Deserialize, Serialize};

use super::versioned_map::Visibility;

/// A pause or a stop of some tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredJob {
    /// AsyncId.
    pub id: String,
    /// ProjectId.
    pub project: String,
    /// What it does to the tasks.
    pub verb: JobVerb,
    /// The tasks, in the order of the request, each with the Status that it had.
    pub tasks: Vec<(String, String)>,
    /// Its result; None while it is running.
    pub end: Option<JobEnd>,
    /// CreateTime.
    pub created: String,
    /// When it began, in seconds since 1970.
    pub begun_s: i64,
    /// UpdateTime.
    pub updated: String,
    /// CreateUserUin.
    pub creator: String,
}

/// What is done to the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobVerb {
    /// PauseOpsTasksAsync.
    Pause,
    /// StopOpsTasksAsync.
    Stop,
}

/// The result of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobEnd {
    /// Whether it succeeded.
    pub verdict: JobVerdict,
    /// The number of tasks on which it was carried out.
    pub n_done: usize,
}

/// Whether an operation succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobVerdict {
    /// SUCCESS.
    Success,
    /// FAIL.
    Fail,
    /// PART_SUCCESS.
    PartSuccess,
}

impl JobVerdict {
    /// Returns the Status of the operation.
    pub fn name(self) -> &'static str {
        match self {
            JobVerdict::Success => "SUCCESS",
            JobVerdict::Fail => "FAIL",
            JobVerdict::PartSuccess => "PART_SUCCESS",
        }
    }
}

impl Visibility for StoredJob {
    fn id(&self) -> &str {
        &self.id
    }
}

impl JobVerb {
    /// Returns AsyncType, whose values are not documented.
    pub fn name(self) -> &'static str {
        match self {
            JobVerb::Pause => "TASK_PAUSE",
            JobVerb::Stop => "TASK_STOP",
        }
    }

    /// Returns the Status of a task afterwards, or None if this is impossible in its `status`.
    pub fn effect(self, status: &str) -> Option<&'static str> {
        match (self, status) {
            (JobVerb::Pause, "Y" | "O") => Some("O"),
            (JobVerb::Stop, "Y" | "O" | "F" | "T") => Some("F"),
            (JobVerb::Pause | JobVerb::Stop, _) => None,
        }
    }
}
