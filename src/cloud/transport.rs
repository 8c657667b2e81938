//! The interface to the network: requests, answers, and what is known when a request fails.
//!
//! Decoding answers and retries are elsewhere.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::support::{BoxFuture, Clock};

/// Sends requests. The program has an implementation for the network; tests have scripted ones.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request once and returns the whole answer.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// The HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// GET, without a body.
    Get,
    /// POST, with a body.
    Post,
}

/// A request. Its Debug shows neither secrets nor the body.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: HttpMethod,
    /// The URL.
    pub url: String,
    /// All headers, including Host.
    pub headers: Vec<HttpHeader>,
    /// The body as it was signed; clones share it.
    pub body: Bytes,
}

/// A header of a request.
#[derive(Clone)]
pub struct HttpHeader {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether the value must never be shown.
    pub sensitive: bool,
}

/// An answer of any status.
#[derive(Clone)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The Date header: the server's clock.
    pub date: Option<String>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// A request without an answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The request certainly did not reach the service.
    #[error("{obstacle}")]
    NotSent {
        /// What kept it from being sent.
        obstacle: ConnectError,
        /// The cause.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The request may have been carried out.
    #[error("{doubt}")]
    Doubtful {
        /// What happened.
        doubt: AmbiguousFailure,
        /// The cause.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

/// What kept a request from being sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The host name does not resolve to an address.
    #[error("the name {host} cannot be resolved")]
    Name {
        /// The host.
        host: String,
    },
    /// Nothing answers at the address.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// The host and port.
        host: String,
    },
    /// No connection was made in time.
    #[error("{host} did not accept a connection in time")]
    ConnectTimeout {
        /// The host and port.
        host: String,
    },
    /// The certificate is not trusted.
    #[error("the certificate of {host} is not trusted")]
    Certificate {
        /// The host and port.
        host: String,
    },
    /// The other side does not speak TLS.
    #[error(
        "{host} does not speak TLS: it looks like a plain http port, but the endpoint says https"
    )]
    NoTls {
        /// The host and port.
        host: String,
    },
    /// The connection was made, but the TLS handshake failed.
    #[error("no secure connection to {host} could be made")]
    Handshake {
        /// The host and port.
        host: String,
    },
    /// A header or the URL cannot be written as HTTP.
    #[error("the request cannot be written as HTTP")]
    Unwritable,
}

/// Why it is unknown whether a request was carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmbiguousFailure {
    /// No answer came in time.
    #[error("no answer came within {after:?}")]
    Timeout {
        /// The limit.
        after: Duration,
    },
    /// The connection ended before an answer.
    #[error("the connection to {host} broke before the answer came")]
    Broken {
        /// The host and port.
        host: String,
    },
    /// The connection ended within the answer.
    #[error("the answer of {host} broke off")]
    Truncated {
        /// The host and port.
        host: String,
    },
    /// The answer is larger than any answer of the service.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host and port.
        host: String,
        /// The largest size that is read.
        limit: usize,
    },
}

/// Sends a request with a time limit.
pub(crate) async fn send_within(
    after: Duration,
    transport: &dyn Transport,
    clock: &dyn Clock,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    tokio::select! {
        biased;
        answer = transport.send(request) => answer,
        () = clock.sleep(after) => {
            let doubt = AmbiguousFailure::Timeout { after };
            Err(TransportError::Doubtful { doubt, source: None })
        }
    }
}

impl ConnectError {
    /// Returns whether the obstacle may be gone on another attempt.
    pub fn may_pass(&self) -> bool {
        match self {
            ConnectError::Name { .. }
            | ConnectError::Unreachable { .. }
            | ConnectError::ConnectTimeout { .. }
            | ConnectError::Handshake { .. } => true,
            ConnectError::Certificate { .. }
            | ConnectError::NoTls { .. }
            | ConnectError::Unwritable => false,
        }
    }
}

impl HttpRequest {
    /// Returns the value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| header.value.as_str())
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for HttpHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.sensitive { "***" } else { &self.value };
        write!(f, "{}: {value}", self.name)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("date", &self.date)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
