//! `state.json`: read whole, replaced whole.
#![expect(clippy::disallowed_methods, reason = "this file reads the state file")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::super::error::StateError;
use super::super::open_state::{LastApply, OpenState, RecordedChanges, StateHeader, StateOrigin};
use super::super::stored_resource::StoredResource;
use super::journal_file::journal_of;
use super::replace_file::{place_of, replace_file};
use super::state_fingerprint::StateFingerprint;
use super::stored_state::{FORMAT_VERSION, StoredState};
use crate::model::{Recorded, SealKey, hex};

/// Reads a state without its journal.
pub fn read_state_file(path: &Path, origin: &StateOrigin) -> Result<OpenState, StateError> {
    let text = read(path)?;
    let exists = text.is_some();
    let digest = text.as_deref().map_or(String::new(), digest);
    let (header, last_apply, recorded) = match text {
        Some(text) => parse(path, &text, origin)?,
        None => {
            let lineage = uuid::Uuid::new_v4().to_string();
            let header = StateHeader { lineage, serial: 0, origin: origin.clone() };
            (header, None, Recorded::default())
        }
    };
    let (recorded, doubts) = (Arc::new(recorded), Vec::new());
    let (has_journal, unmerged) = (false, BTreeSet::new());
    Ok(OpenState { header, last_apply, recorded, doubts, exists, digest, has_journal, unmerged })
}

/// Tells whether the file is still the one that was read.
pub fn check_unchanged(path: &Path, state: &OpenState) -> Result<(), StateError> {
    let now = read(path)?.map_or(String::new(), |text| digest(&text));
    if now == state.digest {
        return Ok(());
    }
    let (place, journal) = (place_of(path), place_of(&journal_of(path)));
    Err(StateError::Replaced { place, journal, serial: state.header.serial })
}

/// Replaces the state file by the next serial of a state; returns that, and how the new file looks.
pub fn save_state_file(
    path: &Path,
    state: &OpenState,
    changes: &RecordedChanges,
) -> Result<(OpenState, Option<StateFingerprint>), StateError> {
    let mut next = OpenState { exists: true, unmerged: BTreeSet::new(), ..state.clone() };
    next.header.serial += 1;
    let key = state.seal_key();
    if !changes.is_empty() {
        change(Arc::make_mut(&mut next.recorded), changes, &key);
    }
    let stored = stored(&next, &key);
    let io = |source| StateError::Io { verb: "write", place: place_of(path), source };
    let mut text = serde_json::to_vec_pretty(&stored).map_err(|error| io(error.into()))?;
    text.push(b'\n');
    let file = replace_file(path, |file| file.write_all(&text)).map_err(io)?;
    let fingerprint = file.metadata().ok().map(|meta| StateFingerprint::new(&meta, &text));
    next.digest = digest(&text);
    Ok((next, fingerprint))
}

/// Takes in changes as they are read back: what is sensitive is a digest from then on.
fn change(recorded: &mut Recorded, changes: &RecordedChanges, key: &SealKey) {
    for (address, resource) in changes {
        match resource {
            Some(resource) => {
                let stored = StoredResource::new(address.kind, resource, key);
                recorded.resources.insert(address.clone(), stored.into_recorded());
            }
            None => {
                recorded.resources.remove(address);
            }
        }
    }
}

fn stored(state: &OpenState, key: &SealKey) -> StoredState {
    let StateHeader { lineage, serial, origin } = &state.header;
    let resources = state.recorded.resources.iter().map(|(address, resource)| {
        (address.clone(), StoredResource::new(address.kind, resource, key))
    });
    StoredState {
        format_version: FORMAT_VERSION,
        lineage: lineage.clone(),
        serial: *serial,
        target: origin.target.clone(),
        project_id: origin.project_id.clone(),
        endpoint: origin.site.clone(),
        last_apply: state.last_apply.clone(),
        resources: resources.collect(),
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StateError::Io { verb: "read", place: place_of(path), source }),
    }
}

fn digest(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

type ParsedState = (StateHeader, Option<LastApply>, Recorded);

fn parse(path: &Path, text: &[u8], origin: &StateOrigin) -> Result<ParsedState, StateError> {
    let unreadable = |source| StateError::Unreadable { place: place_of(path), source };
    // The version is read first, so that a newer file is called newer and not broken.
    let versioned: Versioned = serde_json::from_slice(text).map_err(unreadable)?;
    if versioned.format_version > FORMAT_VERSION {
        let (found, known) = (versioned.format_version, FORMAT_VERSION);
        return Err(StateError::Newer { place: place_of(path), found, known });
    }
    let state: StoredState = serde_json::from_slice(text).map_err(unreadable)?;
    let pairs = [
        ("project", &state.project_id, &origin.project_id),
        ("target", &state.target, &origin.target),
        ("site", &state.endpoint, &origin.site),
    ];
    for (what, found, wanted) in pairs {
        if found != wanted {
            let (found, wanted) = (found.clone(), wanted.clone());
            return Err(StateError::Foreign { place: place_of(path), what, found, wanted });
        }
    }
    let header =
        StateHeader { lineage: state.lineage, serial: state.serial, origin: origin.clone() };
    let resources = state
        .resources
        .into_iter()
        .map(|(address, stored)| (address, stored.into_recorded()))
        .collect();
    Ok((header, state.last_apply, Recorded { resources }))
}

#[derive(serde::Deserialize)]
struct Versioned {
    format_version: u64,
}
