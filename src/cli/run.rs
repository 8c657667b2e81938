//! From arguments to an exit status.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::apply;
use super::approve;
use super::arguments::{Arguments, Command};
use super::completions;
use super::destroy;
use super::emulator;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::{ColorChoice, GlobalArgs};
use super::graph;
use super::import;
use super::init;
use super::log::{self, LogForm, LogPass};
use super::output::Output;
use super::plan;
use super::schema;
use super::signals::{Hangup, Signals};
use super::state;
use super::status;
use super::suspend;
use super::validate;
use super::watch;

/// Runs one command line until it ends.
pub fn run(
    argv: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    output: &mut Output<'_>,
) -> ExitStatus {
    let arguments = match Arguments::read(argv, environment) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, output),
    };
    match arguments.global.color {
        ColorChoice::Always => (output.out_color, output.err_color) = (true, true),
        ColorChoice::Never => (output.out_color, output.err_color) = (false, false),
        ColorChoice::Auto => {}
    }
    let form = form(&arguments, output);
    let pass = LogPass::default();
    log::start(arguments.global.verbose, form, pass.clone());
    let result =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => {
                let status = runtime.block_on(dispatch(&arguments, environment, &pass, output));
                // What is still in flight after a second signal is left to the journal.
                runtime.shutdown_background();
                status
            }
            Err(error) => Err(Failure::of(&error)),
        };
    match result {
        Ok(status) => status,
        Err(failure) => {
            match form {
                LogForm::Text { .. } => output.note(&failure.text()),
                LogForm::Json => output.note(&failure.line(&pass)),
            }
            failure.status()
        }
    }
}

/// Returns the form of the log: with --json a daemon writes JSON to both of its streams.
fn form(arguments: &Arguments, output: &Output<'_>) -> LogForm {
    if is_watch(arguments) && arguments.global.json {
        return LogForm::Json;
    }
    LogForm::Text { color: output.err_color }
}

fn is_watch(arguments: &Arguments) -> bool {
    matches!(&arguments.command, Command::Watch(_))
}

async fn dispatch(
    arguments: &Arguments,
    environment: &Environment,
    pass: &LogPass,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let hangup = if is_watch(arguments) { Hangup::Wakes } else { Hangup::Stops };
    let signals = Signals::listen(hangup);
    tokio::select! {
        result = command(arguments, environment, &signals, pass, output) => result,
        status = signals.wait_for(patience(&arguments.command)) => Ok(status),
    }
}

/// Returns which signal ends a command at any point, the first or the second. Commands that write
/// handle the first one themselves, and let operations in flight end.
fn patience(command: &Command) -> usize {
    match command {
        Command::Apply(_) | Command::Destroy(_) | Command::Watch(_) | Command::Emulator(_) => 2,
        Command::Validate(_)
        | Command::Plan(_)
        | Command::Status(_)
        | Command::Import(_)
        | Command::Suspend(_)
        | Command::Resume(_)
        | Command::Approve(_)
        | Command::State(_)
        | Command::Graph(_)
        | Command::Schema(_)
        | Command::Init(_)
        | Command::Completions(_) => 1,
    }
}

async fn command(
    arguments: &Arguments,
    environment: &Environment,
    signals: &Signals,
    pass: &LogPass,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let global: &GlobalArgs = &arguments.global;
    match &arguments.command {
        Command::Validate(_) => validate::run(global, environment, output),
        Command::Plan(args) => plan::run(args, global, environment, output).await,
        Command::Apply(args) => apply::run(args, global, environment, signals, output).await,
        Command::Destroy(args) => destroy::run(args, global, environment, signals, output).await,
        Command::Watch(args) => watch::run(args, global, environment, signals, pass, output).await,
        Command::Suspend(args) => suspend::run(args, global, environment, output).await,
        Command::Resume(args) => suspend::resume(args, global, environment, output).await,
        Command::Approve(args) => approve::run(args, global, environment, signals, output).await,
        Command::State(args) => state::run(args, global, environment, signals, output).await,
        Command::Status(args) => status::run(args, global, environment, output).await,
        Command::Import(args) => import::run(args, global, environment, signals, output).await,
        Command::Graph(args) => graph::run(args, global, environment, output),
        Command::Schema(args) => schema::run(args, output),
        Command::Init(args) => init::run(args, global, output),
        Command::Emulator(args) => emulator::run(args, global, environment, signals, output).await,
        Command::Completions(args) => completions::run(args, Arguments::command(), output),
    }
}

/// Help and version are data; everything else is a command line that is not valid.
fn usage(error: &clap::Error, output: &mut Output<'_>) -> ExitStatus {
    let styled = error.render();
    let is_data = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let color = if is_data { output.out_color } else { output.err_color };
    let text = if color { styled.ansi().to_string() } else { styled.to_string() };
    if !is_data {
        output.note(&text);
        return ExitStatus::Usage;
    }
    match output.data(&text) {
        Ok(()) => ExitStatus::Done,
        Err(failure) => failure.status(),
    }
}
