//! The switches of [`Behaviour`] by name: the table from which the command line parses and prints.

use std::fmt;

use clap::ValueEnum;

use super::reading::{Behaviour, WorkflowReading};
use crate::yaml::nearest;

/// One switch.
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// The values that it can have.
    pub values: Vec<Word>,
    set: Setter,
}

/// A value and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The value.
    pub name: String,
    /// What it means.
    pub about: String,
}

/// Sets a value and returns whether it is valid.
type Setter = Box<dyn Fn(&mut Behaviour, &str) -> bool>;

impl fmt::Debug for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Switch").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Returns every switch, in the order of the fields.
pub fn switches() -> Vec<Switch> {
    vec![
        word("spelling", "the spellings in GetTask of fields that have two", |b| &mut b.spelling),
        word("missing", "what Get and Delete return for a task that does not exist", |b| {
            &mut b.missing
        }),
        word("omitted", "what a full update does to a field that it omits", |b| &mut b.omitted),
        word(
            "server-keys",
            "what a full update does to ext keys of the server that it omits",
            |b| &mut b.server_keys,
        ),
        word("partial-lists", "what a partial update does to a list", |b| &mut b.partial_lists),
        word("removal-paths", "the section names of FieldToRemoveList for trigger tasks", |b| {
            &mut b.removal_paths
        }),
        word("names", "whether two tasks of a workflow may have the same name", |b| &mut b.names),
        word("name-filter", "how lists compare TaskName", |b| &mut b.name_filter),
        word("order", "the order of lists", |b| &mut b.order),
        word("trigger-list", "what ListTriggerTasks returns", |b| &mut b.trigger_list),
        word("trigger-versions", "TaskLatestVersionNo in GetTriggerTask", |b| {
            &mut b.trigger_versions
        }),
        ids("workflows", "which workflows exist", |b| &mut b.workflows),
        word("upstreams", "whether upstream tasks must exist", |b| &mut b.upstreams),
        word("deletes", "which tasks may be deleted", |b| &mut b.deletes),
        word("service-ids", "SourceServiceId and TargetServiceId in Get", |b| &mut b.service_ids),
        count("list-delay", "how many list calls do not show a new task yet", |b| {
            &mut b.list_delay
        }),
        count("get-delay", "how many get calls do not find a new task yet", |b| &mut b.get_delay),
        flag("show-folder", "whether GetTask shows TaskFolderPath", |b| &mut b.show_folder),
        word("workflow-names", "whether two workflows of a project may have the same name", |b| {
            &mut b.workflow_names
        }),
        word(
            "workflow-updates",
            "what an update of a workflow does to a field that it omits",
            |b| &mut b.workflow_updates,
        ),
        word("workflow-deletes", "which workflows may be deleted", |b| &mut b.workflow_deletes),
        word("unified-schedules", "what a workflow's schedule does to its tasks", |b| {
            &mut b.unified_schedules
        }),
        word("folders", "which folders must exist", |b| &mut b.folders),
        word("folder-types", "whether the type of a task's folder matters", |b| {
            &mut b.folder_types
        }),
        word("folder-names", "the response to a create of a folder that exists", |b| {
            &mut b.folder_names
        }),
        word("submits", "what a submit leads to", |b| &mut b.submits),
        flag("show-submit-status", "whether SubmitTask returns Status", |b| {
            &mut b.show_submit_status
        }),
        word("starts", "which submitted tasks can be started", |b| &mut b.starts),
        word("start-failures", "how StartOpsTasks reports a failure", |b| &mut b.start_failures),
        word("jobs", "how a pause or a stop ends", |b| &mut b.jobs),
        count("job-delay", "how many GetOpsAsyncJob calls show a job as RUNNING", |b| {
            &mut b.job_delay
        }),
        word("schedule-mode", "the scheduleMode of every project", |b| &mut b.schedule_mode),
        word("site", "which site's parameters the service knows", |b| &mut b.site),
        flag("mode-checked", "whether a project refuses things of the other mode", |b| {
            &mut b.mode_checked
        }),
    ]
}

/// What is wrong with the text of a switch.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SwitchError {
    /// There is no `=VALUE`.
    #[error("expected NAME=VALUE, for instance names=unique-in-workflow")]
    Form,
    /// No switch has this name.
    #[error("there is no switch {given:?}{}: known are {known}", meant(close.as_deref()))]
    Name {
        /// What was read.
        given: String,
        /// What may have been meant.
        close: Option<String>,
        /// Every switch.
        known: String,
    },
    /// The switch does not have this value.
    #[error("{given:?} is not a value of {name}{}: it takes {known}", meant(close.as_deref()))]
    Value {
        /// The switch.
        name: &'static str,
        /// What was read.
        given: String,
        /// What may have been meant.
        close: Option<String>,
        /// Every value.
        known: String,
    },
}

fn meant(close: Option<&str>) -> String {
    close.map_or_else(String::new, |close| format!(" (did you mean `{close}`?)"))
}

impl Behaviour {
    /// Sets the switch that a text names: `names=unique-in-workflow`.
    ///
    /// # Errors
    ///
    /// When there is no such switch, or it does not have that value.
    pub fn turn(&mut self, text: &str) -> Result<(), SwitchError> {
        let (name, value) = text.split_once('=').ok_or(SwitchError::Form)?;
        let switches = switches();
        let Some(switch) = switches.iter().find(|switch| switch.name == name) else {
            let known: Vec<&str> = switches.iter().map(|switch| switch.name).collect();
            let close = nearest(name, known.iter().copied()).map(str::to_owned);
            let given = name.to_owned();
            return Err(SwitchError::Name { given, close, known: known.join(", ") });
        };
        if (switch.set)(self, value) {
            return Ok(());
        }
        let known: Vec<&str> = switch.values.iter().map(|word| word.name.as_str()).collect();
        let close = nearest(value, known.iter().copied()).map(str::to_owned);
        let (name, given) = (switch.name, value.to_owned());
        Err(SwitchError::Value { name, given, close, known: known.join(", ") })
    }
}

/// A switch whose values are the variants of an enum, explained by their own docs.
fn word<T: ValueEnum + 'static>(
    name: &'static str,
    about: &'static str,
    field: fn(&mut Behaviour) -> &mut T,
) -> Switch {
    let set = move |behaviour: &mut Behaviour, text: &str| match T::from_str(text, false) {
        Ok(value) => {
            *field(behaviour) = value;
            true
        }
        Err(_) => false,
    };
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let values = values.map(|value| Word {
        name: value.get_name().to_owned(),
        about: value.get_help().map(ToString::to_string).unwrap_or_default(),
    });
    Switch { name, about, values: values.collect(), set: Box::new(set) }
}

fn count(name: &'static str, about: &'static str, field: fn(&mut Behaviour) -> &mut u32) -> Switch {
    let set = move |behaviour: &mut Behaviour, text: &str| match text.parse() {
        Ok(n) => {
            *field(behaviour) = n;
            true
        }
        Err(_) => false,
    };
    Switch { name, about, values: one("NUMBER", "a whole number from 0"), set: Box::new(set) }
}

fn flag(name: &'static str, about: &'static str, field: fn(&mut Behaviour) -> &mut bool) -> Switch {
    let set = move |behaviour: &mut Behaviour, text: &str| match text.parse() {
        Ok(value) => {
            *field(behaviour) = value;
            true
        }
        Err(_) => false,
    };
    let values = [one("false", "no"), one("true", "yes")].concat();
    Switch { name, about, values, set: Box::new(set) }
}

fn ids(
    name: &'static str,
    about: &'static str,
    field: fn(&mut Behaviour) -> &mut WorkflowReading,
) -> Switch {
    let set = move |behaviour: &mut Behaviour, text: &str| {
        let ids: Vec<String> = text.split(',').map(str::to_owned).collect();
        if ids.iter().any(String::is_empty) {
            return false;
        }
        *field(behaviour) =
            if text == "any" { WorkflowReading::Any } else { WorkflowReading::Known(ids) };
        true
    };
    let values = [one("any", "any that is named"), one("ID,ID", "only these")].concat();
    Switch { name, about, values, set: Box::new(set) }
}

fn one(name: &str, about: &str) -> Vec<Word> {
    vec![Word { name: name.to_owned(), about: about.to_owned() }]
}
