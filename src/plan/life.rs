//! Which steps are missing between a task's status and its wanted schedule.

use super::cause::ChangeCause;
use crate::kinds::table;
use crate::model::{Kind, RemoteVersion, Schedule, Step, TaskStatus};

/// What is to be done to a task besides its fields, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleGoal {
    /// Submit, Start and Pause, in their order.
    pub steps: Vec<Step>,
    /// Why, where the reason is not a change of a field.
    pub causes: Vec<ChangeCause>,
}

/// Returns the missing steps. `seen` is `None` for a task that does not exist yet; a task that is
/// `written` first gets a saved version that is newer than the submitted one.
///
/// A draft is left alone: whether it is submitted or started is decided by hand.
pub fn life(
    kind: Kind,
    wanted: Schedule,
    recorded: Option<&RemoteVersion>,
    seen: Option<&RemoteVersion>,
    written: bool,
) -> ScheduleGoal {
    let table = table(kind);
    let mut life = ScheduleGoal::default();
    if wanted == Schedule::Draft || !table.submits() {
        return life;
    }
    if written || !seen.is_some_and(RemoteVersion::is_submitted) {
        life.steps.push(Step::Submit);
        if let Some(marker) = seen.filter(|_| !written) {
            life.causes.push(unsubmitted(marker));
        }
    }
    // The tasks of a trigger workflow run when the workflow does.
    if !table.starts() {
        return life;
    }
    let was = recorded.and_then(|marker| marker.status.as_ref());
    let is = seen.and_then(|marker| marker.status.as_ref());
    let moved = was.is_some() && was != is;
    match (wanted, is == Some(&TaskStatus::Scheduled)) {
        (Schedule::Running, false) => {
            life.steps.push(Step::Start);
            if seen.is_some() {
                life.causes.push(stopped(is, moved));
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
    match marker.submitted.clone() {
        None => ChangeCause::NeverSubmitted,
        Some(submitted) => ChangeCause::SavedLater { version: marker.version.clone(), submitted },
    }
}

fn stopped(status: Option<&TaskStatus>, outside: bool) -> ChangeCause {
    match status {
        Some(TaskStatus::Paused) => ChangeCause::Paused { outside },
        Some(TaskStatus::Offline) => ChangeCause::Offline { outside },
        Some(TaskStatus::GoingOffline) => ChangeCause::GoingOffline { outside },
        Some(
            TaskStatus::New | TaskStatus::Scheduled | TaskStatus::Invalid | TaskStatus::Unknown(_),
        )
        | None => ChangeCause::NotStarted,
    }
}

/// Returns whether a task has to go offline before it is deleted.
pub fn is_online(kind: Kind, marker: &RemoteVersion) -> bool {
    table(kind).starts() && marker.status.as_ref().is_some_and(TaskStatus::is_online)
}
