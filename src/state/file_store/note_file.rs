//! `state.json.suspended`, `.waiting` and `.approved`: the notes beside a state.
#![expect(clippy::disallowed_methods, reason = "this file reads and removes the notes")]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::super::note::{NoteError, NoteKind, StoredNote};
use super::replace_file::{beside, folder_of, place_of, replace_file};

/// Reads a note; None when there is none.
pub fn read_note_file(state: &Path, kind: NoteKind) -> Result<Option<StoredNote>, NoteError> {
    let path = note_of(state, kind);
    let place = place_of(&path);
    match read(&path) {
        Ok(text) => Ok(text.map(|text| StoredNote { place, text })),
        Err(source) => Err(NoteError::Io { verb: "read", place, source }),
    }
}

/// Replaces or removes a note, whatever it says.
pub fn put_note_file(state: &Path, kind: NoteKind, text: Option<&[u8]>) -> Result<(), NoteError> {
    let path = note_of(state, kind);
    let _turn = turn(&path, text);
    write(&path, text)
}

/// Replaces or removes a note that still says what was seen; returns whether it did.
pub fn swap_note_file(
    state: &Path,
    kind: NoteKind,
    seen: Option<&[u8]>,
    text: Option<&[u8]>,
) -> Result<bool, NoteError> {
    let path = note_of(state, kind);
    let _turn = turn(&path, text);
    let now = read_note_file(state, kind)?;
    if now.as_ref().map(|now| now.text.as_slice()) != seen {
        return Ok(false);
    }
    write(&path, text)?;
    Ok(true)
}

/// Returns the file of a note.
pub fn note_of(state: &Path, kind: NoteKind) -> PathBuf {
    let ending = match kind {
        NoteKind::Suspensions => ".suspended",
        NoteKind::WaitingPlan => ".waiting",
        NoteKind::PlanApproval => ".approved",
    };
    beside(state, ending)
}

/// Waits until no other process is at a note of the folder. Where a folder cannot be locked, of two
/// who write in the same moment the later one wins.
fn turn(path: &Path, text: Option<&[u8]>) -> Option<File> {
    if text.is_some() {
        fs::create_dir_all(folder_of(path)).ok()?;
    }
    let folder = File::open(folder_of(path)).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, text: Option<&[u8]>) -> Result<(), NoteError> {
    let result = match text {
        Some(text) => replace_file(path, |file| file.write_all(text)).map(drop),
        None => match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        },
    };
    result.map_err(|source| NoteError::Io { verb: "write", place: place_of(path), source })
}
