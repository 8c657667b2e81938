//! Reads keys again from where they came from.

use crate::support::Clock;

use super::assume_role::assume_role;
use super::error::CredentialsError;
use super::key_pair::{CredentialSource, Credentials};
use super::profile_files::{read_ini, read_profile};
use super::vm_role;
use super::workload::{KeyIssuers, Workload};

impl Workload {
    /// Requests keys.
    ///
    /// # Errors
    /// When no keys are issued, with the reason.
    pub async fn keys(&self, issuers: &KeyIssuers) -> Result<Credentials, CredentialsError> {
        let keys = match self {
            Workload::Pod(pod) => assume_role(pod, issuers).await?,
            Workload::Machine { tried } => vm_role::keys(issuers, tried).await?,
        };
        Ok(Credentials { place: CredentialSource::Issued(self.clone(), issuers.clone()), ..keys })
    }
}

impl Credentials {
    /// Returns the keys that the source has now; None where it cannot have other ones.
    ///
    /// # Errors
    /// When the source is gone, or does not hold valid keys.
    pub(super) async fn found_again(
        &self,
        clock: &dyn Clock,
    ) -> Result<Option<Credentials>, CredentialsError> {
        let (path, found) = match &self.place {
            CredentialSource::Fixed => return Ok(None),
            CredentialSource::Profile(path) => (path, read_profile(path, clock.now())?),
            CredentialSource::Shared(path) => (path, read_ini(path)?),
            CredentialSource::Issued(workload, issuers) => {
                return workload.keys(issuers).await.map(Some);
            }
        };
        found.ok_or_else(|| CredentialsError::Gone { path: path.clone() }).map(Some)
    }
}
