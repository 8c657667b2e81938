//! Why one operation failed.

use crate::cloud::CallError;
use crate::model::RemoteId;
use crate::observe::ObserveError;
use crate::plan::FieldChange;
use crate::state::StateError;

/// Why one operation failed; the others go on.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The service refused the call, or it could not be sent.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A read failed.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The journal could not be written, so nothing more is sent.
    #[error(transparent)]
    State(#[from] StateError),
    /// HTTP 200, no error, and yet no.
    #[error("{action} answered with Status false (RequestId {request_id})")]
    StatusFalse {
        /// The action.
        action: &'static str,
        /// The answer's id.
        request_id: String,
    },
    /// A create without an id.
    #[error("{action} answered without a TaskId (RequestId {request_id})")]
    NoId {
        /// The action.
        action: &'static str,
        /// The answer's id.
        request_id: String,
    },
    /// The service took the write and stored something else.
    #[error("the service stored something else than was sent in {}", paths(fields))]
    NotStored {
        /// What differs.
        fields: Vec<FieldChange>,
    },
    /// A write succeeded, but the resource is not there.
    #[error("it is not there after {action} (TaskId {id})")]
    Vanished {
        /// The write.
        action: &'static str,
        /// The id.
        id: RemoteId,
    },
    /// A delete succeeded, but the resource is still there.
    #[error("it is still there after {action} (TaskId {id})")]
    StillThere {
        /// The delete.
        action: &'static str,
        /// The id.
        id: RemoteId,
    },
    /// It may be there already, made by a call whose answer was lost.
    #[error("an earlier create may have made one of {}, and nothing tells which", ids(candidates))]
    Unclear {
        /// Resources of its name that may be it.
        candidates: Vec<RemoteId>,
    },
    /// A create whose answer was lost, and whose look-up failed too.
    #[error("the answer to {action} was lost and its outcome could not be looked up")]
    InDoubt {
        /// The create.
        action: &'static str,
        /// Why the answer was lost.
        lost: Box<CallError>,
        /// Why the look-up failed.
        source: ObserveError,
    },
    /// An id that should be known is not.
    #[error("the id of {address} is not known")]
    Unresolved {
        /// Whose id.
        address: String,
    },
}

impl OperationError {
    /// Returns the API's error code, if the service gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            OperationError::Call(error) | OperationError::Observe(ObserveError::Call(error)) => {
                error.code()
            }
            OperationError::InDoubt { lost, .. } => lost.code(),
            OperationError::Observe(ObserveError::Unreadable { .. })
            | OperationError::State(_)
            | OperationError::StatusFalse { .. }
            | OperationError::NoId { .. }
            | OperationError::NotStored { .. }
            | OperationError::Vanished { .. }
            | OperationError::StillThere { .. }
            | OperationError::Unclear { .. }
            | OperationError::Unresolved { .. } => None,
        }
    }

    /// Returns the RequestId of the answer that it rests on.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            OperationError::Call(error) | OperationError::Observe(ObserveError::Call(error)) => {
                error.request_id()
            }
            OperationError::Observe(ObserveError::Unreadable { request_id, .. })
            | OperationError::StatusFalse { request_id, .. }
            | OperationError::NoId { request_id, .. } => Some(request_id),
            OperationError::InDoubt { lost, .. } => lost.request_id(),
            OperationError::State(_)
            | OperationError::NotStored { .. }
            | OperationError::Vanished { .. }
            | OperationError::StillThere { .. }
            | OperationError::Unclear { .. }
            | OperationError::Unresolved { .. } => None,
        }
    }
}

fn paths(fields: &[FieldChange]) -> String {
    fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>().join(", ")
}

fn ids(candidates: &[RemoteId]) -> String {
    candidates.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}
