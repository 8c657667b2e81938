//! From what a task is to what its schedule should be: which steps are missing.

use crate::model::{Kind, RemoteVersion, Schedule, Verb};

/// What is to be done to a task beside its fields, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleGoal {
    /// Submit, Start and Pause, in their order.
    pub steps: Vec<Verb>,
    /// Why, where no change of a field is the reason.
    pub reasons: Vec<String>,
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
        life.steps.push(Verb::Submit);
        if let Some(marker) = seen.filter(|_| !written) {
            life.reasons.push(unsubmitted(marker));
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
            life.steps.push(Verb::Start);
            if seen.is_some() {
                life.reasons.push(stopped(&is, moved));
            }
        }
        (Schedule::Paused, true) => {
            life.steps.push(Verb::Pause);
            let outside = if moved { "started outside" } else { "running" };
            life.reasons.push(outside.to_owned());
        }
        (Schedule::Running, true)
        | (Schedule::Paused, false)
        | (Schedule::Draft | Schedule::Submitted, _) => {}
    }
    life
}

fn unsubmitted(marker: &RemoteVersion) -> String {
    match (marker.version.as_str(), marker.submitted.as_str()) {
        (_, "") => "never submitted".to_owned(),
        ("", submitted) => format!("saved after the submitted version {submitted}"),
        (version, submitted) => format!("saved as {version}, submitted is {submitted}"),
    }
}

fn stopped(status: &str, moved: bool) -> String {
    let what = match status {
        "O" => "paused",
        "F" => "taken offline",
        "T" => "going offline",
        _ => return "not started".to_owned(),
    };
    if moved { format!("{what} outside") } else { what.to_owned() }
}

/// Tells whether a task has to go offline before it is deleted.
pub fn is_online(kind: Kind, marker: &RemoteVersion) -> bool {
    kind == Kind::Task && matches!(marker.status.as_str(), "Y" | "O" | "T")
}
