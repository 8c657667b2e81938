//! The kinds of resources as tables of fields, and the codec between specs and API bodies.
//!
//! One table checks manifests, compares, encodes and decodes. Nothing here knows a manifest's
//! syntax or sends anything.

mod dependency;
mod codec;
mod ending;
mod field;
mod folder;
mod life;
mod merge;
mod path;
mod record;
mod secret;
mod server_keys;
mod shared;
mod shared_workflow;
mod surroundings;
mod table;
mod task;
mod trigger_status;
mod trigger_task;
mod trigger_workflow;
mod wire;
mod workflow;
mod tables;

pub use codec::{
    ListFilter, ListPage, Listed, create_call, decode_created, decode_get, decode_list,
    delete_call, failing_downstream, get_call, list_call, task_name, task_type, update_call,
    workflow_id,
};
pub use dependency::{CYCLES, Pair, pair as dependency_pair, settings_of, takes_offset};
pub use ending::code_ending;
pub use field::{BY_POSITION, Disabled, Fallback, Field, Format, ListOwner, Shape, Uses};
pub use folder::{
    FOLDER_TYPES, Forest, canonical_folder, create_folder_call, decode_folders, folder_type,
    is_folder_made, list_folders_call,
};
pub use life::{
    Job, decode_approval, decode_job, decode_job_id, decode_version, job_call, pause_call,
    start_call, stop_call, submit_call, version_call,
};
pub use merge::{Exceptions, merge};
pub use path::{is_covered, join};
pub use record::{code_text, from_record, to_record};
pub use secret::{hidden, is_secret, masked};
pub use server_keys::{SERVER_KEYS, ServerKey, is_server_made};
pub use surroundings::{decode_mode, decode_neighbours, downstream_call, project_call};
pub use tables::{ALL, table};
pub use table::{Actions, Table, children, find, find_disabled, is_unanswered};
pub use trigger_status::{ACTIVE, PAUSED, STATUS, TRIGGERS, is_active, is_status, paused};
pub use wire::normalise;
