//! The signed request, with the headers of the official SDKs.

use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::model::Call;

use super::credentials::Credentials;
use super::settings::ClientSettings;
use super::signing::{SigningInput, sign};
use super::transport::{HttpHeader, HttpMethod, HttpRequest};

/// The service name in every signature, for any host: regional, internal, international, local.
const SERVICE: &str = "wedata";
const VERSION: &str = "2025-08-06";
pub(crate) const CONTENT_TYPE: &str = "application/json";
/// Only letters, digits and `-_,;.` are allowed here.
pub(crate) const REQUEST_CLIENT: &str = concat!("taskloom_", env!("CARGO_PKG_VERSION"));

/// Returns the request of a call, signed for a moment in Unix seconds.
pub(crate) fn signed(
    settings: &ClientSettings,
    credentials: &Credentials,
    call: &Call,
    timestamp: i64,
) -> HttpRequest {
    let host = settings.endpoint.host_header();
    let signature = sign(&SigningInput {
        secret_id: &credentials.secret_id,
        secret_key: credentials.secret_key.expose_secret(),
        timestamp,
        service: SERVICE,
        headers: &[("content-type", CONTENT_TYPE), ("host", &host)],
        payload: &call.body,
    });
    let mut headers = vec![
        shown("Content-Type", CONTENT_TYPE),
        shown("Host", host),
        shown("X-TC-Action", call.action),
        shown("X-TC-Version", VERSION),
        shown("X-TC-Region", &*settings.region),
        shown("X-TC-Timestamp", timestamp.to_string()),
        shown("X-TC-RequestClient", REQUEST_CLIENT),
        shown("X-TC-Language", language(settings)),
        shown("X-TC-TraceId", Uuid::new_v4().to_string()),
        hidden("Authorization", signature.authorization),
    ];
    if let Some(token) = &credentials.token {
        headers.push(hidden("X-TC-Token", token.expose_secret().to_owned()));
    }
    let url = settings.endpoint.url().to_owned();
    HttpRequest { method: HttpMethod::Post, url, headers, body: call.body.clone() }
}

/// Returns the language that the SDK of the site asks for.
fn language(settings: &ClientSettings) -> &'static str {
    if settings.endpoint.site() == "intl" { "en-US" } else { "zh-CN" }
}

pub(crate) fn shown(name: &'static str, value: impl Into<String>) -> HttpHeader {
    HttpHeader { name, value: value.into(), sensitive: false }
}

fn hidden(name: &'static str, value: String) -> HttpHeader {
    HttpHeader { name, value, sensitive: true }
}
