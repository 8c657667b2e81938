//! The way to the network: bytes out, bytes in, and how sure we are when that fails.
//!
//! Nothing here reads an answer or tries again.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::support::{BoxFuture, Clock};

/// Sends requests. The program has one for the network; tests have scripted ones.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request once and returns the whole answer.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// What is asked of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// To tell something; there is no body.
    Get,
    /// To take a body.
    Post,
}

/// A request. Its Debug shows neither secrets nor the body.
#[derive(Clone)]
pub struct HttpRequest {
    /// What is asked.
    pub method: HttpMethod,
    /// Where to.
    pub url: String,
    /// Every header, Host included.
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
    /// The request surely did not reach the service.
    #[error("{obstacle}")]
    NotSent {
        /// What was in the way.
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
    /// The name has no address.
    #[error("the name {host} cannot be resolved")]
    Name {
        /// The host.
        host: String,
    },
    /// Nobody answers at the address.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// The host and port.
        host: String,
    },
    /// Nobody answered in time.
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
    /// The connection was made, but not the encryption.
    #[error("no secure connection to {host} came about")]
    Handshake {
        /// The host and port.
        host: String,
    },
    /// A header or the URL cannot be put on the wire.
    #[error("the request cannot be written as HTTP")]
    Unwritable,
}

/// What leaves a request in doubt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmbiguousFailure {
    /// No answer in time.
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
        /// The most that is read.
        limit: usize,
    },
}

/// Sends a request, and gives up on it after a time.
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
    /// Tells whether another try may find the obstacle gone.
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
