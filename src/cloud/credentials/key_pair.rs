//! Who we are to the service: a pair of keys, with a token when they are temporary.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::Clock;

use super::super::error::CallError;
use super::super::transport::TransportError;
use super::profile_files::{read_ini, read_profile};
use super::workload::{KeyIssuers, Workload};

pub(super) const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
pub(super) const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
pub(super) const TOKEN: &str = "TENCENTCLOUD_TOKEN";
pub(super) const PROFILE: &str = "TCCLI_PROFILE";

/// Keys of one place. Debug shows the beginning of the id and no more.
#[derive(Clone)]
pub struct Credentials {
    /// SecretId.
    pub secret_id: String,
    /// SecretKey.
    pub secret_key: SecretString,
    /// The token of temporary keys; it is sent, not signed.
    pub token: Option<SecretString>,
    pub(super) place: CredentialSource,
    /// When they run out, where their place says so.
    pub(super) expires_at: Option<Timestamp>,
}

/// Where keys were found, as far as others may be found there later.
#[derive(Clone, Debug)]
pub(super) enum CredentialSource {
    /// Handed over, as those of the environment: a process never sees others there.
    Fixed,
    /// A profile of tccli, which is written anew by whoever logs in.
    Profile(PathBuf),
    /// The file that the SDKs share.
    Shared(PathBuf),
    /// Given out for some time, to what this process runs in.
    Issued(Workload, KeyIssuers),
}

/// Why there are no credentials. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// No place has any.
    #[error(
        "no credentials found: looked in this order at {}; set {SECRET_ID} and {SECRET_KEY} (and \
         {TOKEN} for temporary keys) or run `tccli configure`",
        tried.join(", ")
    )]
    Missing {
        /// What was looked at, in order.
        tried: Vec<String>,
    },
    /// The file that held the keys in use is gone.
    #[error("there is no {} any more", path.display())]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// A pod's identity was not taken.
    #[error("the pod gets no keys for the role {role}")]
    Pod {
        /// TKE_ROLE_ARN.
        role: String,
        /// What the STS says.
        source: CallError,
    },
    /// The machine has a role, but gets no keys for it.
    #[error("the metadata service gives no keys for the role {role} of this machine: {flaw}")]
    Machine {
        /// The role's name.
        role: String,
        /// What is wrong.
        flaw: String,
    },
    /// The way to who gives out keys cannot be set up.
    #[error("keys cannot be asked for")]
    NoWay {
        /// The cause.
        source: TransportError,
    },
    /// One variable of the pair is missing.
    #[error("{present} is set, but {missing} is not or is empty")]
    HalfSet {
        /// The variable that is there.
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
    /// TCCLI_PROFILE is no name.
    #[error("{PROFILE} is {profile:?}, which is not a valid name of a profile")]
    ProfileName {
        /// What it holds.
        profile: String,
    },
    /// A file is there and cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file is not of its format; the cause would quote secrets.
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
    /// A key cannot be one.
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
    /// The profile asks for a way that this program does not know.
    #[error("{origin} asks for {way}, which is not supported")]
    Unsupported {
        /// The place.
        origin: String,
        /// The way.
        way: String,
    },
}

impl Credentials {
    /// Makes credentials of the keys that a place holds.
    ///
    /// # Errors
    /// When a key is empty or holds what no key holds: blanks, control or other odd characters.
    pub fn new(
        origin: &str,
        secret_id: &str,
        secret_key: &str,
        token: Option<&str>,
    ) -> Result<Credentials, CredentialsError> {
        check_key(origin, "the secret id", secret_id)?;
        check_key(origin, "the secret key", secret_key)?;
        let token = token.filter(|token| !token.is_empty());
        if let Some(token) = token {
            check_key(origin, "the token", token)?;
        }
        Ok(Credentials {
            secret_id: secret_id.to_owned(),
            secret_key: secret_key.into(),
            token: token.map(SecretString::from),
            place: CredentialSource::Fixed,
            expires_at: None,
        })
    }

    /// Returns the keys that their place holds or gives by now; None where it cannot have others.
    ///
    /// # Errors
    /// When the place is gone, or what is there are no keys.
    pub(super) async fn found_again(
        &self,
        clock: &dyn Clock,
    ) -> Result<Option<Credentials>, CredentialsError> {
        let (path, found) = match &self.place {
            CredentialSource::Fixed => return Ok(None),
            CredentialSource::Profile(path) => (path, read_profile(path, clock.now())?),
            CredentialSource::Shared(path) => (path, read_ini(path)?),
            CredentialSource::Issued(workload, issuers) => {
                return workload.keys(issuers).await.map(Some);
            }
        };
        found.ok_or_else(|| CredentialsError::Gone { path: path.clone() }).map(Some)
    }

    /// Tells whether somebody gives out such keys to whoever runs in this place.
    pub(super) fn is_issued(&self) -> bool {
        matches!(self.place, CredentialSource::Issued(..))
    }

    /// Tells whether the keys are known to run out within a time.
    pub(super) fn runs_out_within(&self, time: Duration, now: Timestamp) -> bool {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        self.expires_at.is_some_and(|at| at.duration_since(now) <= time)
    }

    /// Tells whether both are the same keys.
    pub(super) fn is_same(&self, other: &Credentials) -> bool {
        let token =
            |keys: &Credentials| keys.token.as_ref().map(|token| token.expose_secret().to_owned());
        self.secret_id == other.secret_id
            && self.secret_key.expose_secret() == other.secret_key.expose_secret()
            && token(self) == token(other)
    }

    /// Returns where the keys are from, for messages.
    pub(super) fn origin(&self) -> String {
        match &self.place {
            CredentialSource::Fixed => "the environment".to_owned(),
            CredentialSource::Profile(path) | CredentialSource::Shared(path) => {
                path.display().to_string()
            }
            CredentialSource::Issued(workload, _) => workload.name().to_owned(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.secret_id.chars().take(4).collect();
        f.debug_struct("Credentials")
            .field("secret_id", &format!("{start}…"))
            .field("secret_key", &self.secret_key)
            .field("token", &self.token)
            .finish()
    }
}

fn check_key(origin: &str, name: &'static str, key: &str) -> Result<(), CredentialsError> {
    let origin = origin.to_owned();
    if key.is_empty() {
        Err(CredentialsError::NoKey { origin, name })
    } else if key.trim() != key {
        Err(CredentialsError::BadKey { origin, name, flaw: "begins or ends with a blank" })
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let flaw = "holds a blank or another character that no key has";
        Err(CredentialsError::BadKey { origin, name, flaw })
    } else {
        Ok(())
    }
}
