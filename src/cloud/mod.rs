//! The client of the service: turns a call into a signed HTTP request and its answer into a reply.
//!
//! It does not decide what a failed call means for a plan.

mod signing;
mod endpoint;
mod transport;
mod tls;
mod reqwest_transport;
mod retry;
mod error;
mod answer;
mod call_metrics;
mod rate_limit;
mod settings;
mod request;
mod attempts;
mod client;
mod credentials;

pub use call_metrics::{CallCounts, CallMetrics};
pub use client::Client;
pub use credentials::{Credentials, CredentialsError, KeyIssuer, KeyIssuers, KeySource, Workload};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{AnswerError, CallError, CallOutcome};
pub use rate_limit::{Rate, RateError};
pub use reqwest_transport::ReqwestTransport;
pub use retry::{RETRY_RULES, RetryClass, RetryRule, retry_class};
pub use settings::ClientSettings;
pub use signing::{Signature, SigningInput, sign};
pub use transport::{
    AmbiguousFailure, ConnectError, HttpHeader, HttpMethod, HttpRequest, HttpResponse, Transport,
    TransportError,
};
