//! Exchanges the token of a pod at the STS for keys of a role.

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
use super::error::CredentialsError;
use super::key_pair::Credentials;
use super::pod_identity::PodIdentity;
use super::profile_files::read_token;
use super::workload::KeyIssuers;

const ACTION: &str = "AssumeRoleWithWebIdentity";
const VERSION: &str = "2018-08-13";
/// The lifetime that is requested for keys; the official SDKs use the same.
const DURATION_SECONDS: u32 = 7200;
/// The time limit of one request. Calls wait for fresh keys, so it is short.
const WITHIN: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;
/// No retry starts later than this after the first request.
const RETRY_FOR: Duration = Duration::from_secs(15);

/// Exchanges the token of a pod for keys. The token is read again from its file each time.
pub(super) async fn assume_role(
    pod: &PodIdentity,
    issuers: &KeyIssuers,
) -> Result<Credentials, CredentialsError> {
    let token = read_token(&pod.token_file)?;
    let answer = exchange(pod, issuers, &token).await;
    let response = answer.map_err(|error| CredentialsError::Pod {
        role: pod.role_arn.clone(),
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

/// Sends the request, with retries: sending it twice does no harm.
async fn exchange(
    pod: &PodIdentity,
    issuers: &KeyIssuers,
    token: &SecretString,
) -> Result<Map<String, Json>, CallError> {
    let clock = &*issuers.clock;
    let settings = ClientSettings {
        attempts: TRIES,
        retry_for: RETRY_FOR,
        ..ClientSettings::new(&*pod.region)
    };
    let mut attempts = Attempts::new(&settings, clock.elapsed());
    loop {
        let request = request(pod, issuers, token);
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

/// Returns the request. The token authenticates it: it is the only request without a signature.
fn request(pod: &PodIdentity, issuers: &KeyIssuers, token: &SecretString) -> HttpRequest {
    let now = issuers.clock.now();
    let body = json!({
        "ProviderId": pod.provider_id,
        "WebIdentityToken": token.expose_secret(),
        "RoleArn": pod.role_arn,
        "RoleSessionName": format!("taskloom-{}", now.as_microsecond()),
        "DurationSeconds": DURATION_SECONDS,
    });
    let host = issuers.sts.origin.rsplit('/').next().unwrap_or_default();
    let headers = vec![
        shown("Content-Type", CONTENT_TYPE),
        shown("Host", host),
        shown("X-TC-Action", ACTION),
        shown("X-TC-Version", VERSION),
        shown("X-TC-Region", &*pod.region),
        shown("X-TC-Timestamp", now.as_second().to_string()),
        shown("X-TC-RequestClient", REQUEST_CLIENT),
        shown("Authorization", "SKIP"),
    ];
    let url = format!("{}/", issuers.sts.origin);
    HttpRequest { method: HttpMethod::Post, url, headers, body: body.to_string().into() }
}
