//! The routes of the status page, and the headers of every answer.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use reqwest::Url;
use serde::Serialize;
use tokio::sync::watch;

use super::health::HealthProblem;
use super::metrics;
use super::page::{PAGE, POLICY};
use super::store::StatusStore;
use crate::model::Address;

/// How long a request for changes waits for one; less than proxies and the connection allow.
const NEWS_WITHIN: Duration = Duration::from_secs(25);

/// Changes within this time go into one answer.
const GATHER: Duration = Duration::from_millis(200);

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

/// The headers of every answer beside its content type.
const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What each request needs.
#[derive(Clone, Debug)]
pub(super) struct StatusRoutes {
    pub(super) store: StatusStore,
    /// Whether only requests from this machine are answered.
    pub(super) is_local: bool,
    pub(super) stopped: watch::Receiver<bool>,
}

impl StatusRoutes {
    pub(super) async fn until_stopped(&self) {
        // An error means that the server is gone, which is a stop too.
        let mut stopped = self.stopped.clone();
        let _stopped = stopped.wait_for(|stopped| *stopped).await;
    }
}

/// A status, a kind and a body.
struct Answer(StatusCode, &'static str, String);

/// Answers one request.
pub(super) async fn answer(routes: &StatusRoutes, request: &Parts) -> Response<Body> {
    let Answer(status, kind, body) = route(routes, request).await;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

async fn route(routes: &StatusRoutes, request: &Parts) -> Answer {
    if routes.is_local && !is_local(request) {
        // A foreign web page whose host name resolves to this address must not read anything.
        let why = "this address answers to localhost, 127.0.0.1 and [::1] only\n";
        return Answer(StatusCode::MISDIRECTED_REQUEST, TEXT, why.to_owned());
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        let why = "this page is for reading only\n";
        return Answer(StatusCode::METHOD_NOT_ALLOWED, TEXT, why.to_owned());
    }
    let store = &routes.store;
    match request.uri.path() {
        "/" => Answer(StatusCode::OK, HTML, PAGE.to_owned()),
        "/healthz" => health_answer(store.health()),
        "/readyz" => health_answer(store.readiness()),
        "/metrics" => Answer(StatusCode::OK, metrics::CONTENT_TYPE, store.metrics()),
        "/state.json" => state(routes, request).await,
        "/resource.json" => resource(routes, request),
        _ => not_found(),
    }
}

/// Returns everything; with `after=VERSION` the changes since then, and waits if there are none.
async fn state(routes: &StatusRoutes, request: &Parts) -> Answer {
    let after = parameter(request, "after").map_or(Some(0), |text| text.parse::<u64>().ok());
    let Some(after) = after else {
        let why = "after is the version of an earlier answer: a number\n";
        return Answer(StatusCode::BAD_REQUEST, TEXT, why.to_owned());
    };
    let mut follower = routes.store.follow();
    let clock = &routes.store.clock;
    // A version from before a restart may be higher than the current one.
    if *follower.borrow() == after {
        let news = async {
            if follower.changed().await.is_ok() {
                clock.sleep(GATHER).await;
            }
        };
        tokio::select! {
            biased;
            () = routes.until_stopped() => {}
            () = news => {}
            () = clock.sleep(NEWS_WITHIN) => {}
        }
    }
    json(&routes.store.snapshot(after))
}

fn resource(routes: &StatusRoutes, request: &Parts) -> Answer {
    let address = parameter(request, "address").and_then(|text| text.parse::<Address>().ok());
    let details = address.and_then(|address| routes.store.details(&address));
    details.map_or_else(not_found, |details| json(&details))
}

fn json(value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).expect("keys are texts, and numbers are finite");
    Answer(StatusCode::OK, JSON, text)
}

fn health_answer(health: Result<(), HealthProblem>) -> Answer {
    match health {
        Ok(()) => Answer(StatusCode::OK, TEXT, "ok\n".to_owned()),
        Err(problem) => Answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, format!("{problem}\n")),
    }
}

fn not_found() -> Answer {
    Answer(StatusCode::NOT_FOUND, TEXT, "there is no such thing here\n".to_owned())
}

/// Returns a parameter of the query.
fn parameter(request: &Parts, name: &str) -> Option<String> {
    let query = request.uri.query()?;
    let mut url = Url::parse("http://localhost/").ok()?;
    url.set_query(Some(query));
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Returns whether a request names this machine as its host.
fn is_local(request: &Parts) -> bool {
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let named = request.uri.host();
    host.and_then(name).is_some_and(is_loopback) && named.is_none_or(is_loopback)
}

/// Returns the host of `host:port`.
fn name(host: &str) -> Option<&str> {
    let end = match host.find(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at_checked(end)?;
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    is_port.then_some(name)
}

fn is_loopback(name: &str) -> bool {
    let inside = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let address = inside.unwrap_or(name).parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
