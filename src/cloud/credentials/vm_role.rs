//! The role of a virtual machine: its metadata service returns the role's name, then its keys.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value as Json;

use super::super::transport::{HttpMethod, HttpRequest, HttpResponse, TransportError, send_within};
use super::error::CredentialsError;
use super::key_pair::Credentials;
use super::workload::KeyIssuers;

const PATH: &str = "/latest/meta-data/cam/security-credentials/";

/// The time limit of one request: a machine without the service must not wait long.
const WITHIN: Duration = Duration::from_secs(2);

/// Returns the keys of the machine's role. Without a role, the error lists what was tried.
pub(super) async fn keys(
    issuers: &KeyIssuers,
    tried: &[String],
) -> Result<Credentials, CredentialsError> {
    let role = role(issuers).await.map_err(|flaw| {
        let host = issuers.metadata.origin.as_str();
        let last = format!("the role of this machine at {host} ({flaw})");
        CredentialsError::Missing { tried: tried.iter().cloned().chain([last]).collect() }
    })?;
    let flawed = |flaw: String| CredentialsError::Machine { role: role.clone(), flaw };
    let answer = ask(issuers, &role).await.map_err(|error| flawed(error.to_string()))?;
    let json = told(&answer).map_err(flawed)?;
    let text = |name: &str| json.get(name).and_then(Json::as_str);
    // The rest of the answer may hold keys even when it is an error.
    match text("Code") {
        Some("Success") => {}
        Some(code) if is_word(code) => return Err(flawed(format!("it says {code}"))),
        Some(_) | None => return Err(flawed("its answer does not report success".to_owned())),
    }
    let key = |name: &str| text(name).unwrap_or_default();
    let origin = "the answer of the metadata service";
    let token = Some(key("Token"));
    let keys = Credentials::new(origin, key("TmpSecretId"), key("TmpSecretKey"), token)?;
    let seconds = json.get("ExpiredTime").and_then(Json::as_i64);
    let expires_at = seconds.and_then(|at| Timestamp::from_second(at).ok());
    Ok(Credentials { expires_at, ..keys })
}

/// Returns the name of the machine's role, or why there is none.
async fn role(issuers: &KeyIssuers) -> Result<String, String> {
    let answer = ask(issuers, "").await.map_err(|error| error.to_string())?;
    match answer.status {
        200 => {}
        404 => return Err("it has none".to_owned()),
        status => return Err(format!("the answer has HTTP status {status}")),
    }
    // The login page of a public network has status 200, too.
    let name = String::from_utf8(answer.body).ok().map(|name| name.trim().to_owned());
    name.filter(|name| is_word(name))
        .ok_or_else(|| "the answer is not a valid name of a role".to_owned())
}

async fn ask(issuers: &KeyIssuers, name: &str) -> Result<HttpResponse, TransportError> {
    let url = format!("{}{PATH}{name}", issuers.metadata.origin);
    let request =
        HttpRequest { method: HttpMethod::Get, url, headers: Vec::new(), body: Bytes::new() };
    send_within(WITHIN, &*issuers.metadata.transport, &*issuers.clock, request).await
}

fn told(answer: &HttpResponse) -> Result<Json, String> {
    if answer.status != 200 {
        return Err(format!("its answer has HTTP status {}", answer.status));
    }
    // The parser's error could quote a key.
    serde_json::from_slice(&answer.body).map_err(|_| "its answer is not valid JSON".to_owned())
}

/// Returns whether a text can be the name of a role or a code, and needs no escape in a URL.
fn is_word(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(fits)
}
