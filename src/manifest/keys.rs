//! The keys of a manifest besides the fields of the API.
//!
//! One table says which keys are known where, and is the source of the schema for editors.

use crate::model::Kind;
use crate::yaml::{KnownKey, ValueForm, key};

/// The version of the format of manifests.
pub(crate) const API_VERSION: &str = "wedata/2025-08-06";

/// A manifest.
pub(crate) const MANIFEST: &[KnownKey] = &[
    key("apiVersion", ValueForm::Word(|| vec![API_VERSION]), "The version of this format.")
        .required(),
    key("kind", ValueForm::Word(kinds), "What the manifest is of.").required(),
    key("metadata", ValueForm::Keys(METADATA), "What the resource is called.").required(),
    key("lifecycle", ValueForm::Keys(LIFECYCLE), "How the resource is treated."),
    key("spec", ValueForm::Spec, "The resource itself, in the spelling of the API.").required(),
    key(
        "extra",
        ValueForm::FreeMap,
        "Fields of the request that are newer than this program, merged into it as they are.",
    ),
];

/// `metadata` of a manifest.
pub(crate) const METADATA: &[KnownKey] = &[
    key(
        "name",
        ValueForm::Name,
        "The name inside the project, one a kind: with the kind the address, as in \
         Task/orders-daily. It begins with a letter or digit and continues with letters, digits, \
         `.`, `_`, `-`.",
    )
    .required(),
    key("labels", ValueForm::Labels, "Labels for --select, as in team=sales."),
    key(
        "formerly",
        ValueForm::Names,
        "Earlier names: the state moves along, and nothing is made again.",
    ),
];

/// `lifecycle` of a manifest.
pub(crate) const LIFECYCLE: &[KnownKey] = &[
    key(
        "schedule",
        ValueForm::Schedule,
        "How far along its life it is wanted: saved only (draft), its saved version submitted, \
         scheduled (running), or out of the schedule (paused). Without it the target's schedule \
         holds.",
    ),
    key(
        "protect",
        ValueForm::Flag,
        "Never delete or replace it. Remembered in the state, so that deleting the manifest does \
         not lift it.",
    ),
    key(
        "ignore",
        ValueForm::Paths,
        "Fields that are neither compared nor changed, as in TaskConfiguration.BrokerIp or \
         TaskConfiguration.TaskExtConfigurationList[bucket].",
    ),
    key(
        "folder_type",
        ValueForm::FolderType,
        "The type of the folders that are made for a task, where its task type does not tell.",
    ),
];

/// The keys that replace CodeContent in the section with the code.
pub(crate) const CODE: &[KnownKey] = &[
    key(
        "CodeFile",
        ValueForm::Text,
        "The file with the code, counted from the folder of the manifest and inside the project. \
         Nothing in it is interpreted.",
    ),
    key("Code", ValueForm::Text, "The code as plain text. Nothing in it is interpreted."),
];

/// What a pasted request may have besides the fields of a kind.
pub(crate) const PROJECT_ID: KnownKey = key(
    "ProjectId",
    ValueForm::Text,
    "The id of the WeData project; must be the one of the target. Better left out.",
);

/// Returns whether a key replaces CodeContent.
pub(crate) fn is_code(name: &str) -> bool {
    CODE.iter().any(|key| key.name == name)
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.map(Kind::name).to_vec()
}
