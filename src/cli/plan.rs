//! `taskloom plan`: what apply would do.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::plan_args::{GuardArgs, RefreshArg, SelectArgs};
use super::plan_common::{
    ShownPlan, print_errors, print_idle, print_refusals, refusals_json, shown_json,
};
use super::plan_file;
use crate::manifest::LoadedManifests;
use crate::plan::{
    GuardRefusal, Plan, PlanPage, TextStyle, check, narrow, plan, printable, render,
};
use crate::reconcile::observe_and_plan;
use crate::state::OpenState as State;

/// Show what apply would change
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Compare with the state file alone and send nothing
    #[arg(long, conflicts_with = "refresh")]
    offline: bool,
    /// How much to read: moved (what moved since) or full (every resource)
    #[arg(long, value_enum, value_name = "HOW", default_value_t = RefreshArg::Moved, hide_possible_values = true)]
    refresh: RefreshArg,
    /// Save the plan, to apply exactly this one later
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 when changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
    /// How to print it: text (the default), json as --json does, markdown for a comment of a merge request, or html
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<PlanFormat>,
    #[command(flatten)]
    selection: SelectArgs,
    #[command(flatten)]
    guards: GuardArgs,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people.
    Text,
    /// For programs; `--json` is the same.
    Json,
    /// For a comment of a merge request.
    Markdown,
    /// A page to keep.
    Html,
}

/// Shows the plan.
pub async fn run(
    args: &PlanArgs,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    if args.offline && args.out.is_some() {
        return Err(Failure::usage(
            "--offline and --out exclude each other: apply observes the service, so it could not check a saved offline plan",
        ));
    }
    let format = global.format(args.format, PlanFormat::Json, PlanFormat::Text)?;
    let context = Context::new(global, environment, output)?;
    let loaded = context.load_or_print(format == PlanFormat::Json, output)?;
    let state = context.peek(output).await?;
    let selection = args.selection.selection();
    print_idle(&selection, &loaded.desired, &state.recorded, output);
    let plan = make(args, &context, &loaded, &state).await?;
    let plan = narrow(plan, &loaded.desired, &state.recorded, &selection);
    let guards = args.guards.over(context.target.guards);
    let (n_desired, n_recorded) = (loaded.desired.resources.len(), state.recorded.resources.len());
    let refusals = check(&plan, n_desired, n_recorded, guards);
    let shown =
        ShownPlan { context: &context, header: &state.header, digest: &loaded.digest, plan: &plan };
    show(&shown, &refusals, format, output)?;
    if let Some(path) = &args.out {
        let refresh = args.refresh.into();
        plan_file::write(&global.place(path), &shown, &selection, refresh, &loaded.desired)?;
        let text = format!("saved to {}", path.display());
        output.note(&format!("{}; `apply` with this file does exactly that\n", printable(&text)));
    }
    if !refusals.is_empty() || !plan.errors.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let pending = args.detailed_exitcode && !plan.is_empty();
    Ok(if pending { ExitStatus::Pending } else { ExitStatus::Done })
}

async fn make(
    args: &PlanArgs,
    context: &Context,
    loaded: &LoadedManifests,
    state: &State,
) -> Result<Plan, Failure> {
    if args.offline {
        return Ok(plan(&loaded.desired, &state.recorded, None));
    }
    let connection = context.connect(args.refresh.into(), 1).await?;
    let result = observe_and_plan(&connection.scope, &loaded.desired, &state.recorded).await;
    connection.close().await;
    result.map(|(plan, _)| plan).map_err(|error| observe_failure(&error))
}

fn show(
    shown: &ShownPlan<'_>,
    refusals: &[GuardRefusal],
    format: PlanFormat,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let page = PlanPage { target: &shown.context.target.name, plan: shown.plan, refusals };
    match format {
        PlanFormat::Json => {
            let mut json = shown_json(shown)?;
            json.insert("refusals".to_owned(), refusals_json(refusals));
            output.json(&json.into())?;
        }
        PlanFormat::Text => {
            output.data(&render(shown.plan, TextStyle { color: output.out_color }))?
        }
        PlanFormat::Markdown => output.data(&page.markdown())?,
        PlanFormat::Html => output.data(&page.html())?,
    }
    print_errors(&shown.plan.errors, output);
    print_refusals(refusals, output);
    Ok(())
}
