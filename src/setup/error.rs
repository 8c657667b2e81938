//! Why a run cannot begin.

use std::path::PathBuf;

use crate::cloud::{CredentialsError, EndpointError, RateError, TransportError};
use crate::emulator::EmulatorError;
use crate::project::VariableError;
use crate::state::StateError;
use crate::yaml::Problems;

/// Why a target cannot be resolved, or a connection to the service cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder to work in does not exist.
    #[error("there is no folder {} to work in", folder.display())]
    NoFolder {
        /// Which folder.
        folder: PathBuf,
    },
    /// taskloom.yaml has problems, or it does not have the target.
    #[error("taskloom.yaml cannot be used")]
    Project {
        /// The problems, each with its place.
        problems: Problems,
    },
    /// The endpoint is not valid.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The rate is not valid.
    #[error("--rate {rate}: {error}")]
    Rate {
        /// The given rate.
        rate: f64,
        /// What is wrong with it.
        error: RateError,
    },
    /// An assignment of a variable has no value. Its text may be sensitive, so it is not kept.
    #[error("--var number {number} has no `=`")]
    Assignment {
        /// Which one, counted from 1.
        number: usize,
    },
    /// A variable cannot have the given value.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// The developer of a development target is not known.
    #[error("nothing says whose development target this is")]
    NoDeveloper,
    /// The name of the developer would break the prefix of TaskName.
    #[error("{name:?} cannot stand in front of a TaskName")]
    Developer {
        /// The name.
        name: String,
    },
    /// The WeData project is not given.
    #[error("the WeData project is not known")]
    NoProjectId,
    /// The region is not given.
    #[error("the region is not known")]
    NoRegion,
    /// There are no keys.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The client cannot be made.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The embedded service does not start.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    /// Another run holds the state, and with it the embedded service.
    #[error(transparent)]
    State(#[from] StateError),
}

impl SetupError {
    /// Returns what a person can do about it; problems of taskloom.yaml contain it themselves.
    pub fn way_out(&self) -> Option<String> {
        let text = match self {
            SetupError::Assignment { .. } => "write --var NAME=VALUE",
            SetupError::Variable(error) => return Some(error.help()),
            SetupError::NoDeveloper => "set TASKLOOM_DEVELOPER, or pass --developer NAME",
            SetupError::Developer { .. } => "set TASKLOOM_DEVELOPER to a name without brackets",
            SetupError::NoProjectId => {
                "set project_id of the target in taskloom.yaml, --project-id or TASKLOOM_PROJECT_ID"
            }
            SetupError::NoRegion => {
                "set region of the target in taskloom.yaml, --region or TENCENTCLOUD_REGION"
            }
            SetupError::Emulator(_) => {
                "the embedded service keeps its tasks beside the state; use another --state FILE"
            }
            SetupError::State(error) => return Some(error.way_out()),
            SetupError::NoFolder { .. }
            | SetupError::Project { .. }
            | SetupError::Endpoint(_)
            | SetupError::Rate { .. }
            | SetupError::Credentials(_)
            | SetupError::Transport(_) => return None,
        };
        Some(text.to_owned())
    }
}
