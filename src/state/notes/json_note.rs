//! Notes that are JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::note::{NoteError, StoredNote};

/// Reads a note.
pub fn from_json<T: DeserializeOwned>(note: &StoredNote) -> Result<T, NoteError> {
    serde_json::from_slice(&note.text)
        .map_err(|source| NoteError::Unreadable { place: note.place.clone(), source })
}

/// Writes a note; its kinds have nothing that JSON cannot say.
pub fn to_json<T: Serialize>(what: &T) -> Vec<u8> {
    serde_json::to_vec_pretty(what).unwrap_or_default()
}
