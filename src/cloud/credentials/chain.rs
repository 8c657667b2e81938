//! The sources of credentials, in order.
//!
//! The first source that has anything decides: what is wrong there is an error, and keys of two
//! sources are never mixed.

use std::path::{Path, PathBuf};

use crate::support::Clock;

use super::error::{CredentialsError, PROFILE, SECRET_ID, SECRET_KEY, TOKEN};
use super::key_pair::Credentials;
use super::pod_identity::PodIdentity;
use super::profile_files::{read_ini, read_profile};
use super::workload::Workload;

/// Where keys come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// They were found in the environment or in a file.
    Found(Credentials),
    /// They are issued to what this process runs in.
    Issued(Workload),
}

impl KeySource {
    /// Finds the first source that has credentials: the environment, the profile of tccli
    /// (`TCCLI_PROFILE` or `default`), the file that the SDKs share, the identity of a TKE pod.
    /// When none has any, the role of the machine is what remains. No request is sent here.
    ///
    /// # Errors
    /// When the first source that has credentials holds invalid ones.
    pub fn find(
        environment: &dyn Fn(&str) -> Option<String>,
        clock: &dyn Clock,
    ) -> Result<KeySource, CredentialsError> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        if let Some(found) = from_environment(&set)? {
            return Ok(KeySource::Found(found));
        }
        let mut tried = vec![format!("{SECRET_ID} and {SECRET_KEY} in the environment")];
        if let Some(found) = from_files(&set, clock, &mut tried)? {
            return Ok(KeySource::Found(found));
        }
        if let Some(pod) = PodIdentity::find(&set)? {
            return Ok(KeySource::Issued(Workload::Pod(pod)));
        }
        tried.push(format!("{} and the others of a pod of TKE", PodIdentity::MARK));
        Ok(KeySource::Issued(Workload::Machine { tried }))
    }
}

fn from_files(
    set: &dyn Fn(&str) -> Option<String>,
    clock: &dyn Clock,
    tried: &mut Vec<String>,
) -> Result<Option<Credentials>, CredentialsError> {
    let home = set("HOME").or_else(|| set("USERPROFILE")).map(PathBuf::from);
    let Some(home) = home else {
        tried.push("no file, for HOME is not set".to_owned());
        return Ok(None);
    };
    let profile = profile_path(&home, set(PROFILE))?;
    if let Some(found) = read_profile(&profile.path, clock.now())? {
        return Ok(Some(found));
    }
    if let Some(name) = profile.named {
        return Err(CredentialsError::NoProfile { profile: name, path: profile.path });
    }
    let shared = home.join(".tencentcloud").join("credentials");
    if let Some(found) = read_ini(&shared)? {
        return Ok(Some(found));
    }
    tried.extend([profile.path, shared].map(|path| path.display().to_string()));
    Ok(None)
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

/// The file of a profile, with its name if TCCLI_PROFILE sets one.
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
