//! Fields that workflows and trigger workflows have in common.

use super::super::capability::{ImportFlag, Listing};
use super::super::field::{Field, FieldFormat, list, text};

/// Why the folder and type of a workflow never change.
pub const NO_UPDATE: &str = "no update request has this field";

/// How workflows are listed. A folder that does not exist yet may be refused as a filter, and Get
/// returns the folder anyway.
pub const LISTING: Listing =
    Listing { by_name: "Keyword", by_home: None, by_bundle: Some("BundleId"), shows_home: false };

/// How workflows are imported: one flag serves both kinds.
pub const IMPORT: ImportFlag = ImportFlag {
    flag: "--workflow",
    about: "",
    is_shared: true,
    absent: "check the id; a workflow of another project is imported with --project-id or another target",
};

/// The name that people see.
pub const NAME: Field = text("WorkflowName")
    .about("The name that people see; metadata.name when it is left out.")
    .filled();
/// The folder; answers have it as the beginning of Path, where they have a path at all.
pub const PARENT_FOLDER: Field = text("ParentFolderPath")
    .about("The folder that it lies in.")
    .filled()
    .format(FieldFormat::Folder)
    .unanswered()
    .immutable(NO_UPDATE);
/// Free text.
pub const DESCRIPTION: Field = text("WorkflowDesc").about("Free text.");
/// Who is responsible; the caller by default.
pub const OWNER: Field =
    text("OwnerUin").about("Who is responsible: an account id, in quotes.").default_of_service();
/// Parameters for every task inside.
pub const PARAMETERS: Field = list(
    "WorkflowParams",
    "ParamKey",
    &[
        text("ParamKey").about("The name of the parameter: the key of the item.").filled(),
        text("ParamValue").about("Its value, a text.").required(),
    ],
)
.about("Parameters for every task inside; a map works, too.");
/// The mark of ownership.
pub const BUNDLE_ID: Field =
    text("BundleId").about("The mark of ownership; filled in by bundle.id of taskloom.yaml.");
/// The mark of ownership.
pub const BUNDLE_INFO: Field =
    text("BundleInfo").about("Says more of the mark of ownership; filled in by taskloom.");
/// Set by the service: the folder, `/` and the name.
pub const PATH: Field = text("Path").answered_only();
/// Set by the service.
pub const CREATE_USER: Field = text("CreateUserUin").answered_only();
