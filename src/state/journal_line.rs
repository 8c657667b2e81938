//! The lines of a journal: what was begun, and what came of it.
//!
//! What a create asks for is written once, with its intent: the later lines hold ids and markers
//! only.

use serde::{Deserialize, Serialize};

use super::intent::{Intent, StateChange};
use super::open_state::{LastApply, OpenState};
use super::stored_resource::StoredResource;
use crate::model::{Address, RemoteId, RemoteVersion, SealKey};

/// The format of journals that this program writes.
pub const JOURNAL_FORMAT: u64 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum JournalLine {
    /// The first one: which state it continues.
    Open(OpenedLine),
    /// A call is about to be sent.
    Begun(Box<Intent>),
    /// The create of that number made this.
    Made(CreatedLine),
    /// What a create made was read and is as it was asked for.
    Seen(VerifiedLine),
    /// What an operation did to the state.
    Done(CompletedLine),
}

/// Which state a journal continues.
#[derive(Debug, Serialize, Deserialize)]
pub struct OpenedLine {
    /// The format, from 1.
    pub format_version: u64,
    /// The lineage of the state.
    pub lineage: String,
    /// The serial of the state.
    pub serial: u64,
    /// What distinguishes its content from another one of the same serial (see [`OpenState`]).
    #[serde(default)]
    pub digest: String,
    /// The run that writes it; what the lines tell is its doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_apply: Option<LastApply>,
}

/// The id of a create; everything else is in the line that announced it.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreatedLine {
    /// The number of the operation.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// Its id.
    pub id: RemoteId,
}

/// The marker of a resource whose record is as its operation wanted it.
#[derive(Debug, Serialize, Deserialize)]
pub struct VerifiedLine {
    /// Which resource.
    pub address: Address,
    /// Its id.
    pub id: RemoteId,
    /// What the service said of it.
    pub observed: RemoteVersion,
}

/// What an operation did to the state.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompletedLine {
    /// The number of the operation.
    pub n: u64,
    /// Which resource.
    pub address: Address,
    /// What it is now; none when it is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<StoredResource>,
    /// Nothing happened, for certain.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nothing: bool,
    /// The address it had before, whose entry goes away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Address>,
}

impl JournalLine {
    /// Returns the lines that begin the journal of a saved state; its open doubts are among them.
    pub fn first(state: &OpenState) -> impl Iterator<Item = JournalLine> {
        let open = JournalLine::Open(OpenedLine {
            format_version: JOURNAL_FORMAT,
            lineage: state.header.lineage.clone(),
            serial: state.header.serial,
            digest: state.digest.clone(),
            last_apply: state.last_apply.clone(),
        });
        let doubts = state.doubts.iter().cloned().map(Box::new).map(JournalLine::Begun);
        std::iter::once(open).chain(doubts)
    }

    /// Returns the line of an intent.
    pub fn begun(intent: &Intent) -> JournalLine {
        JournalLine::Begun(Box::new(intent.clone()))
    }

    /// Returns the line of what a create made.
    pub fn made(intent: &Intent, id: &RemoteId) -> JournalLine {
        let (address, id) = (intent.address.clone(), id.clone());
        JournalLine::Made(CreatedLine { n: intent.n, address, id })
    }

    /// Returns the line of what was read and is as it was asked for.
    pub fn seen(address: &Address, id: &RemoteId, observed: &RemoteVersion) -> JournalLine {
        let (address, id, observed) = (address.clone(), id.clone(), observed.clone());
        JournalLine::Seen(VerifiedLine { address, id, observed })
    }

    /// Returns the line of what came of an operation.
    pub fn done(
        n: u64,
        address: &Address,
        change: &StateChange,
        moved_from: Option<&Address>,
        key: &SealKey,
    ) -> JournalLine {
        let resource = match change {
            StateChange::Recorded(resource) => {
                Some(StoredResource::new(address.kind, resource, key))
            }
            StateChange::Dropped | StateChange::Nothing => None,
        };
        JournalLine::Done(CompletedLine {
            n,
            address: address.clone(),
            resource,
            nothing: *change == StateChange::Nothing,
            moved_from: moved_from.cloned(),
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
