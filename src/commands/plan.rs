//! `taskloom plan`: what apply would do.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use super::pass::{GuardArgs, Shown, show_plan, tell_refusals};
use super::saved;
use crate::observe::Refresh;
use crate::plan::{check, plan};
use crate::reconcile::{look, peek};

/// Show what apply would change
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Compare with the state file alone and send nothing
    #[arg(long)]
    offline: bool,
    /// How much to read: what moved, or every resource
    #[arg(long, value_enum, value_name = "HOW", default_value_t = RefreshArg::Moved)]
    refresh: RefreshArg,
    /// Save the plan, to apply exactly this one later
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 when changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    guards: GuardArgs,
}

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RefreshArg {
    /// What moved.
    Moved,
    /// Every resource.
    Full,
}

impl From<RefreshArg> for Refresh {
    fn from(arg: RefreshArg) -> Self {
        match arg {
            RefreshArg::Moved => Refresh::Moved,
            RefreshArg::Full => Refresh::Full,
        }
    }
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; `--json` is the same.
    Json,
}

/// Shows the plan.
pub async fn run(
    args: &PlanArgs,
    global: &GlobalArgs,
    environment: &Environment,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    if args.offline && args.out.is_some() {
        return Err(Failure::usage(
            "--offline and --out exclude each other: apply observes, so it could not hold a saved offline plan to its word",
        ));
    }
    let context = Context::new(global, environment, outlet)?;
    let json = global.json || args.format == Format::Json;
    let loaded = context.load_or_tell(json, outlet)?;
    let state = peek(&context.state, &context.origin()?).map_err(|error| {
        let hint = error.way_out();
        Failure::of(&error).hint(hint)
    })?;
    context.tell_holder(outlet);
    for doubt in &state.doubts {
        outlet.note(&format!(
            "note: an earlier run was cut off while it created {}; apply will look for it first\n",
            doubt.address
        ));
    }
    let plan = if args.offline {
        plan(&loaded.desired, &state.recorded, None)
    } else {
        let connection = context.connect(args.refresh.into(), 1).await?;
        let result = look(&connection.scope, &loaded.desired, &state.recorded).await;
        connection.close().await;
        result.map_err(|error| Failure::of(&error))?.0
    };
    let shown =
        Shown { context: &context, header: &state.header, digest: &loaded.digest, plan: &plan };
    show_plan(&shown, json, outlet)?;
    let guards = args.guards.over(context.guards);
    let refusals =
        check(&plan, loaded.desired.resources.len(), state.recorded.resources.len(), guards);
    tell_refusals(&refusals, outlet);
    if let Some(path) = &args.out {
        saved::write(path, &shown)?;
        outlet.note(&format!("saved to {}; apply it with: taskloom apply {0}\n", path.display()));
    }
    if !refusals.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let pending = args.detailed_exitcode && !plan.is_empty();
    Ok(if pending { ExitStatus::Pending } else { ExitStatus::Done })
}
