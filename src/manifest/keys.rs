//! The words of our own: the keys of a manifest around the fields of the API, and those of
//! taskloom.yaml.
//!
//! One table says which keys are known where, and tells editors what to write behind them.

use super::envelope::API_VERSION;
use super::variable::VariableType;
use crate::model::{Kind, Schedule};

/// A key of a map of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// How it is written.
    pub name: &'static str,
    /// What stands behind it.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, in sentences.
    pub about: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Any text.
    Text,
    /// A text that is not empty.
    Id,
    /// What names a resource, a target, a variable.
    Name,
    /// true or false.
    Flag,
    /// One of a few words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number, at most so large.
    Count(usize),
    /// A length of time.
    Length,
    /// `embedded` or a URL.
    Endpoint,
    /// A list of texts.
    Texts,
    /// A list of names.
    Names,
    /// Texts by any keys.
    Labels,
    /// Anything.
    Free,
    /// A map of anything.
    FreeMap,
    /// A map with these keys.
    Keys(&'static [Key]),
    /// Maps with these keys, by names.
    Each(&'static [Key]),
    /// Anything by names.
    FreeEach,
    /// The fields of the API, by the table of the kind.
    Spec,
    /// The schedules that the kind can have.
    Schedule,
    /// Paths of fields of the kind.
    Paths,
    /// The type of folders, where the kind has one.
    FolderType,
}

/// A manifest.
pub(super) const MANIFEST: &[Key] = &[
    key("apiVersion", Form::Word(|| vec![API_VERSION]), "The version of this format.").required(),
    key("kind", Form::Word(kinds), "What the manifest is of.").required(),
    key("metadata", Form::Keys(METADATA), "What the resource is called.").required(),
    key("lifecycle", Form::Keys(LIFECYCLE), "How the resource is treated."),
    key("spec", Form::Spec, "The resource itself, in the spelling of the API.").required(),
    key(
        "extra",
        Form::FreeMap,
        "Fields of the request that are newer than this program, merged into it as they are.",
    ),
];

/// `metadata` of a manifest.
pub(super) const METADATA: &[Key] = &[
    key(
        "name",
        Form::Name,
        "The name inside the project, one a kind: with the kind the address, as in \
         Task/orders-daily. It begins with a letter or digit and goes on with letters, digits, \
         `.`, `_`, `-`.",
    )
    .required(),
    key("labels", Form::Labels, "Labels for --select, as in team=sales."),
    key(
        "formerly",
        Form::Names,
        "Earlier names: the state moves along, and nothing is made again.",
    ),
];

/// `lifecycle` of a manifest.
pub(super) const LIFECYCLE: &[Key] = &[
    key(
        "schedule",
        Form::Schedule,
        "How far along its life it is wanted: saved only (draft), its saved version submitted, \
         scheduled (running), or out of the schedule (paused). Without it the target's schedule \
         holds.",
    ),
    key(
        "protect",
        Form::Flag,
        "Never delete or replace it. Remembered in the state, so that deleting the manifest does \
         not lift it.",
    ),
    key(
        "ignore",
        Form::Paths,
        "Fields that are neither compared nor changed, as in TaskConfiguration.BrokerIp or \
         TaskConfiguration.TaskExtConfigurationList[bucket].",
    ),
    key(
        "folder_type",
        Form::FolderType,
        "The type of the folders that are made for a task, where its task type does not tell.",
    ),
];

/// What stands for CodeContent in the section with the code.
pub(super) const CODE: &[Key] = &[
    key(
        "CodeFile",
        Form::Text,
        "The file with the code, counted from the folder of the manifest and inside the project. \
         Nothing in it is interpreted.",
    ),
    key("Code", Form::Text, "The code as plain text. Nothing in it is interpreted."),
];

/// What a pasted request may name beside the fields of a kind.
pub(super) const PROJECT_ID: Key = key(
    "ProjectId",
    Form::Text,
    "The id of the WeData project; must be the one of the target. Better left out.",
);

/// taskloom.yaml.
pub(super) const PROJECT: &[Key] = &[
    key("bundle", Form::Keys(BUNDLE), "Whose the resources are that are made from here."),
    key(
        "manifests",
        Form::Texts,
        "Folders, files or globs with manifests, relative to this file. All below it by default.",
    ),
    key(
        "variables",
        Form::Each(VARIABLE),
        "Values that manifests name as ${var.NAME} and targets may set.",
    ),
    key("targets", Form::Each(TARGET), "Where the manifests are brought to."),
    key(
        "guards",
        Form::Keys(GUARDS),
        "How much a plan may destroy without being told that it may.",
    ),
    key("limits", Form::Keys(LIMITS), "How long things may take."),
];

/// `bundle` of taskloom.yaml.
pub(super) const BUNDLE: &[Key] = &[
    key("name", Form::Text, "The name of the bundle. ${env.NAME} is filled in."),
    key(
        "id",
        Form::Id,
        "The mark of ownership on everything that is made, as `taskloom init` makes one. Never \
         share or change it.",
    ),
];

/// A variable of taskloom.yaml.
pub(super) const VARIABLE: &[Key] = &[
    key("description", Form::Text, "What it is, for people."),
    key("type", Form::Word(types), "What its values are: string by default."),
    key("default", Form::Free, "Its value when nobody gives another. ${env.NAME} is filled in."),
    key("sensitive", Form::Flag, "Show its value nowhere, and keep only a keyed digest of it."),
];

/// A target of taskloom.yaml.
pub(super) const TARGET: &[Key] = &[
    key("default", Form::Flag, "Taken when no --target is given."),
    key(
        "mode",
        Form::Word(|| vec!["development"]),
        "For development every TaskName begins with `[dev USER] `, and nothing is ever started. \
         Leave it out for production.",
    ),
    key(
        "endpoint",
        Form::Endpoint,
        "The service: `embedded` for the one inside taskloom, or a URL. Plain http goes to this \
         machine only. The public service of the China site by default.",
    ),
    key("project_id", Form::Id, "The id of the WeData project, in quotes."),
    key("region", Form::Text, "The region, as in ap-guangzhou."),
    key("schedule", Form::Word(schedules), "The schedule of manifests that name none."),
    key("variables", Form::FreeEach, "Values of variables, by their names."),
    key("include", Form::Texts, "Only these resources: Task/orders-* or a label, team=sales."),
    key("exclude", Form::Texts, "Not these resources: Task/orders-* or a label, team=sales."),
];

/// `guards` of taskloom.yaml.
pub(super) const GUARDS: &[Key] = &[
    key(
        "deletes_max",
        Form::Count(usize::MAX),
        "The most deletes of one plan, replaces included: 10 by default.",
    ),
    key(
        "deletes_max_percent",
        Form::Count(100),
        "The most deletes of one plan in percent of what is managed: 30 by default.",
    ),
    key(
        "spare_downstream",
        Form::Flag,
        "Whether a delete spares the instances downstream of a task: true by default.",
    ),
];

/// `limits` of taskloom.yaml.
pub(super) const LIMITS: &[Key] = &[
    key("timeout", Form::Length, "How long a run may take, as in 30m: without end by default."),
    key("call_timeout", Form::Length, "How long one request may take, as in 60s."),
    key("lock_timeout", Form::Length, "How long to wait while another run is at work, as in 5m."),
];

const fn key(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, form, required: false, about }
}

impl Key {
    const fn required(mut self) -> Key {
        self.required = true;
        self
    }
}

/// Tells whether a key stands for CodeContent.
pub(super) fn is_code(name: &str) -> bool {
    CODE.iter().any(|key| key.name == name)
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.map(Kind::name).to_vec()
}

fn schedules() -> Vec<&'static str> {
    Schedule::ALL.map(Schedule::name).to_vec()
}

fn types() -> Vec<&'static str> {
    VariableType::ALL.map(VariableType::name).to_vec()
}
