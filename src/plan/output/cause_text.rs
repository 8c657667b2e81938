//! Why something happens to a resource, as text: the same text in every format.

use std::fmt;

use super::super::cause::{ChangeCause, DriftCause};
use super::super::change::Change;

/// Returns why something happens to a resource, one sentence per cause.
pub fn reasons(change: &Change) -> Vec<String> {
    change.causes.iter().map(ToString::to_string).collect()
}

impl fmt::Display for ChangeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangeCause::New => f.write_str("new"),
            ChangeCause::Marked => f.write_str("ours by its mark, and missing in the state"),
            ChangeCause::RenamedFrom(before) => write!(f, "renamed from {before}"),
            ChangeCause::Immutable { path, because } => {
                write!(f, "{path} cannot change in place: {because}")
            }
            ChangeCause::ManifestChanged => f.write_str("manifest changed"),
            ChangeCause::Drifted(drift) => f.write_str(drift_text(*drift)),
            ChangeCause::DeletedOutside => f.write_str("deleted outside"),
            ChangeCause::NoManifest { deleted_outside } => {
                write!(f, "no manifest{}", gone_text(*deleted_outside))
            }
            ChangeCause::LeftOut { deleted_outside } => {
                write!(f, "the target leaves it out{}", gone_text(*deleted_outside))
            }
            ChangeCause::Unanswered(paths) => {
                write!(f, "the service does not tell {}, which is sent again", paths.join(", "))
            }
            ChangeCause::AlreadyStored => f.write_str("the service already has this"),
            ChangeCause::NeverSubmitted => f.write_str("never submitted"),
            ChangeCause::SavedLater { version: None, submitted } => {
                write!(f, "saved after the submitted version {submitted}")
            }
            ChangeCause::SavedLater { version: Some(version), submitted } => {
                write!(f, "saved as {version}, submitted is {submitted}")
            }
            ChangeCause::NotStarted => f.write_str("not started"),
            ChangeCause::Paused { outside } => write!(f, "paused{}", outside_text(*outside)),
            ChangeCause::Offline { outside } => {
                write!(f, "taken offline{}", outside_text(*outside))
            }
            ChangeCause::GoingOffline { outside } => {
                write!(f, "going offline{}", outside_text(*outside))
            }
            ChangeCause::Running { outside: true } => f.write_str("started outside"),
            ChangeCause::Running { outside: false } => f.write_str("running"),
        }
    }
}

fn drift_text(drift: DriftCause) -> &'static str {
    match drift {
        DriftCause::Field => "changed outside",
        DriftCause::Type => "its type was changed outside",
        DriftCause::Workflow => "moved to another workflow outside",
        DriftCause::Name => "renamed outside",
    }
}

fn gone_text(deleted_outside: bool) -> &'static str {
    if deleted_outside { ", and deleted outside" } else { "" }
}

fn outside_text(outside: bool) -> &'static str {
    if outside { " outside" } else { "" }
}
