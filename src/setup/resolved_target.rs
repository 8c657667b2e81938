//! A target with everything that flags, the environment and taskloom.yaml say about it.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::SetupError;
use super::state_place::StatePlace;
use super::this_process::{host_name, this_process};
use crate::cloud::{Endpoint, Rate};
use crate::manifest::LoadOptions;
use crate::plan::Guards;
use crate::project::Limits;
use crate::state::{LockHolder, StateOrigin, StateStore};

/// What a run works on.
#[derive(Clone, Debug)]
pub struct ResolvedTarget {
    /// The target's name; `default` without a taskloom.yaml.
    pub name: String,
    /// How the manifests are read.
    pub load: LoadOptions,
    /// The state.
    pub store: Arc<dyn StateStore>,
    /// The place of the service.
    pub service: ServiceAt,
    /// The region, if one is given.
    pub region: Option<String>,
    /// Requests per second for each action.
    pub rate: Rate,
    /// The project's guards.
    pub guards: Guards,
    /// Whether a delete spares downstream instances.
    pub spare_downstream: bool,
    /// The time limits.
    pub limits: Limits,
    /// The folder where taskloom.yaml was searched but not found.
    pub without_project: Option<PathBuf>,
    /// Where the embedded service keeps its tasks.
    pub(super) service_data: PathBuf,
    pub(super) project_id: Option<String>,
    pub(super) command: String,
    pub(super) user: String,
}

/// The place of the service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServiceAt {
    /// Inside this process.
    Embedded,
    /// At a URL.
    Remote(Endpoint),
}

impl ResolvedTarget {
    /// Keeps the state somewhere else.
    pub fn keep_state_at(&mut self, place: &StatePlace) {
        (self.store, self.service_data) = (place.store(), place.service_data());
    }

    /// Returns the project's id.
    ///
    /// # Errors
    /// When it is not given.
    pub fn project_id(&self) -> Result<String, SetupError> {
        self.project_id.clone().ok_or(SetupError::NoProjectId)
    }

    /// Returns what the state must belong to.
    ///
    /// # Errors
    /// When the project is not given.
    pub fn origin(&self) -> Result<StateOrigin, SetupError> {
        let site = match &self.service {
            ServiceAt::Embedded => "embedded".to_owned(),
            ServiceAt::Remote(endpoint) if endpoint.is_loopback() => "loopback".to_owned(),
            // One service answers on regional, internal and proxy hosts; the project distinguishes
            // sites, since no two have the same id.
            ServiceAt::Remote(_) => "cloud".to_owned(),
        };
        Ok(StateOrigin { target: self.name.clone(), project_id: self.project_id()?, site })
    }

    /// Returns the holder entry of this process, for the lock.
    pub fn holder(&self, now: &str) -> LockHolder {
        this_process(&self.command, now)
    }

    /// Returns the user who makes the changes, for the state: user@host.
    pub fn by(&self) -> String {
        format!("{}@{}", self.user, host_name())
    }
}
