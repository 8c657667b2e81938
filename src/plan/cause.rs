//! Why something happens to a resource: as data, so that no code has to parse a reason from its
//! text.

use crate::model::Address;

/// Why something happens to a resource; the output module formats it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeCause {
    /// It does not exist yet.
    New,
    /// It exists and carries our mark, but is missing from the state.
    Marked,
    /// Its manifest was renamed.
    RenamedFrom(Address),
    /// A field differs that no update call can change.
    Immutable {
        /// Which field.
        path: String,
        /// Why no call changes it.
        because: &'static str,
    },
    /// The manifest has other values than those applied last.
    ManifestChanged,
    /// Somebody changed it at the service.
    Drifted(DriftCause),
    /// Somebody deleted it at the service.
    DeletedOutside,
    /// It no longer has a manifest.
    NoManifest {
        /// Somebody deleted it at the service already.
        deleted_outside: bool,
    },
    /// The target leaves its manifest out.
    LeftOut {
        /// Somebody deleted it at the service already.
        deleted_outside: bool,
    },
    /// Answers leave these fields out, so they are written again.
    Unanswered(Vec<String>),
    /// The service already has the wanted values, and only the state is behind.
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
    /// It is paused but should run.
    Paused {
        /// Somebody paused it at the service.
        outside: bool,
    },
    /// It is offline but should run.
    Offline {
        /// Somebody took it offline at the service.
        outside: bool,
    },
    /// It is going offline but should run.
    GoingOffline {
        /// Somebody is taking it offline at the service.
        outside: bool,
    },
    /// It runs but should be paused.
    Running {
        /// Somebody started it at the service.
        outside: bool,
    },
}

/// What somebody changed at the service: changes that matter more to people than any one field have
/// a cause of their own.
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
    /// Returns whether somebody did something at the service.
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
