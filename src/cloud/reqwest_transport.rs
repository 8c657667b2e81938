//! The transport over the network, with reqwest.
//!
//! Redirects are off: a signed request must not be repeated to another host. reqwest repeats by
//! itself only requests that the server did not process, which HTTP/2 reports explicitly.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::header::{DATE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Url};
use rustls::{InvalidMessage, RootCertStore};

use crate::support::BoxFuture;

use super::endpoint::Endpoint;
use super::tls::{client_config, trusted_roots};
use super::transport::{
    AmbiguousFailure, ConnectError, HttpHeader, HttpMethod, HttpRequest, HttpResponse, Transport,
    TransportError,
};

/// The service closes idle connections after about 30 seconds, and the outcome of a POST on a
/// closed one is unknown, so they are closed earlier.
const IDLE: Duration = Duration::from_secs(25);
const CONNECT: Duration = Duration::from_secs(10);
/// Requests are limited to 10 MB, and the largest answer repeats one of them.
const BODY_MAX: usize = 64 << 20;

/// Sends requests to one endpoint.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Creates the connection pool for an endpoint: this machine is reached directly, others
    /// through the proxies that the environment names.
    ///
    /// # Errors
    /// When a proxy in the environment cannot be understood.
    pub fn new(endpoint: &Endpoint) -> Result<Self, TransportError> {
        let roots = if endpoint.is_plain() { RootCertStore::empty() } else { trusted_roots() };
        let builder = builder(roots).connect_timeout(CONNECT);
        let builder = if endpoint.is_loopback() { builder.no_proxy() } else { builder };
        Ok(ReqwestTransport { client: builder.build().map_err(unwritable)? })
    }

    /// Creates the connection pool for the metadata service: without proxy and encryption, and with
    /// a time limit for connecting.
    ///
    /// # Errors
    /// When the pool cannot be created.
    pub fn nearby(connect: Duration) -> Result<Self, TransportError> {
        let builder = builder(RootCertStore::empty()).connect_timeout(connect).no_proxy();
        Ok(ReqwestTransport { client: builder.build().map_err(unwritable)? })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let host = host_of(&request.url);
        let mut asked = match request.method {
            HttpMethod::Get => self.client.get(&request.url),
            HttpMethod::Post => self.client.post(&request.url).body(request.body),
        };
        // reqwest sets Host itself: HTTP/2 has no such header.
        for header in request.headers.iter().filter(|header| header.name != "Host") {
            let (name, value) = header_pair(header)?;
            asked = asked.header(name, value);
        }
        let sent = asked.send().await;
        let mut answer = sent.map_err(|error| not_answered(&host, error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| truncated(&host, error))? {
            if body.len() + chunk.len() > BODY_MAX {
                let doubt = AmbiguousFailure::TooLarge { host, limit: BODY_MAX };
                return Err(TransportError::Doubtful { doubt, source: None });
            }
            body.extend_from_slice(&chunk);
        }
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
        Ok(HttpResponse { status: answer.status().as_u16(), date: date.map(str::to_owned), body })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn builder(roots: RootCertStore) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(client_config(roots))
        .redirect(Policy::none())
        .pool_idle_timeout(IDLE)
}

fn header_pair(header: &HttpHeader) -> Result<(HeaderName, HeaderValue), TransportError> {
    let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(unwritable)?;
    let mut value = HeaderValue::from_str(&header.value).map_err(unwritable)?;
    value.set_sensitive(header.sensitive);
    Ok((name, value))
}

fn unwritable(error: impl Error + Send + Sync + 'static) -> TransportError {
    TransportError::NotSent { obstacle: ConnectError::Unwritable, source: Some(error.into()) }
}

fn truncated(host: &str, error: reqwest::Error) -> TransportError {
    let doubt = AmbiguousFailure::Truncated { host: host.to_owned() };
    TransportError::Doubtful { doubt, source: Some(error.without_url().into()) }
}

/// Before the end of the handshake the request was certainly not sent; after it, that is unknown.
fn not_answered(host: &str, error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let host = host.to_owned();
    if error.is_builder() {
        return unwritable(error);
    }
    if error.is_connect() {
        let obstacle = obstacle(host, &error);
        return TransportError::NotSent { obstacle, source: Some(error.into()) };
    }
    let doubt = AmbiguousFailure::Broken { host };
    TransportError::Doubtful { doubt, source: Some(error.into()) }
}

fn obstacle(host: String, error: &reqwest::Error) -> ConnectError {
    if error.is_dns() {
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        return ConnectError::Name { host: name.to_owned() };
    }
    if error.is_timeout() {
        return ConnectError::ConnectTimeout { host };
    }
    match causes(error).find_map(tls_error) {
        Some(rustls::Error::InvalidCertificate(_)) => ConnectError::Certificate { host },
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            ConnectError::NoTls { host }
        }
        Some(_) => ConnectError::Handshake { host },
        None => ConnectError::Unreachable { host },
    }
}

/// Returns the error of rustls. It is nested in errors of the stream, which `source` does not show.
fn tls_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match cause.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref().and_then(|inner| tls_error(inner)),
        None => cause.downcast_ref(),
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// Returns host and port, for messages.
fn host_of(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let pair =
        parsed.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    pair.map_or_else(|| url.to_owned(), |(host, port)| format!("{host}:{port}"))
}
