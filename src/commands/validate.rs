//! `taskloom validate`: every problem of every manifest, offline.

use clap::Args;
use serde_json::json;

use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use super::report::{problems_json, tell_problems};

/// Check every manifest without asking the service
#[derive(Debug, Args)]
pub struct ValidateArgs {}

/// Checks the manifests.
pub fn run(
    global: &GlobalArgs,
    environment: &Environment,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, outlet)?;
    let loaded = context.load();
    let failed = loaded.problems.has_errors();
    if global.json {
        let text = json!({
            "format_version": "1.0",
            "problems": problems_json(&loaded.problems),
        });
        outlet.data(&format!("{text}\n"))?;
    } else {
        tell_problems(&loaded.problems, outlet);
        if !failed {
            let n = loaded.desired.resources.len();
            outlet.data(&format!(
                "{n} resources in {} files are fine for target {}\n",
                loaded.files, context.target
            ))?;
        }
    }
    Ok(if failed { ExitStatus::Failed } else { ExitStatus::Done })
}
