//! Between specs and the API: requests, answers, and the calls that a kind has.
//!
//! The fields of a kind are in its table, one folder up. Nothing is sent here.

mod codec;
mod folders;
mod life_calls;
mod merge;
mod dependents;
mod wire;

pub use codec::{
    ListFilter, ListPage, Listed, create_call, decode_created, decode_get, decode_list,
    delete_call, delete_failing_downstream_call, get_call, list_call, update_call,
};
pub use dependents::{decode_mode, decode_neighbours, downstream_call, project_call};
pub use folders::{
    FOLDER_TYPES, FolderTree, canonical_folder, create_folder_call, decode_folders, folder_type,
    is_folder_made, list_folders_call,
};
pub use life_calls::{
    AsyncJob, decode_approval, decode_job, decode_job_id, decode_version, job_call, pause_call,
    start_call, stop_call, submit_call, version_call,
};
pub use merge::{MergeExceptions, merge};
pub use wire::normalise;
