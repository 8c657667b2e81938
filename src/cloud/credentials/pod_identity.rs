//! The identity of a pod of TKE: the token in a file is exchanged at the STS for keys of a role.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json, json};

use super::super::answer;
use super::super::attempts::Attempts;
use super::super::error::CallError;
use super::super::request::{CONTENT_TYPE, REQUEST_CLIENT, shown};
use super::super::retry::RetryClass;
use super::super::settings::ClientSettings;
use super::super::transport::{HttpMethod, HttpRequest, send_within};
use super::key_pair::{Credentials, CredentialsError};
use super::profile_files::read_token;
use super::workload::KeyIssuers;

const ACTION: &str = "AssumeRoleWithWebIdentity";
const VERSION: &str = "2018-08-13";
/// How long keys are asked for, as the official SDKs do.
const DURATION_SECONDS: u32 = 7200;
/// The most that one request may take. Calls wait for fresh keys, so it is short.
const WITHIN: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;
/// No request is sent again later than this after the first.
const RETRY_FOR: Duration = Duration::from_secs(15);

const REGION: &str = "TKE_REGION";
const PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "TKE_ROLE_ARN";

/// What TKE tells a pod about its identity.
#[derive(Clone, Debug)]
pub struct PodIdentity {
    region: String,
    provider_id: String,
    token_file: PathBuf,
    role_arn: String,
}

impl PodIdentity {
    /// The variable that is looked for first.
    pub(super) const MARK: &'static str = ROLE_ARN;

    /// Finds the identity in the environment.
    ///
    /// # Errors
    /// When only a part of it is there.
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

    /// Exchanges the token, as it is in its file by now, for keys.
    pub(super) async fn keys(&self, issuers: &KeyIssuers) -> Result<Credentials, CredentialsError> {
        let token = read_token(&self.token_file)?;
        let answer = self.exchange(issuers, &token).await;
        let response = answer.map_err(|error| CredentialsError::Pod {
            role: self.role_arn.clone(),
            source: error.without(&[token.expose_secret().to_owned()]),
        })?;
        let key = |name: &str| {
            let key = response.get("Credentials").and_then(|keys| keys.get(name));
            key.and_then(Json::as_str).unwrap_or_default()
        };
        let token = Some(key("Token"));
        let origin = "the answer of the STS";
        let keys = Credentials::new(origin, key("TmpSecretId"), key("TmpSecretKey"), token)?;
        let seconds = response.get("ExpiredTime").and_then(Json::as_i64);
        let expires_at = seconds.and_then(|at| Timestamp::from_second(at).ok());
        Ok(Credentials { expires_at, ..keys })
    }

    /// Asks until there is an answer: asking twice does no harm.
    async fn exchange(
        &self,
        issuers: &KeyIssuers,
        token: &SecretString,
    ) -> Result<Map<String, Json>, CallError> {
        let clock = &*issuers.clock;
        let settings = ClientSettings {
            attempts: TRIES,
            retry_for: RETRY_FOR,
            ..ClientSettings::new(&*self.region)
        };
        let mut attempts = Attempts::new(&settings, clock.elapsed());
        loop {
            let request = self.request(issuers, token);
            let sent = send_within(WITHIN, &*issuers.sts.transport, clock, request).await;
            let answer = sent
                .map_err(|source| CallError::Transport { action: ACTION, source })
                .and_then(|answer| answer::response(ACTION, &answer));
            let error = match answer {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            attempts.spend();
            let again = match error.retry_class() {
                RetryClass::AtOnce | RetryClass::AfterLookup => attempts.pause(clock.elapsed()),
                RetryClass::AfterClock | RetryClass::AfterCredentials | RetryClass::Never => None,
            };
            let Some(pause) = again else { return Err(error) };
            clock.sleep(pause).await;
        }
    }

    /// Returns the request, which the token stands for: it is the only one without a signature.
    fn request(&self, issuers: &KeyIssuers, token: &SecretString) -> HttpRequest {
        let now = issuers.clock.now();
        let body = json!({
            "ProviderId": self.provider_id,
            "WebIdentityToken": token.expose_secret(),
            "RoleArn": self.role_arn,
            "RoleSessionName": format!("taskloom-{}", now.as_microsecond()),
            "DurationSeconds": DURATION_SECONDS,
        });
        let host = issuers.sts.origin.rsplit('/').next().unwrap_or_default();
        let headers = vec![
            shown("Content-Type", CONTENT_TYPE),
            shown("Host", host),
            shown("X-TC-Action", ACTION),
            shown("X-TC-Version", VERSION),
            shown("X-TC-Region", &*self.region),
            shown("X-TC-Timestamp", now.as_second().to_string()),
            shown("X-TC-RequestClient", REQUEST_CLIENT),
            shown("Authorization", "SKIP"),
        ];
        let url = format!("{}/", issuers.sts.origin);
        HttpRequest { method: HttpMethod::Post, url, headers, body: body.to_string().into() }
    }
}
