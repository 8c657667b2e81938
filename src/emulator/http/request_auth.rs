//! What is checked before an action runs: the form of the request, its headers and signature.
//!
//! Source: the signature v3, common parameter and common error pages of Tencent Cloud API 3.0.

use jiff::Timestamp;

use super::super::action::ApiAction;
use super::super::served;
use super::api_error::ApiError;
use super::message::ApiRequest;
use crate::cloud::{SigningInput, sign};

/// The largest body of a signed POST, in bytes.
pub const N_BODY_MAX: usize = 10 << 20;
/// How much the caller's clock may differ, in seconds.
const SKEW_MAX_S: u64 = 300;
const VERSION: &str = "2025-08-06";
const SERVICE: &str = "wedata";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A request that has passed the checks.
#[derive(Debug)]
pub struct AdmittedCall {
    /// The requested action.
    pub action: ApiAction,
    /// The caller: the index of its key pair among the accepted ones.
    pub caller: usize,
    /// X-TC-Region.
    pub region: String,
}

/// Checks everything but the rate and the parameters in the body.
pub fn admit(
    request: &ApiRequest,
    credentials: &[(String, String)],
    now: Timestamp,
) -> Result<AdmittedCall, ApiError> {
    check_form(request)?;
    let name = request.header("x-tc-action").unwrap_or_default();
    let action = served::action(name).ok_or_else(|| {
        let message = format!("The action `{name}` does not exist or is not served here.");
        ApiError::new("InvalidAction", message)
    })?;
    let version = header(request, "X-TC-Version")?;
    if version != VERSION {
        let message = format!("The version `{version}` does not exist.");
        return Err(ApiError::new("NoSuchVersion", message));
    }
    let region = header(request, "X-TC-Region")?;
    let timestamp = check_timestamp(header(request, "X-TC-Timestamp")?, now)?;
    let caller = authenticate(request, credentials, timestamp)?;
    if !is_region(region) {
        let message = format!("The region `{region}` is not supported.");
        return Err(ApiError::new("UnsupportedRegion", message));
    }
    Ok(AdmittedCall { action, caller, region: region.to_owned() })
}

fn check_form(request: &ApiRequest) -> Result<(), ApiError> {
    if request.method != "POST" {
        return Err(ApiError::new("UnsupportedProtocol", "Only POST requests are accepted."));
    }
    if request.path != "/" {
        return Err(ApiError::new("InvalidRequest", "The path must be `/`."));
    }
    if request.body.len() > N_BODY_MAX {
        return Err(ApiError::new("RequestSizeLimitExceeded", "The body is larger than 10 MB."));
    }
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = format!("The content type `{content_type}` is not application/json.");
        return Err(ApiError::new("InvalidRequest", message));
    }
    Ok(())
}

fn header<'a>(request: &'a ApiRequest, name: &str) -> Result<&'a str, ApiError> {
    let value = request.header(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| ApiError::missing(name))
}

fn check_timestamp(text: &str, now: Timestamp) -> Result<i64, ApiError> {
    let seconds: i64 =
        text.parse().map_err(|_| ApiError::wrong_type("X-TC-Timestamp", "Integer"))?;
    if now.as_second().abs_diff(seconds) > SKEW_MAX_S {
        let message = "The signature's time and the service's differ by more than 5 minutes.";
        return Err(ApiError::new("AuthFailure.SignatureExpire", message));
    }
    Ok(seconds)
}

/// Regions are checked by their form, since the real list changes: `ap-guangzhou`.
fn is_region(region: &str) -> bool {
    let mut words = region.split('-');
    words.next().is_some_and(|area| area.len() == 2)
        && region.contains('-')
        && words.all(|word| !word.is_empty())
        && region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The parts of an Authorization header.
struct Authorization<'a> {
    secret_id: &'a str,
    scope: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// Parses a header whose commas may or may not be followed by spaces.
fn parse_authorization(text: &str) -> Option<Authorization<'_>> {
    let parameters = text.trim().strip_prefix("TC3-HMAC-SHA256")?;
    let value = |name: &str| {
        let pairs = parameters.split(',').filter_map(|pair| pair.trim().split_once('='));
        pairs.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name)
    };
    let (_, credential) = value("Credential")?;
    let (secret_id, scope) = credential.split_once('/')?;
    let (_, signed_headers) = value("SignedHeaders")?;
    let (_, signature) = value("Signature")?;
    Some(Authorization { secret_id, scope, signed_headers, signature })
}

fn authenticate(
    request: &ApiRequest,
    credentials: &[(String, String)],
    timestamp: i64,
) -> Result<usize, ApiError> {
    let text = header(request, "Authorization")?;
    let invalid = |message: &str| ApiError::new("AuthFailure.InvalidAuthorization", message);
    let given = parse_authorization(text).ok_or_else(|| {
        invalid("The header Authorization does not have the form of TC3-HMAC-SHA256.")
    })?;
    let names: Vec<&str> = given.signed_headers.split(';').map(str::trim).collect();
    if !["content-type", "host"].iter().all(|name| names.contains(name)) {
        return Err(invalid("The headers content-type and host must be signed."));
    }
    let known = credentials.iter().position(|(id, _)| id == given.secret_id);
    let Some((place, (_, secret_key))) = known.and_then(|n| Some((n, credentials.get(n)?))) else {
        let message = "The SecretId is not found.";
        return Err(ApiError::new("AuthFailure.SecretIdNotFound", message));
    };
    let wrong = |message: &str| ApiError::new("AuthFailure.SignatureFailure", message);
    let values = signed_values(request, &names)
        .ok_or_else(|| wrong("A signed header is not in the request."))?;
    let headers: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let unsigned = request.header("x-tc-content-sha256") == Some(UNSIGNED);
    let signature = sign(&SigningInput {
        secret_id: given.secret_id,
        secret_key,
        timestamp,
        service: SERVICE,
        headers: &headers,
        payload: if unsigned { UNSIGNED.as_bytes() } else { &request.body },
    });
    let expected = parse_authorization(&signature.authorization)
        .ok_or_else(|| wrong("The SecretId contains a comma."))?;
    if expected.scope != given.scope {
        return Err(wrong("The scope is not the UTC date of X-TC-Timestamp, wedata, tc3_request."));
    }
    if expected.signature != given.signature {
        return Err(wrong("The signature does not match the request: check the SecretKey."));
    }
    Ok(place)
}

/// Returns the signed headers with their values; x-tc-action is signed in lower case.
fn signed_values<'a>(request: &ApiRequest, names: &[&'a str]) -> Option<Vec<(&'a str, String)>> {
    names
        .iter()
        .map(|name| {
            let value = request.header(name)?;
            let lower = name.eq_ignore_ascii_case("x-tc-action");
            Some((*name, if lower { value.to_lowercase() } else { value.to_owned() }))
        })
        .collect()
}
