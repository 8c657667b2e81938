//! The service's front door: a call becomes a signed HTTP request and its answer a reply.
//!
//! What a failed call means for a plan is not decided here.

mod sign;
mod endpoint;
mod credentials;
mod credential_files;
mod credential_places;
mod workload;
mod pod;
mod machine;
mod keyring;
mod transport;
mod tls;
mod reqwest_transport;
mod retry;
mod error;
mod answer;
mod meter;
mod pace;
mod settings;
mod request;
mod attempts;
mod client;

pub use client::Client;
pub use credential_places::KeySource;
pub use credentials::{Credentials, CredentialsError};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{AnswerError, CallError, Outcome};
pub use meter::{Counts, Meter};
pub use pace::{Rate, RateError};
pub use reqwest_transport::ReqwestTransport;
pub use retry::{RETRY_RULES, RetryClass, RetryRule, retry_class};
pub use settings::ClientSettings;
pub use sign::{Signature, Signing, sign};
pub use transport::{
    Doubt, Header, HttpRequest, HttpResponse, Method, Obstacle, Transport, TransportError,
};
pub use workload::{Issuer, Issuers, Workload};
