//! Why there are no keys.

use std::path::PathBuf;

use super::super::error::CallError;
use super::super::transport::TransportError;

pub(super) const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
pub(super) const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
pub(super) const TOKEN: &str = "TENCENTCLOUD_TOKEN";
pub(super) const PROFILE: &str = "TCCLI_PROFILE";

/// Why there are no credentials. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// No source has any.
    #[error(
        "no credentials found: looked in this order at {}; set {SECRET_ID} and {SECRET_KEY} (and \
         {TOKEN} for temporary keys) or run `tccli configure`",
        tried.join(", ")
    )]
    Missing {
        /// The sources that were tried, in order.
        tried: Vec<String>,
    },
    /// The file that held the keys in use is gone.
    #[error("there is no {} any more", path.display())]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// The STS did not accept the identity of a pod.
    #[error("the pod gets no keys for the role {role}")]
    Pod {
        /// TKE_ROLE_ARN.
        role: String,
        /// The error of the STS.
        source: CallError,
    },
    /// The machine has a role, but the metadata service gave no keys for it.
    #[error("the metadata service gives no keys for the role {role} of this machine: {flaw}")]
    Machine {
        /// The role's name.
        role: String,
        /// What is wrong.
        flaw: String,
    },
    /// The connection to the issuer of keys cannot be set up.
    #[error("keys cannot be requested")]
    NoWay {
        /// The cause.
        source: TransportError,
    },
    /// One variable of the pair is missing.
    #[error("{present} is set, but {missing} is not or is empty")]
    HalfSet {
        /// The variable that is set.
        present: &'static str,
        /// The variable that is not.
        missing: &'static str,
    },
    /// TCCLI_PROFILE names a profile that does not exist.
    #[error("{PROFILE} names the profile {profile:?}, but there is no {}", path.display())]
    NoProfile {
        /// The profile.
        profile: String,
        /// Its file.
        path: PathBuf,
    },
    /// TCCLI_PROFILE is not a valid name of a profile.
    #[error("{PROFILE} is {profile:?}, which is not a valid name of a profile")]
    ProfileName {
        /// Its value.
        profile: String,
    },
    /// A file exists and cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file has the wrong format. The parser's error is left out: it would quote secrets.
    #[error("{} is not {expected}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
    },
    /// A key is absent or empty.
    #[error("{name} is missing in {origin}")]
    NoKey {
        /// The place.
        origin: String,
        /// The key.
        name: &'static str,
    },
    /// A key is not valid.
    #[error("{name} in {origin} {flaw}")]
    BadKey {
        /// The place.
        origin: String,
        /// The key.
        name: &'static str,
        /// What is wrong with it.
        flaw: &'static str,
    },
    /// Temporary keys have run out.
    #[error("the temporary keys in {origin} expired at {at}")]
    Expired {
        /// The place.
        origin: String,
        /// When, in UTC.
        at: String,
    },
    /// The profile uses a way to log in that this program does not support.
    #[error("{origin} asks for {way}, which is not supported")]
    Unsupported {
        /// The place.
        origin: String,
        /// The way.
        way: String,
    },
}
