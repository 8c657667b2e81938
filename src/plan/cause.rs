//! Why something happens to a resource: as data, so that nobody reads a reason back from its words.

use crate::model::Address;

/// Why something happens to a resource; the output makes the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeCause {
    /// Nothing of it is there.
    New,
    /// It was made and is ours by its mark, and the state lost it.
    Marked,
    /// Its manifest was renamed.
    RenamedFrom(Address),
    /// A field moves that no update changes.
    Immutable {
        /// Which field.
        path: String,
        /// Why none changes it.
        because: &'static str,
    },
    /// The manifest names other values than were applied last.
    ManifestChanged,
    /// Somebody changed it at the service.
    Drifted(DriftCause),
    /// Somebody deleted it at the service.
    DeletedOutside,
    /// Nothing asks for it any more.
    NoManifest {
        /// Somebody deleted it at the service already.
        deleted_outside: bool,
    },
    /// The target leaves its manifest out.
    LeftOut {
        /// Somebody deleted it at the service already.
        deleted_outside: bool,
    },
    /// Answers leave these fields out, so that they are written once more.
    Unanswered(Vec<String>),
    /// The service has what is asked for, and only the state does not.
    AlreadyStored,
    /// No version of it runs.
    NeverSubmitted,
    /// The version that runs is not the saved one.
    SavedLater {
        /// The saved one, where the service gives one.
        version: Option<String>,
        /// The one that runs.
        submitted: String,
    },
    /// It was never put into the schedule.
    NotStarted,
    /// It is paused and is to run.
    Paused {
        /// Somebody paused it at the service.
        outside: bool,
    },
    /// It is offline and is to run.
    Offline {
        /// Somebody took it offline at the service.
        outside: bool,
    },
    /// It is on its way offline and is to run.
    GoingOffline {
        /// Somebody takes it offline at the service.
        outside: bool,
    },
    /// It runs and is to be paused.
    Running {
        /// Somebody started it at the service.
        outside: bool,
    },
}

/// What somebody changed at the service: what is more to people than one field of many has a cause
/// of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftCause {
    /// Any field.
    Field,
    /// TaskTypeId.
    Type,
    /// WorkflowId.
    Workflow,
    /// TaskName.
    Name,
}

impl ChangeCause {
    /// Tells whether somebody did something at the service.
    pub fn is_outside(&self) -> bool {
        match self {
            ChangeCause::Drifted(_) | ChangeCause::DeletedOutside => true,
            ChangeCause::NoManifest { deleted_outside: outside }
            | ChangeCause::LeftOut { deleted_outside: outside }
            | ChangeCause::Paused { outside }
            | ChangeCause::Offline { outside }
            | ChangeCause::GoingOffline { outside }
            | ChangeCause::Running { outside } => *outside,
            ChangeCause::New
            | ChangeCause::Marked
            | ChangeCause::RenamedFrom(_)
            | ChangeCause::Immutable { .. }
            | ChangeCause::ManifestChanged
            | ChangeCause::Unanswered(_)
            | ChangeCause::AlreadyStored
            | ChangeCause::NeverSubmitted
            | ChangeCause::SavedLater { .. }
            | ChangeCause::NotStarted => false,
        }
    }
}
