//! The identity of a TKE pod, which TKE puts into the environment.

use std::path::PathBuf;

use super::error::CredentialsError;

const REGION: &str = "TKE_REGION";
const PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "TKE_ROLE_ARN";

/// The identity of a pod, from its environment.
#[derive(Clone, Debug)]
pub struct PodIdentity {
    pub(super) region: String,
    pub(super) provider_id: String,
    pub(super) token_file: PathBuf,
    pub(super) role_arn: String,
}

impl PodIdentity {
    /// The variable that is checked first.
    pub(super) const MARK: &'static str = ROLE_ARN;

    /// Finds the identity in the environment.
    ///
    /// # Errors
    /// When only a part of it is set.
    pub(super) fn find(
        set: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<PodIdentity>, CredentialsError> {
        // A region alone says nothing about an identity.
        let mark = [ROLE_ARN, PROVIDER_ID, TOKEN_FILE].into_iter().find(|name| set(name).is_some());
        let Some(present) = mark else { return Ok(None) };
        let need = |missing| set(missing).ok_or(CredentialsError::HalfSet { present, missing });
        Ok(Some(PodIdentity {
            region: need(REGION)?,
            provider_id: need(PROVIDER_ID)?,
            token_file: need(TOKEN_FILE)?.into(),
            role_arn: need(ROLE_ARN)?,
        }))
    }
}
