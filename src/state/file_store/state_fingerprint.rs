//! What distinguishes one version of a state file from another without reading it.
#![expect(clippy::disallowed_methods, reason = "this file looks at the state file")]

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::Path;

use crate::support::FileFingerprint;

/// The beginning of a state file holds its lineage and its serial, which no two versions share.
const HEAD_BYTES: usize = 512;

/// What a look at a state file shows.
#[derive(Debug, PartialEq, Eq)]
pub struct StateFingerprint {
    stamp: FileFingerprint,
    head: Vec<u8>,
}

impl StateFingerprint {
    /// Looks at a file; None when there is none to be read.
    pub fn of(path: &Path) -> Option<StateFingerprint> {
        let file = File::open(path).ok()?;
        let stamp = FileFingerprint::of(&file.metadata().ok()?);
        let mut head = Vec::new();
        file.take(HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
        Some(StateFingerprint { stamp, head })
    }

    /// Returns what a look at a file would show that holds this text.
    pub fn new(meta: &Metadata, text: &[u8]) -> StateFingerprint {
        let head = text.get(..HEAD_BYTES).unwrap_or(text).to_owned();
        StateFingerprint { stamp: FileFingerprint::of(meta), head }
    }
}
