//! Why the service could not be observed.

use crate::cloud::CallError;
use crate::model::RequestId;

/// Why the service could not be observed.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// A call failed.
    #[error("cannot observe the service")]
    Call(#[from] CallError),
    /// An answer has no known shape.
    #[error("{action} answered in an unknown shape (RequestId {})", RequestId::shown(request_id.as_ref()))]
    Unreadable {
        /// The action.
        action: &'static str,
        /// The answer's id.
        request_id: Option<RequestId>,
    },
}
