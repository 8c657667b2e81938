//! The keys of taskloom.yaml.
//!
//! One table says which keys are known where, and is the source of the schema for editors.

use super::variable::VariableType;
use crate::model::Schedule;
use crate::yaml::{KnownKey, ValueForm, key};

/// taskloom.yaml.
pub const PROJECT: &[KnownKey] = &[
    key("bundle", ValueForm::Keys(BUNDLE), "Whose the resources are that are made from here."),
    key(
        "manifests",
        ValueForm::Texts,
        "Folders, files or globs with manifests, relative to this file. All below it by default.",
    ),
    key(
        "variables",
        ValueForm::Each(VARIABLE),
        "Values that manifests name as ${var.NAME} and targets may set.",
    ),
    key("targets", ValueForm::Each(TARGET), "Where the manifests are brought to."),
    key(
        "guards",
        ValueForm::Keys(GUARDS),
        "How much a plan may destroy without being told that it may.",
    ),
    key("limits", ValueForm::Keys(LIMITS), "How long things may take."),
];

/// `bundle` of taskloom.yaml.
pub const BUNDLE: &[KnownKey] = &[
    key("name", ValueForm::Text, "The name of the bundle. ${env.NAME} is filled in."),
    key(
        "id",
        ValueForm::Id,
        "The mark of ownership on everything that is made, as `taskloom init` makes one. Never \
         share or change it.",
    ),
];

/// A variable of taskloom.yaml.
pub const VARIABLE: &[KnownKey] = &[
    key("description", ValueForm::Text, "What it is, for people."),
    key("type", ValueForm::Word(types), "What its values are: string by default."),
    key(
        "default",
        ValueForm::Free,
        "Its value when nobody gives another. ${env.NAME} is filled in.",
    ),
    key(
        "sensitive",
        ValueForm::Flag,
        "Show its value nowhere, and keep only a keyed digest of it.",
    ),
];

/// A target of taskloom.yaml.
pub const TARGET: &[KnownKey] = &[
    key("default", ValueForm::Flag, "Taken when no --target is given."),
    key(
        "mode",
        ValueForm::Word(|| vec!["development"]),
        "For development every TaskName begins with `[dev USER] `, and nothing is ever started. \
         Leave it out for production.",
    ),
    key(
        "endpoint",
        ValueForm::Endpoint,
        "The service: `embedded` for the one inside taskloom, or a URL. Plain http goes to this \
         machine only. The public service of the China site by default.",
    ),
    key("project_id", ValueForm::Id, "The id of the WeData project, in quotes."),
    key("region", ValueForm::Text, "The region, as in ap-guangzhou."),
    key("schedule", ValueForm::Word(schedules), "The schedule of manifests that name none."),
    key("variables", ValueForm::FreeEach, "Values of variables, by their names."),
    key("include", ValueForm::Texts, "Only these resources: Task/orders-* or a label, team=sales."),
    key("exclude", ValueForm::Texts, "Not these resources: Task/orders-* or a label, team=sales."),
];

/// `guards` of taskloom.yaml.
pub const GUARDS: &[KnownKey] = &[
    key(
        "deletes_max",
        ValueForm::Count(usize::MAX),
        "The most deletes of one plan, replaces included: 10 by default.",
    ),
    key(
        "deletes_max_percent",
        ValueForm::Count(100),
        "The most deletes of one plan in percent of what is managed: 30 by default.",
    ),
    key(
        "spare_downstream",
        ValueForm::Flag,
        "Whether a delete spares the instances downstream of a task: true by default.",
    ),
];

/// `limits` of taskloom.yaml.
pub const LIMITS: &[KnownKey] = &[
    key(
        "timeout",
        ValueForm::Length,
        "How long a run may take, as in 30m: without end by default.",
    ),
    key("call_timeout", ValueForm::Length, "How long one request may take, as in 60s."),
    key(
        "lock_timeout",
        ValueForm::Length,
        "How long to wait while another run is at work, as in 5m.",
    ),
];

fn schedules() -> Vec<&'static str> {
    Schedule::ALL.map(Schedule::name).to_vec()
}

fn types() -> Vec<&'static str> {
    VariableType::ALL.map(VariableType::name).to_vec()
}
