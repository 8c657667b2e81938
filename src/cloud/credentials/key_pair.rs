//! Credentials: a pair of keys, with a token when they are temporary.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::error::CredentialsError;
use super::workload::{KeyIssuers, Workload};

/// Keys of one source. Debug shows only the beginning of the id.
#[derive(Clone)]
pub struct Credentials {
    /// SecretId.
    pub secret_id: String,
    /// SecretKey.
    pub secret_key: SecretString,
    /// The token of temporary keys. It is sent, but not signed.
    pub token: Option<SecretString>,
    pub(super) place: CredentialSource,
    /// When they expire, where the source says so.
    pub(super) expires_at: Option<Timestamp>,
}

/// Where keys were found, as far as newer ones may be found there later.
#[derive(Clone, Debug)]
pub(super) enum CredentialSource {
    /// Fixed for the life of the process, such as those of the environment.
    Fixed,
    /// A profile of tccli, which is rewritten at each login.
    Profile(PathBuf),
    /// The file that the SDKs share.
    Shared(PathBuf),
    /// Issued for a limited time to what this process runs in.
    Issued(Workload, KeyIssuers),
}

impl Credentials {
    /// Creates credentials from the keys of a source.
    ///
    /// # Errors
    /// When a key is empty or holds characters that no key has: blanks, control characters.
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

    /// Returns whether the keys are issued to what this process runs in.
    pub(super) fn is_issued(&self) -> bool {
        matches!(self.place, CredentialSource::Issued(..))
    }

    /// Returns whether the keys are known to expire within a time.
    pub(super) fn runs_out_within(&self, time: Duration, now: Timestamp) -> bool {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        self.expires_at.is_some_and(|at| at.duration_since(now) <= time)
    }

    /// Returns whether both are the same keys.
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
