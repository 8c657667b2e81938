//! One test binary; a file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and works on files of its own"
)]

mod any_manifest;
mod apply;
mod architecture;
mod cli;
mod cli_disk;
mod cli_json;
mod cli_limits;
mod cli_refusals;
mod cli_signals;
mod cloud_client;
mod cloud_credentials;
mod cloud_endpoint;
mod cloud_fake;
mod cloud_pace;
mod cloud_refresh;
mod cloud_retry;
mod cloud_stop;
mod cloud_transport;
mod corpus;
mod crash;
mod crash_files;
mod drift;
mod emulator;
mod emulator_chaos;
mod emulator_data;
mod emulator_examples;
mod emulator_faults;
mod emulator_folders;
mod emulator_gate;
mod emulator_http;
mod emulator_life;
mod emulator_lists;
mod emulator_parameters;
mod emulator_shapes;
mod emulator_tasks;
mod emulator_unify;
mod emulator_updates;
mod emulator_workflows;
mod faults;
mod import;
mod import_again;
mod import_random;
mod invariants;
mod kills;
mod kinds;
mod kinds_workflow;
mod life;
mod life_faults;
mod life_folders;
mod lists;
mod manifest;
mod manifest_cases;
mod manifest_hostile;
mod manifest_links;
mod manifest_project;
mod manifest_requests;
mod page;
mod plan;
mod plan_props;
mod rebuild;
mod rehearsal;
mod revision;
mod schedule;
mod secrets;
mod sensitive;
mod sign;
mod state;
mod status;
mod surroundings;
mod stop;
mod support;
mod targets;
mod variables;
