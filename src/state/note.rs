//! Notes as a store keeps them: texts beside the state, one of each kind.

use std::io;

use crate::plan::PatternError;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// What the daemon must leave alone by a person's order.
    Suspensions,
    /// A plan above the guards, which waits for a person's word.
    WaitingPlan,
    /// The word for it.
    PlanApproval,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [NoteKind; 3] =
        [NoteKind::Suspensions, NoteKind::WaitingPlan, NoteKind::PlanApproval];
}

/// A note as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNote {
    /// What people call its place.
    pub place: String,
    /// What it says.
    pub text: Vec<u8>,
}

/// Why a note cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// The store did not do it.
    #[error("cannot {verb} {place}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// Which note.
        place: String,
        /// Why not.
        source: io::Error,
    },
    /// It does not say what a note of its kind says.
    #[error("{place} cannot be understood")]
    Unreadable {
        /// Which note.
        place: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A newer taskloom wrote it.
    #[error("{place} was written by a newer taskloom")]
    Newer {
        /// Which note.
        place: String,
    },
    /// It names resources by something that is not a pattern.
    #[error("{place} holds a pattern that is not valid")]
    Pattern {
        /// Which note.
        place: String,
        /// Which pattern.
        source: PatternError,
    },
}
