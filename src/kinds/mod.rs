//! The kinds of resources as tables of fields, and the codec between specs and API bodies.
//!
//! One table per kind serves to check manifests, compare, encode and decode. Nothing here depends
//! on the syntax of manifests or sends anything.

mod dependency;
mod code_ending;
mod capability;
mod field;
mod field_path;
mod record;
mod secret;
mod server_keys;
mod tables;
mod identity;
mod table;
mod trigger_status;
mod api;

pub use api::{
    AsyncJob, FOLDER_TYPES, FolderTree, ListFilter, ListPage, Listed, MergeExceptions,
    canonical_folder, create_call, create_folder_call, decode_approval, decode_created,
    decode_folders, decode_get, decode_job, decode_job_id, decode_list, decode_mode,
    decode_neighbours, decode_version, delete_call, delete_failing_downstream_call,
    downstream_call, folder_type, get_call, is_folder_made, job_call, list_call, list_folders_call,
    merge, normalise, pause_call, project_call, start_call, stop_call, submit_call, update_call,
    version_call,
};
pub use capability::{Dependents, FolderField, Home, ImportFlag, Listing, ScheduleRule, StepMeans};
pub use code_ending::code_ending;
pub use dependency::{CYCLES, Pair, dependency_pair, settings_of, takes_offset};
pub use field::{BY_POSITION, Disabled, Fallback, Field, FieldFormat, FieldUses, ListOwner, Shape};
pub use field_path::{is_covered, join};
pub use identity::{
    ManifestIndex, ResourceHome, ResourceIdentity, foreign_bundle, home_of, named_bundle,
    task_name, task_type,
};
pub use record::{from_record, to_record};
pub use secret::{hidden, is_secret, masked};
pub use server_keys::{SERVER_KEYS, ServerKey, is_server_made};
pub use table::{Actions, MARK, Table, children, find, find_disabled, is_unanswered};
pub use tables::{ALL, USUAL, stages, table};
pub use trigger_status::{ACTIVE, PAUSED, STATUS, TRIGGERS, is_active, is_status, paused};
