//! `state.json`: read whole, replaced whole.
#![expect(clippy::disallowed_methods, reason = "this file reads and writes the state file")]

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::super::error::StateError;
use super::super::journal_line::Intent;
use super::super::replay::replay;
use super::super::stored_resource::{FORMAT_VERSION, LastApply, StoredResource, StoredState};
use super::state_fingerprint::StateFingerprint;
use crate::model::{Recorded, SealKey, hex};

/// What a state must belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateOrigin {
    /// The target's name.
    pub target: String,
    /// The project.
    pub project_id: String,
    /// The site of the service: `embedded`, `loopback` or `cloud`. A site and not a URL, since one
    /// service answers on regional and internal hosts too.
    pub site: String,
}

/// Which version of which state a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateHeader {
    /// Made once; two files with one lineage are versions of one state.
    pub lineage: String,
    /// Grows with every change of the file; 0 before the first.
    pub serial: u64,
    /// What it belongs to.
    pub origin: StateOrigin,
}

/// A state as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenState {
    /// Its version.
    pub header: StateHeader,
    /// The last run that changed something.
    pub last_apply: Option<LastApply>,
    /// Its resources, with what a journal adds.
    pub recorded: Arc<Recorded>,
    /// Creates whose outcome no line tells.
    pub doubts: Vec<Intent>,
    /// A file is there.
    pub exists: bool,
    /// SHA-256 of the file, in hex; empty without one.
    pub digest: String,
    /// A journal is there.
    pub leftover: bool,
    /// A journal added something that the file does not hold yet.
    pub unfolded: bool,
}

impl OpenState {
    /// Returns the key under which the state keeps what is sensitive.
    pub fn seal_key(&self) -> SealKey {
        SealKey::of(&self.header.lineage)
    }

    /// Replaces the state file by what this holds, as its next serial; returns how the new file
    /// looks.
    ///
    /// # Errors
    /// [`StateError::Replaced`] when the file is no longer the one that was read, and when it
    /// cannot be written; the old file is then still whole.
    pub fn save(&mut self, path: &Path) -> Result<Option<StateFingerprint>, StateError> {
        self.check_unchanged(path)?;
        let header = StateHeader { serial: self.header.serial + 1, ..self.header.clone() };
        let (digest, glance) = save(path, &header, self.last_apply.as_ref(), &self.recorded)?;
        self.digest = digest;
        self.header = header;
        self.exists = true;
        self.unfolded = false;
        Ok(glance)
    }

    /// Tells whether the file is still the one that was read.
    ///
    /// # Errors
    /// [`StateError::Replaced`] when it is not, and when it cannot be read.
    pub fn check_unchanged(&self, path: &Path) -> Result<(), StateError> {
        let now = read(path)?.map_or(String::new(), |text| digest(&text));
        if now == self.digest {
            return Ok(());
        }
        Err(StateError::Replaced { path: path.to_owned(), serial: self.header.serial })
    }
}

/// Reads a state and its journal; a missing file is an empty state of a new lineage.
///
/// # Errors
/// When it cannot be read, is newer than this program, or belongs to another origin.
pub fn load(path: &Path, origin: &StateOrigin, new_lineage: &str) -> Result<OpenState, StateError> {
    let mut loaded = read_file(path, origin, new_lineage)?;
    replay(path, &mut loaded)?;
    Ok(loaded)
}

/// Reads a state without its journal.
pub(super) fn read_file(
    path: &Path,
    origin: &StateOrigin,
    new_lineage: &str,
) -> Result<OpenState, StateError> {
    let text = read(path)?;
    let exists = text.is_some();
    let digest = text.as_deref().map_or(String::new(), digest);
    let (header, last_apply, recorded) = match text {
        Some(text) => parse(path, &text, origin)?,
        None => {
            let lineage = new_lineage.to_owned();
            let header = StateHeader { lineage, serial: 0, origin: origin.clone() };
            (header, None, Recorded::default())
        }
    };
    let (leftover, unfolded) = (false, false);
    let (recorded, doubts) = (Arc::new(recorded), Vec::new());
    Ok(OpenState { header, last_apply, recorded, doubts, exists, digest, leftover, unfolded })
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StateError::Io { verb: "read", path: path.to_owned(), source }),
    }
}

fn digest(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

fn parse(path: &Path, text: &[u8], origin: &StateOrigin) -> Result<ParsedState, StateError> {
    let unreadable = |source| StateError::Unreadable { path: path.to_owned(), source };
    // The version is read first, so that a newer file is called newer and not broken.
    let versioned: Versioned = serde_json::from_slice(text).map_err(unreadable)?;
    if versioned.format_version > FORMAT_VERSION {
        let (found, known) = (versioned.format_version, FORMAT_VERSION);
        return Err(StateError::Newer { path: path.to_owned(), found, known });
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
            return Err(StateError::Foreign { path: path.to_owned(), what, found, wanted });
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

type ParsedState = (StateHeader, Option<LastApply>, Recorded);

#[derive(serde::Deserialize)]
struct Versioned {
    format_version: u64,
}

/// Replaces the state file: temporary file, sync, rename, sync of the folder; mode 0600. Returns
/// the digest of the new file, and how it looks.
fn save(
    path: &Path,
    header: &StateHeader,
    last_apply: Option<&LastApply>,
    recorded: &Recorded,
) -> Result<(String, Option<StateFingerprint>), StateError> {
    let folder = folder_of(path);
    let key = SealKey::of(&header.lineage);
    let stored = StoredState {
        format_version: FORMAT_VERSION,
        lineage: header.lineage.clone(),
        serial: header.serial,
        target: header.origin.target.clone(),
        project_id: header.origin.project_id.clone(),
        endpoint: header.origin.site.clone(),
        last_apply: last_apply.cloned(),
        resources: recorded
            .resources
            .iter()
            .map(|(address, resource)| {
                (address.clone(), StoredResource::new(address.kind, resource, &key))
            })
            .collect(),
    };
    let io = |source| StateError::Io { verb: "write", path: path.to_owned(), source };
    let mut text = serde_json::to_vec_pretty(&stored).map_err(|error| io(error.into()))?;
    text.push(b'\n');
    let file = put(path, folder, |file| file.write_all(&text)).map_err(io)?;
    let glance = file.metadata().ok().map(|meta| StateFingerprint::new(&meta, &text));
    Ok((digest(&text), glance))
}

/// Writes a file beside its place and moves it there; a crash leaves the old or the new one.
pub fn replace(
    path: &Path,
    folder: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    put(path, folder, write).map(drop)
}

/// Does the same and returns the file.
fn put(
    path: &Path,
    folder: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
) -> std::io::Result<File> {
    fs::create_dir_all(folder)?;
    let prefix = temporary_prefix(path);
    let temporary = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
    let mut buffer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    temporary.as_file().sync_all()?;
    let file = temporary.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok(file)
}

/// Removes what runs that were killed in the middle of a write left beside a file; only for the
/// holder of the lock. It is mere tidiness, so nothing here fails.
pub fn sweep(path: &Path) {
    let prefix = temporary_prefix(path);
    let Ok(entries) = fs::read_dir(folder_of(path)) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}~")
}

/// Returns the folder of a file; a bare name lies in the working folder.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
