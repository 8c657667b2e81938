//! What an operation did.

use crate::model::RequestId;
use crate::state::StateChange;

/// What an operation that succeeded did.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationOutcome {
    /// What the state holds afterwards.
    pub change: StateChange,
    /// The RequestId of its write; none where nothing was sent, or the answer was lost.
    pub request_id: Option<RequestId>,
}

impl OperationOutcome {
    /// Returns the outcome of an operation that sent no write.
    pub(super) fn without_write(change: StateChange) -> OperationOutcome {
        OperationOutcome { change, request_id: None }
    }
}
