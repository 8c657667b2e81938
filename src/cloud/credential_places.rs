//! The places that credentials come from, in order.
//!
//! The first that has anything decides: what is wrong there is an error, and keys of two places
//! are never mixed.

use std::path::{Path, PathBuf};

use crate::clock::Clock;

use super::credential_files::{read_ini, read_profile};
use super::credentials::{Credentials, CredentialsError, PROFILE, SECRET_ID, SECRET_KEY, TOKEN};

impl Credentials {
    /// Loads the credentials from the first place that has any: the environment, the profile of
    /// tccli (`TCCLI_PROFILE` or `default`), the file that the SDKs share.
    ///
    /// # Errors
    /// When no place has any, or the first that has some has them wrong.
    pub fn load(
        environment: &dyn Fn(&str) -> Option<String>,
        clock: &dyn Clock,
    ) -> Result<Credentials, CredentialsError> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        if let Some(found) = from_environment(&set)? {
            return Ok(found);
        }
        let home = set("HOME").or_else(|| set("USERPROFILE")).map(PathBuf::from);
        let Some(home) = home else {
            let files = vec!["and no file, for HOME is not set".to_owned()];
            return Err(CredentialsError::Missing { files });
        };
        let profile = profile_path(&home, set(PROFILE))?;
        if let Some(found) = read_profile(&profile.path, clock.now())? {
            return Ok(found);
        }
        if let Some(name) = profile.named {
            return Err(CredentialsError::NoProfile { profile: name, path: profile.path });
        }
        let shared = home.join(".tencentcloud").join("credentials");
        if let Some(found) = read_ini(&shared)? {
            return Ok(found);
        }
        let files = [profile.path, shared].map(|path| path.display().to_string()).to_vec();
        Err(CredentialsError::Missing { files })
    }
}

fn from_environment(
    set: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Credentials>, CredentialsError> {
    match (set(SECRET_ID), set(SECRET_KEY)) {
        (Some(id), Some(key)) => {
            Credentials::new("the environment", &id, &key, set(TOKEN).as_deref()).map(Some)
        }
        (Some(_), None) => {
            Err(CredentialsError::HalfSet { present: SECRET_ID, missing: SECRET_KEY })
        }
        (None, Some(_)) => {
            Err(CredentialsError::HalfSet { present: SECRET_KEY, missing: SECRET_ID })
        }
        (None, None) => Ok(None),
    }
}

/// The file of a profile, with the name that was asked for.
struct Profile {
    path: PathBuf,
    named: Option<String>,
}

fn profile_path(home: &Path, named: Option<String>) -> Result<Profile, CredentialsError> {
    let name = named.as_deref().unwrap_or("default");
    if name.contains(['/', '\\', '\0']) {
        return Err(CredentialsError::ProfileName { profile: name.to_owned() });
    }
    let path = home.join(".tccli").join(format!("{name}.credential"));
    Ok(Profile { path, named })
}
