//! What a person can do about a failure of the service or of one operation.

use super::failure::Failure;
use crate::apply::OperationError;
use crate::cloud::{AmbiguousFailure, CallError, ConnectError, TransportError};
use crate::import::ImportError;
use crate::observe::ObserveError;
use crate::reconcile::PassError;
use crate::support::StopCause;

/// What a person can do when the time limit of a run was too short.
pub const TIME_OVER: &str =
    "give it more with --timeout, TASKLOOM_TIMEOUT or limits.timeout of taskloom.yaml";

/// Hints by error code; a code applies to its children too, and the longest match wins.
const BY_CODE: &[(&str, &str)] = &[
    ("AuthFailure", "check the keys: SecretId, SecretKey and, for temporary keys, the token"),
    (
        "AuthFailure.SecretIdNotFound",
        "check the SecretId (TENCENTCLOUD_SECRET_ID or the profile of tccli), and that the endpoint is of the site the key belongs to",
    ),
    (
        "AuthFailure.SignatureFailure",
        "check the SecretKey: it is not the one of this SecretId (TENCENTCLOUD_SECRET_KEY or the profile of tccli)",
    ),
    ("AuthFailure.SignatureExpire", "set the clock of this machine, or log in again"),
    (
        "AuthFailure.TokenFailure",
        "get new temporary keys and set all of TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN",
    ),
    ("AuthFailure.UnauthorizedOperation", "let an administrator allow this action in CAM"),
    ("UnauthorizedOperation", "let an administrator allow this action in CAM"),
    (
        "UnauthorizedOperation.UserNotInProject",
        "let an administrator add this account to the WeData project",
    ),
    ("UnsupportedRegion", "check the region of the target, --region or TENCENTCLOUD_REGION"),
    ("RequestLimitExceeded", "others use the same quota: go slower with --rate N"),
    ("LimitExceeded", "a quota of the project is used up: raise it or remove what is not needed"),
    ("ResourceNotFound", "check the ids in the manifest and the project_id of the target"),
    (
        "InvalidParameter.DuplicateName",
        "a task of this name exists and is not ours; give ours another TaskName, or remove the other one",
    ),
    ("InvalidParameter", "correct the manifest"),
    ("InvalidParameterValue", "correct the manifest"),
    ("MissingParameter", "add the field to the manifest"),
    ("UnknownParameter", "the service does not know the field: look at `spec` and `extra`"),
    ("RequestSizeLimitExceeded", "make the code or the parameters smaller"),
    ("InternalError", "apply again later: it looks first whether this one happened after all"),
];

/// Returns what a person can do about a failed call.
fn call_hint(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::Service { code, .. } => code_hint(code),
        CallError::Transport { source: TransportError::NotSent { obstacle, .. }, .. } => {
            Some(obstacle_hint(obstacle))
        }
        CallError::Transport { source: TransportError::Doubtful { doubt, .. }, .. } => {
            Some(match doubt {
                AmbiguousFailure::Timeout { .. }
                | AmbiguousFailure::Broken { .. }
                | AmbiguousFailure::Truncated { .. } => {
                    "try again: what may have been created is looked for first"
                }
                AmbiguousFailure::TooLarge { .. } => "check that the endpoint is the WeData API",
            })
        }
        CallError::Status { .. } | CallError::Unreadable { .. } => {
            Some("check that the endpoint is the WeData API, and what a proxy in between may do")
        }
        CallError::Stopped { source: StopCause::Asked, .. } => None,
        CallError::Stopped { source: StopCause::TimeOver, .. } => Some(TIME_OVER),
    }
}

/// Returns what a person can do about a failed operation.
pub fn operation_hint(error: &OperationError) -> Option<String> {
    let by_call = if let OperationError::Call(call)
    | OperationError::Observe(ObserveError::Call(call)) = error
    {
        call_hint(call)
    } else {
        None
    };
    by_call.map(str::to_owned).or_else(|| error.way_out())
}

/// Returns the action of the API that failed.
pub fn action_of(error: &OperationError) -> Option<&'static str> {
    match error {
        OperationError::Call(error) | OperationError::Observe(ObserveError::Call(error)) => {
            Some(error.action())
        }
        OperationError::Observe(ObserveError::Unreadable { action, .. })
        | OperationError::StatusFalse { action, .. }
        | OperationError::NoId { action, .. }
        | OperationError::Vanished { action, .. }
        | OperationError::StillThere { action, .. }
        | OperationError::JobFailed { action, .. }
        | OperationError::JobUnfinished { action, .. }
        | OperationError::NotLive { action, .. }
        | OperationError::Unseen { action, .. }
        | OperationError::InDoubt { action, .. } => Some(action),
        OperationError::StaysOffline { source } => action_of(source),
        OperationError::State(_)
        | OperationError::Approval { .. }
        | OperationError::GoingOffline
        | OperationError::FolderType { .. }
        | OperationError::NotStored { .. }
        | OperationError::NameTaken { .. }
        | OperationError::Foreign { .. }
        | OperationError::Unclear { .. }
        | OperationError::Unresolved { .. }
        | OperationError::NoSuchStep { .. } => None,
    }
}

/// Returns what a person can do about what ended a pass early.
pub fn pass_hint(error: &PassError) -> Option<String> {
    match error {
        PassError::State(error) => Some(error.way_out()),
        PassError::Observe(ObserveError::Call(error)) => call_hint(error).map(str::to_owned),
        PassError::Observe(ObserveError::Unreadable { .. }) => None,
    }
}

/// Returns the failure of an observation of the service.
pub fn observe_failure(error: &ObserveError) -> Failure {
    let hint = match error {
        ObserveError::Call(error) => call_hint(error),
        ObserveError::Unreadable { .. } => None,
    };
    Failure::of(error).maybe_hint(hint)
}

/// Returns the failure of an import, or of the rebuilding of a lost state.
pub fn import_failure(error: &ImportError) -> Failure {
    match error {
        ImportError::Observe(error) => observe_failure(error),
        ImportError::State(_)
        | ImportError::Absent { .. }
        | ImportError::Foreign { .. }
        | ImportError::Elsewhere { .. }
        | ImportError::LeftOut { .. }
        | ImportError::Exists { .. }
        | ImportError::Io { .. } => Failure::of(error).maybe_hint(error.way_out()),
    }
}

fn code_hint(code: &str) -> Option<&'static str> {
    let covers = |parent: &str| {
        code.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let lines = BY_CODE.iter().filter(|(parent, _)| covers(parent));
    lines.max_by_key(|(parent, _)| parent.len()).map(|(_, hint)| *hint)
}

fn obstacle_hint(obstacle: &ConnectError) -> &'static str {
    match obstacle {
        ConnectError::NoTls { .. } => "if it is on this machine, write the endpoint with http://",
        ConnectError::Certificate { .. } => {
            "check the endpoint; for a certificate authority of your own, add it to those of this machine"
        }
        ConnectError::Name { .. }
        | ConnectError::Unreachable { .. }
        | ConnectError::ConnectTimeout { .. }
        | ConnectError::Handshake { .. } => {
            "check the endpoint (target, --endpoint), the network and the proxy settings"
        }
        ConnectError::Unwritable => {
            "check the endpoint, the region and the keys for odd characters"
        }
    }
}
