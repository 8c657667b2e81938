//! Why one operation failed.

use crate::cloud::{CallError, CallOutcome};
use crate::kinds::{FOLDER_TYPES, Home, ResourceHome, table};
use crate::model::{Address, Kind, RemoteId, RequestId, Step};
use crate::observe::ObserveError;
use crate::plan::{FieldChange, foreign_way_out};
use crate::state::StateError;
use crate::support::StopCause;

/// Why one operation failed; the others continue.
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
    /// HTTP 200 without an error, but with `Status: false`.
    #[error("{action} answered with Status false (RequestId {})", RequestId::shown(request_id.as_ref()))]
    StatusFalse {
        /// The action.
        action: &'static str,
        /// The answer's id.
        request_id: Option<RequestId>,
    },
    /// A create without an id.
    #[error("{action} answered without an id (RequestId {})", RequestId::shown(request_id.as_ref()))]
    NoId {
        /// The action.
        action: &'static str,
        /// The answer's id.
        request_id: Option<RequestId>,
    },
    /// The service accepted the write and stored something else.
    #[error("the service stored something else than was sent in {}", paths(fields))]
    NotStored {
        /// What differs.
        fields: Vec<FieldChange>,
    },
    /// A write succeeded, but the resource does not exist.
    #[error("it is not there after {action} (id {id})")]
    Vanished {
        /// The write.
        action: &'static str,
        /// The id.
        id: RemoteId,
    },
    /// A delete succeeded, but the resource still exists.
    #[error("it is still there after {action} (id {id})")]
    StillThere {
        /// The delete.
        action: &'static str,
        /// The id.
        id: RemoteId,
    },
    /// A write was answered, and the run ended before its effect was seen.
    #[error("{action} was answered (id {id}), but its effect was not seen any more")]
    Unseen {
        /// The write.
        action: &'static str,
        /// The id.
        id: RemoteId,
        /// Why the run ended.
        source: StopCause,
    },
    /// The service has something of that name which is not this resource.
    #[error("a {kind} named {name:?} is in {} already: {}{}", home_text(*kind, home.as_ref()), list(ids), owned(owner.as_ref()))]
    NameTaken {
        /// The kind.
        kind: Kind,
        /// TaskName.
        name: String,
        /// Where both would be.
        home: Option<ResourceHome>,
        /// The resources with the name.
        ids: Vec<RemoteId>,
        /// The address of one of them, if it is managed.
        owner: Option<Address>,
    },
    /// It carries the mark of another bundle.
    #[error(
        "its BundleId is {bundle_id:?}, which is neither ours nor recorded: it belongs to somebody else (id {id})"
    )]
    Foreign {
        /// Its address in the state.
        address: Address,
        /// The id.
        id: RemoteId,
        /// Its BundleId.
        bundle_id: String,
    },
    /// It may exist already, created by a call whose answer was lost.
    #[error(
        "an earlier create whose answer was lost may have made {}, and nothing proves it",
        list(candidates)
    )]
    Unclear {
        /// Resources with its name that may be it.
        candidates: Vec<RemoteId>,
    },
    /// A create whose answer was lost, and whose look-up failed too.
    #[error("the answer to {action} was lost and its outcome could not be looked up")]
    InDoubt {
        /// The create.
        action: &'static str,
        /// Why the answer was lost.
        lost: Box<OperationError>,
        /// Why the look-up failed.
        source: ObserveError,
    },
    /// A job that does the work failed.
    #[error("the job {job} of {action} failed: {why}")]
    JobFailed {
        /// The action that started the job.
        action: &'static str,
        /// AsyncId.
        job: String,
        /// The job's message.
        why: String,
    },
    /// A job did not end in time.
    #[error("the job {job} of {action} has not ended yet")]
    JobUnfinished {
        /// The action that started the job.
        action: &'static str,
        /// AsyncId.
        job: String,
    },
    /// A submitted version waits for a person.
    #[error("version {version} was submitted and is not approved (ApproveStatus {status})")]
    Approval {
        /// VersionId.
        version: String,
        /// ApproveStatus.
        status: String,
    },
    /// A step was answered with success and the task does not show it.
    #[error("{action} was answered with success, but shows no effect (Status {status:?})")]
    NotLive {
        /// The action.
        action: &'static str,
        /// Status of the task.
        status: String,
    },
    /// A task that is offline was not started.
    #[error("the service does not start a task that is offline (Status F)")]
    StaysOffline {
        /// The service's error.
        source: Box<OperationError>,
    },
    /// The task is being taken offline, which has not ended yet.
    #[error("the task is going offline (Status T), and nothing can be done to it until it is")]
    GoingOffline,
    /// The type of the folder of a task is not known.
    #[error("the type of the folder of tasks of type {task_type} is not known")]
    FolderType {
        /// TaskTypeId.
        task_type: String,
    },
    /// A step that the kind does not have; no plan contains such an operation.
    #[error("{} has no step {step}: nothing was sent", kind.name())]
    NoSuchStep {
        /// The step.
        step: Step,
        /// The kind.
        kind: Kind,
    },
    /// An id that should be known is not.
    #[error("the id of {address} is not known")]
    Unresolved {
        /// Its address.
        address: String,
    },
}

impl OperationError {
    /// Returns what a person can do about it; None where the error says everything.
    pub fn way_out(&self) -> Option<String> {
        let text = match self {
            OperationError::NameTaken { owner: Some(owner), .. } => {
                return Some(format!("give it or {owner} another TaskName"));
            }
            OperationError::NameTaken { owner: None, ids, kind, .. } => {
                let flag = table(*kind).import.flag;
                let flags: Vec<String> = ids.iter().map(|id| format!("{flag} {}", id.0)).collect();
                return Some(format!(
                    "if it is the one, take it over with `taskloom import {}`; if not, give ours \
                     another TaskName or delete the other one",
                    flags.join(" ")
                ));
            }
            OperationError::Foreign { address, bundle_id, .. } => {
                return Some(foreign_way_out(address, bundle_id));
            }
            OperationError::Unclear { .. } => {
                "compare them with the manifest: import the one that is it, or delete them; the next apply then continues"
            }
            OperationError::InDoubt { .. } | OperationError::NoId { .. } => {
                "the intent is in the journal: the next apply looks for it before it creates anything"
            }
            OperationError::NotStored { .. } => {
                "plan shows the difference; the value may not be valid for this type of task"
            }
            OperationError::Vanished { .. } | OperationError::StillThere { .. } => {
                "apply again: the service may be behind"
            }
            OperationError::Unseen { .. } => "apply again: it checks this one first",
            OperationError::StatusFalse { .. } => {
                "the service gives no reason; look at the task in the console, then apply again"
            }
            OperationError::JobFailed { .. } | OperationError::NotLive { .. } => {
                "look at it in the console, then apply again"
            }
            OperationError::StaysOffline { .. } => {
                "submit the task once more in the console and apply again; or give its manifest \
                 another metadata.name, which creates it again"
            }
            OperationError::GoingOffline => "apply again when its running instances have ended",
            OperationError::FolderType { .. } => {
                return Some(format!(
                    "set lifecycle.folder_type in its manifest: one of {}",
                    FOLDER_TYPES.join(", ")
                ));
            }
            OperationError::JobUnfinished { .. } => "apply again: the next run checks its progress",
            OperationError::Approval { .. } => {
                "have the version approved in the console, then apply again"
            }
            OperationError::State(error) => return Some(error.way_out()),
            OperationError::Observe(_) => "nothing is lost: apply again",
            OperationError::Call(error) => match error.outcome() {
                CallOutcome::NotExecuted | CallOutcome::Unknown => "nothing is lost: apply again",
                CallOutcome::Refused => return None,
            },
            OperationError::Unresolved { .. } | OperationError::NoSuchStep { .. } => return None,
        };
        Some(text.to_owned())
    }

    /// Returns why the run ended, if it ended before the operation sent anything that could have
    /// changed something.
    pub(super) fn stopped(&self) -> Option<StopCause> {
        if let OperationError::Call(call) | OperationError::Observe(ObserveError::Call(call)) = self
            && let CallError::Stopped { source, .. } = call
        {
            return Some(*source);
        }
        None
    }

    /// Returns whether it is a call whose outcome is unknown.
    pub(super) fn is_lost_call(&self) -> bool {
        matches!(self, OperationError::Call(error) if error.outcome() == CallOutcome::Unknown)
    }

    /// Returns the call that failed, if any: its own, or the one that caused it.
    pub fn call(&self) -> Option<&CallError> {
        match self {
            OperationError::Call(error) | OperationError::Observe(ObserveError::Call(error)) => {
                Some(error)
            }
            OperationError::InDoubt { lost, .. } => lost.call(),
            OperationError::StaysOffline { source } => source.call(),
            OperationError::Observe(ObserveError::Unreadable { .. })
            | OperationError::State(_)
            | OperationError::StatusFalse { .. }
            | OperationError::NoId { .. }
            | OperationError::NotStored { .. }
            | OperationError::Vanished { .. }
            | OperationError::StillThere { .. }
            | OperationError::Unseen { .. }
            | OperationError::NameTaken { .. }
            | OperationError::Foreign { .. }
            | OperationError::Unclear { .. }
            | OperationError::JobFailed { .. }
            | OperationError::JobUnfinished { .. }
            | OperationError::Approval { .. }
            | OperationError::NotLive { .. }
            | OperationError::GoingOffline
            | OperationError::FolderType { .. }
            | OperationError::Unresolved { .. }
            | OperationError::NoSuchStep { .. } => None,
        }
    }

    /// Returns the API's error code, if the service gave one.
    pub fn code(&self) -> Option<&str> {
        self.call()?.code()
    }

    /// Returns the RequestId of the answer that caused it.
    pub fn request_id(&self) -> Option<&RequestId> {
        match self {
            OperationError::Call(error) | OperationError::Observe(ObserveError::Call(error)) => {
                error.request_id()
            }
            OperationError::Observe(ObserveError::Unreadable { request_id, .. })
            | OperationError::StatusFalse { request_id, .. }
            | OperationError::NoId { request_id, .. } => request_id.as_ref(),
            OperationError::InDoubt { lost, .. } => lost.request_id(),
            OperationError::StaysOffline { source } => source.request_id(),
            OperationError::State(_)
            | OperationError::NotStored { .. }
            | OperationError::Vanished { .. }
            | OperationError::StillThere { .. }
            | OperationError::Unseen { .. }
            | OperationError::NameTaken { .. }
            | OperationError::Foreign { .. }
            | OperationError::Unclear { .. }
            | OperationError::JobFailed { .. }
            | OperationError::JobUnfinished { .. }
            | OperationError::Approval { .. }
            | OperationError::NotLive { .. }
            | OperationError::GoingOffline
            | OperationError::FolderType { .. }
            | OperationError::Unresolved { .. }
            | OperationError::NoSuchStep { .. } => None,
        }
    }
}

fn paths(fields: &[FieldChange]) -> String {
    fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>().join(", ")
}

fn list(candidates: &[RemoteId]) -> String {
    candidates.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}

fn home_text(kind: Kind, home: Option<&ResourceHome>) -> String {
    match (home, table(kind).home) {
        (Some(home), _) => home.to_string(),
        (None, Home::Project) => "the project".to_owned(),
        (None, Home::Folder(_)) => "its folder".to_owned(),
        (None, Home::Workflow { .. }) => "its workflow".to_owned(),
    }
}

fn owned(owner: Option<&Address>) -> String {
    owner.map_or(String::new(), |address| format!(", which is {address}"))
}
