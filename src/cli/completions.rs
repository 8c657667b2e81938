//! `taskloom completions`: a script for the shell.

use clap::{Args, Command};
use clap_complete::Shell;

use super::failure::{ExitStatus, Failure};
use super::output::Output;

/// Print the completions for a shell
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for a whole command line.
pub fn run(
    args: &CompletionsArgs,
    mut command: Command,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "taskloom", &mut script);
    output.data(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}
