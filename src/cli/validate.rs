//! `taskloom validate`: every problem of every manifest, offline.

use clap::Args;

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::problems::{print_problems, problems_json};

/// Check every manifest without calling the service
#[derive(Debug, Args)]
pub struct ValidateArgs {}

/// Checks the manifests.
pub fn run(
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let loaded = context.load();
    let failed = loaded.problems.has_errors();
    if global.json {
        output.json(&problems_json(&loaded.problems))?;
    } else {
        print_problems(&loaded.problems, output);
        if !failed {
            let (n, files) = (loaded.desired.resources.len(), loaded.files);
            let (n, files) = (counted(n, "resource"), counted(files, "file"));
            output.data(&format!("{n} in {files}: fine for target {}\n", context.target.name))?;
        }
    }
    if failed {
        context.print_bare(output);
    }
    Ok(if failed { ExitStatus::Failed } else { ExitStatus::Done })
}

fn counted(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}
