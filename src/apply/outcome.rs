//! The outcome of an operation.

use crate::model::RequestId;
use crate::state::StateChange;

/// The outcome of an operation that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationOutcome {
    /// What the state holds afterwards.
    pub change: StateChange,
    /// The RequestId of its write; None where nothing was sent, or the answer was lost.
    pub request_id: Option<RequestId>,
}

impl OperationOutcome {
    /// Returns the outcome of an operation that sent no write.
    pub(super) fn without_write(change: StateChange) -> OperationOutcome {
        OperationOutcome { change, request_id: None }
    }
}
