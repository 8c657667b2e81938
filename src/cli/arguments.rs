//! The whole command line: every command with its options.

use std::ffi::OsString;

use clap::error::Error;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::apply;
use super::approve;
use super::completions;
use super::destroy;
use super::emulator;
use super::environment::Environment;
use super::global_args::GlobalArgs;
use super::graph;
use super::import;
use super::init;
use super::plan;
use super::schema;
use super::state;
use super::status;
use super::suspend;
use super::validate;
use super::watch;

/// Keep Tencent Cloud WeData tasks the way git says
#[derive(Debug, Parser)]
#[command(name = "taskloom", version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    /// The options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check every manifest without calling the service
    Validate(validate::ValidateArgs),
    /// Show what apply would change
    Plan(plan::PlanArgs),
    /// Make the service match the manifests
    Apply(apply::ApplyArgs),
    /// Delete everything that the state holds
    Destroy(destroy::DestroyArgs),
    /// Keep the service as the manifests say, continuously
    Watch(watch::WatchArgs),
    /// Tell watch to leave resources alone
    Suspend(suspend::SuspendArgs),
    /// Let watch go on with what was suspended
    Resume(suspend::ResumeArgs),
    /// Let a plan go that watch holds back for a person's word
    Approve(approve::ApproveArgs),
    /// Show what is managed, what drifted and what is pending
    Status(status::StatusArgs),
    /// Write manifests of what exists, and manage it from now on
    Import(import::ImportArgs),
    /// Look into the state file, or change it by hand
    #[command(subcommand)]
    State(state::StateCommand),
    /// Print the graph of the manifests: what needs what
    Graph(graph::GraphArgs),
    /// Print the JSON Schema of manifests, for editors
    Schema(schema::SchemaArgs),
    /// Start a new project in this folder
    Init(init::InitArgs),
    /// Serve the embedded WeData service on loopback
    Emulator(emulator::EmulatorArgs),
    /// Print the completions for a shell
    Completions(completions::CompletionsArgs),
}

impl Arguments {
    /// Parses a command line; an empty environment variable counts as unset.
    ///
    /// # Errors
    /// When it is not valid, or asks for help.
    pub fn read(
        argv: impl IntoIterator<Item = OsString>,
        environment: &Environment,
    ) -> Result<Arguments, Error> {
        let command = Arguments::command().mut_args(|arg| {
            let arg = arg.hide_env_values(true);
            let name = arg.get_env().map(|name| name.to_string_lossy().into_owned());
            match name.is_some_and(|name| environment.is_blank(&name)) {
                true => arg.env(None::<&'static str>),
                false => arg,
            }
        });
        Arguments::from_arg_matches(&command.try_get_matches_from(gathered(argv))?)
    }
}

/// Returns a command line with every `--var` after the command: clap keeps those before it only
/// when there are none after it.
fn gathered(argv: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let (mut words, mut values) = (Vec::new(), Vec::new());
    let mut argv = argv.into_iter();
    while let Some(word) = argv.next() {
        if word == "--" {
            let rest: Vec<OsString> = argv.by_ref().collect();
            return words.into_iter().chain(values).chain([word]).chain(rest).collect();
        }
        let is_whole = word.to_string_lossy().starts_with("--var=");
        match (word == "--var", is_whole) {
            (true, _) => values.extend([Some(word), argv.next()].into_iter().flatten()),
            (false, true) => values.push(word),
            (false, false) => words.push(word),
        }
    }
    words.into_iter().chain(values).collect()
}
