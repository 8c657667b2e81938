//! From what a task is to what its schedule should be: which steps are missing.

use super::cause::ChangeCause;
use crate::model::{Kind, RemoteVersion, Schedule, Step};

/// What is to be done to a task beside its fields, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleGoal {
    /// Submit, Start and Pause, in their order.
    pub steps: Vec<Step>,
    /// Why, where no change of a field is the reason.
    pub causes: Vec<ChangeCause>,
}

/// Returns the missing steps. `seen` is none for what does not exist yet; a task that is
/// `written` first gets a saved version that is newer than the submitted one.
///
/// A draft is left alone: who submits or starts it by hand decides that.
pub fn life(
    kind: Kind,
    wanted: Schedule,
    recorded: Option<&RemoteVersion>,
    seen: Option<&RemoteVersion>,
    written: bool,
) -> ScheduleGoal {
    let mut life = ScheduleGoal::default();
    if wanted == Schedule::Draft || kind.home().is_none() {
        return life;
    }
    if written || !seen.is_some_and(RemoteVersion::is_submitted) {
        life.steps.push(Step::Submit);
        if let Some(marker) = seen.filter(|_| !written) {
            life.causes.push(unsubmitted(marker));
        }
    }
    // The tasks of a trigger workflow run when the workflow does.
    if kind == Kind::TriggerTask {
        return life;
    }
    let status =
        |marker: Option<&RemoteVersion>| marker.map_or("", |m| m.status.as_str()).to_owned();
    let (was, is) = (status(recorded), status(seen));
    let moved = was != is && !was.is_empty();
    match (wanted, is == "Y") {
        (Schedule::Running, false) => {
            life.steps.push(Step::Start);
            if seen.is_some() {
                life.causes.push(stopped(&is, moved));
            }
        }
        (Schedule::Paused, true) => {
            life.steps.push(Step::Pause);
            life.causes.push(ChangeCause::Running { outside: moved });
        }
        (Schedule::Running, true)
        | (Schedule::Paused, false)
        | (Schedule::Draft | Schedule::Submitted, _) => {}
    }
    life
}

fn unsubmitted(marker: &RemoteVersion) -> ChangeCause {
    match (marker.version.as_str(), marker.submitted.as_str()) {
        (_, "") => ChangeCause::NeverSubmitted,
        (version, submitted) => ChangeCause::SavedLater {
            version: (!version.is_empty()).then(|| version.to_owned()),
            submitted: submitted.to_owned(),
        },
    }
}

fn stopped(status: &str, outside: bool) -> ChangeCause {
    match status {
        "O" => ChangeCause::Paused { outside },
        "F" => ChangeCause::Offline { outside },
        "T" => ChangeCause::GoingOffline { outside },
        _ => ChangeCause::NotStarted,
    }
}

/// Tells whether a task has to go offline before it is deleted.
pub fn is_online(kind: Kind, marker: &RemoteVersion) -> bool {
    kind == Kind::Task && matches!(marker.status.as_str(), "Y" | "O" | "T")
}
