//! The two files in which Tencent's own tools keep keys, and the token of a pod. They are read,
//! never written.
#![expect(clippy::disallowed_methods, reason = "this module reads the credential files")]

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value as Json;

use super::error::CredentialsError;
use super::key_pair::{CredentialSource, Credentials};

/// A profile of tccli. Its sign-in data is not read: tccli refreshes the keys, not taskloom.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfileFile {
    #[serde(default)]
    secret_id: Option<String>,
    #[serde(default)]
    secret_key: Option<String>,
    #[serde(default)]
    token: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    /// Unix seconds.
    #[serde(default)]
    expires_at: Option<i64>,
    #[serde(default, rename = "role-arn")]
    role_arn: Option<String>,
}

/// Reads `~/.tccli/<profile>.credential`; None when there is no such file.
pub(super) fn read_profile(
    path: &Path,
    now: Timestamp,
) -> Result<Option<Credentials>, CredentialsError> {
    let Some(text) = read(path)? else { return Ok(None) };
    let malformed = |_| CredentialsError::Malformed {
        path: path.to_owned(),
        expected: "a profile of tccli (JSON)",
    };
    // serde would read a struct from a JSON list, too.
    let map: serde_json::Map<String, Json> = serde_json::from_str(&text).map_err(malformed)?;
    let file: ProfileFile = serde_json::from_value(Json::Object(map)).map_err(malformed)?;
    let origin = path.display().to_string();
    if let Some(way) = unsupported(&file) {
        return Err(CredentialsError::Unsupported { origin, way });
    }
    if let Some(at) = file.expires_at.filter(|at| *at <= now.as_second()) {
        let at = Timestamp::from_second(at).map_or_else(|_| at.to_string(), |at| at.to_string());
        return Err(CredentialsError::Expired { origin, at });
    }
    let keys = Credentials::new(
        &origin,
        &file.secret_id.unwrap_or_default(),
        &file.secret_key.unwrap_or_default(),
        file.token.as_deref(),
    )?;
    let expires_at = file.expires_at.and_then(|at| Timestamp::from_second(at).ok());
    Ok(Some(Credentials { place: CredentialSource::Profile(path.to_owned()), expires_at, ..keys }))
}

/// Returns what the profile asks for beyond plain keys. The keys next to a role must not be used
/// for calls: that would be another identity.
fn unsupported(file: &ProfileFile) -> Option<String> {
    if file.role_arn.as_ref().is_some_and(|role| !role.is_empty()) {
        return Some("a role (role-arn)".to_owned());
    }
    match file.kind.as_deref() {
        None | Some("" | "default" | "sso" | "oauth") => None,
        Some(other) => Some(format!("keys of the type {other:?}")),
    }
}

/// Reads section `[default]` of `~/.tencentcloud/credentials`; None when there is no such file.
pub(super) fn read_ini(path: &Path) -> Result<Option<Credentials>, CredentialsError> {
    let Some(text) = read(path)? else { return Ok(None) };
    let Some(keys) = section(&text, "default") else {
        let expected = "a file with a section [default]";
        return Err(CredentialsError::Malformed { path: path.to_owned(), expected });
    };
    let key = |name: &str| keys.get(name).copied().unwrap_or_default();
    let origin = path.display().to_string();
    let keys = Credentials::new(&origin, key("secret_id"), key("secret_key"), None)?;
    Ok(Some(Credentials { place: CredentialSource::Shared(path.to_owned()), ..keys }))
}

/// Returns the entries of a section, with their names in lower case.
fn section<'a>(text: &'a str, wanted: &str) -> Option<BTreeMap<String, &'a str>> {
    let mut found = None;
    let mut inside = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = name.trim() == wanted;
            if inside {
                found.get_or_insert_with(BTreeMap::new);
            }
        } else if let (true, Some((name, value))) = (inside, line.split_once(['=', ':'])) {
            found.get_or_insert_default().insert(name.trim().to_lowercase(), value.trim());
        }
    }
    found
}

/// Reads the token that identifies a pod; TKE rewrites it from time to time.
pub(super) fn read_token(path: &Path) -> Result<SecretString, CredentialsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.trim().into()),
        Err(source) => Err(CredentialsError::Unreadable { path: path.to_owned(), source }),
    }
}

/// Reads a file; None only when it does not exist, so that the next source is tried.
fn read(path: &Path) -> Result<Option<String>, CredentialsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(CredentialsError::Unreadable { path: path.to_owned(), source }),
    }
}
