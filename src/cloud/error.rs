//! Why a call has no reply, and what is known about its effect.

use super::retry::{RetryClass, is_or_is_under, retry_class, status_class};
use super::transport::{ConnectError, TransportError};
use crate::model::{MASK, RequestId};
use crate::support::StopCause;

/// What is known about the effect of a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// It certainly had no effect; the same call may succeed later.
    NotExecuted,
    /// It may have been carried out: check before repeating what must not happen twice.
    Unknown,
    /// The service refused it; the same call fails again.
    Refused,
}

/// A call without a reply.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The service answered with an error.
    #[error("{action} failed: {code}: {message} (RequestId {})", RequestId::shown(request_id.as_ref()))]
    Service {
        /// The action.
        action: &'static str,
        /// `Response.Error.Code`.
        code: String,
        /// `Response.Error.Message`; no code may depend on its wording.
        message: String,
        /// `Response.RequestId`.
        request_id: Option<RequestId>,
    },
    /// No answer was received.
    #[error("{action} {}", if_sent(source))]
    Transport {
        /// The action.
        action: &'static str,
        /// What went wrong on the network.
        source: TransportError,
    },
    /// The answer has a status that the API never gives.
    #[error("{action} was answered with HTTP status {status}, not by the API")]
    Status {
        /// The action.
        action: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// The answer does not have the form of the API.
    #[error("the answer to {action} cannot be read")]
    Unreadable {
        /// The action.
        action: &'static str,
        /// What is wrong with it.
        source: AnswerError,
    },
    /// The run ended early, so it was never sent.
    #[error("{action} was not sent")]
    Stopped {
        /// The action.
        action: &'static str,
        /// Why the run ended.
        source: StopCause,
    },
}

/// What is wrong with an answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It is not valid JSON.
    #[error("it is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// It is JSON without `Response`.
    #[error("it has no Response")]
    NoResponse,
    /// It is an error without a code.
    #[error("it is an error without a code")]
    NoCode,
}

fn if_sent(source: &TransportError) -> &'static str {
    match source {
        TransportError::NotSent { .. } => "was not sent",
        TransportError::Doubtful { .. } => "may or may not have been carried out",
    }
}

impl CallError {
    /// Returns the error with secrets masked that the service repeats in its message.
    pub fn without(self, secrets: &[String]) -> CallError {
        let CallError::Service { action, code, message, request_id } = self else { return self };
        let hide = |message: String, secret: &String| message.replace(secret, MASK);
        let message = secrets.iter().filter(|secret| !secret.is_empty()).fold(message, hide);
        CallError::Service { action, code, message, request_id }
    }

    /// Returns what is known about the effect of the call.
    pub fn outcome(&self) -> CallOutcome {
        match self {
            CallError::Transport { source: TransportError::NotSent { .. }, .. }
            | CallError::Stopped { .. } => CallOutcome::NotExecuted,
            CallError::Transport { source: TransportError::Doubtful { .. }, .. }
            | CallError::Status { .. }
            | CallError::Unreadable { .. } => CallOutcome::Unknown,
            CallError::Service { code, .. } => match retry_class(code) {
                RetryClass::AtOnce | RetryClass::AfterClock | RetryClass::AfterCredentials => {
                    CallOutcome::NotExecuted
                }
                RetryClass::AfterLookup => CallOutcome::Unknown,
                RetryClass::Never => CallOutcome::Refused,
            },
        }
    }

    /// Returns what must happen before the call may be made again.
    pub fn retry_class(&self) -> RetryClass {
        match self {
            CallError::Service { code, .. } => retry_class(code),
            CallError::Transport { source, .. } => match source {
                TransportError::NotSent { obstacle, .. } => obstacle_class(obstacle),
                TransportError::Doubtful { .. } => RetryClass::AfterLookup,
            },
            CallError::Status { status, .. } => status_class(*status),
            CallError::Unreadable { .. } => RetryClass::AfterLookup,
            CallError::Stopped { .. } => RetryClass::AtOnce,
        }
    }

    /// Returns the action.
    pub fn action(&self) -> &'static str {
        match self {
            CallError::Service { action, .. }
            | CallError::Transport { action, .. }
            | CallError::Status { action, .. }
            | CallError::Unreadable { action, .. }
            | CallError::Stopped { action, .. } => action,
        }
    }

    /// Returns the error code, if the service gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            CallError::Service { code, .. } => Some(code),
            CallError::Transport { .. }
            | CallError::Status { .. }
            | CallError::Unreadable { .. }
            | CallError::Stopped { .. } => None,
        }
    }

    /// Returns a word for the outcome of the call: the service's code where it gave one.
    pub(super) fn kind(&self) -> String {
        match self {
            CallError::Service { code, .. } => code.clone(),
            CallError::Transport { source: TransportError::NotSent { .. }, .. }
            | CallError::Stopped { .. } => "not_sent".to_owned(),
            CallError::Transport { source: TransportError::Doubtful { .. }, .. } => {
                "no_answer".to_owned()
            }
            CallError::Status { status, .. } => format!("http_{status}"),
            CallError::Unreadable { .. } => "unreadable".to_owned(),
        }
    }

    /// Returns the RequestId, if the service gave one.
    pub fn request_id(&self) -> Option<&RequestId> {
        match self {
            CallError::Service { request_id, .. } => request_id.as_ref(),
            CallError::Transport { .. }
            | CallError::Status { .. }
            | CallError::Unreadable { .. }
            | CallError::Stopped { .. } => None,
        }
    }

    /// Returns whether the service says that the resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.code().is_some_and(|code| is_or_is_under(code, "ResourceNotFound"))
    }

    /// Returns whether the call exceeded the service's rate limit.
    pub fn is_rate_limit(&self) -> bool {
        self.code().is_some_and(|code| is_or_is_under(code, "RequestLimitExceeded"))
    }
}

fn obstacle_class(obstacle: &ConnectError) -> RetryClass {
    if obstacle.may_pass() { RetryClass::AtOnce } else { RetryClass::Never }
}
