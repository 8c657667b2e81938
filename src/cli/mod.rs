//! The command line: one file per subcommand, and what they share.
//!
//! Hints and exit statuses are added here and nowhere else.

mod environment;
mod json_line;
mod log;
mod failure;
mod signals;
mod output;
mod global_args;
mod hints;
mod problems;
mod context;
mod report;
mod plan_file;
mod confirmation;
mod plan_args;
mod plan_common;
mod validate;
mod plan;
mod apply;
mod destroy;
mod watch;
mod watch_reporter;
mod suspend;
mod approve;
mod state;
mod state_edit;
mod state_rebuild;
mod status;
mod import;
mod init;
mod schema;
mod graph;
mod fault_args;
mod emulator;
mod completions;
mod arguments;
mod run;

pub use arguments::{Arguments, Command};
pub use environment::Environment;
pub use failure::ExitStatus;
pub use global_args::GlobalArgs;
pub use output::{Ask, Output};
pub use run::run;
pub use watch_reporter::WatchReporter;
