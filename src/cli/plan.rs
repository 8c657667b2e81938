//! `taskloom plan`: what apply would do.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::hints::observe_failure;
use super::outlet::Outlet;
use super::pass::{
    GuardArgs, SelectArgs, Shown, refusals_json, shown_json, tell_errors, tell_idle, tell_refusals,
};
use super::saved;
use crate::manifest::Loaded;
use crate::observe::Refresh;
use crate::plan::{Page, Plan, Refusal, Style, check, narrow, plan, printable, render};
use crate::reconcile::look;
use crate::state::Loaded as State;

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
    format: Option<Format>,
    #[command(flatten)]
    selection: SelectArgs,
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
    /// For the comment of a merge request.
    Markdown,
    /// A page to keep.
    Html,
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
    let format = global.format(args.format, Format::Json, Format::Text)?;
    let context = Context::new(global, environment, outlet)?;
    let loaded = context.load_or_tell(format == Format::Json, outlet)?;
    let state = context.peek(outlet)?;
    let selection = args.selection.selection();
    tell_idle(&selection, &loaded.desired, &state.recorded, outlet);
    let plan = make(args, &context, &loaded, &state).await?;
    let plan = narrow(plan, &loaded.desired, &state.recorded, &selection);
    let guards = args.guards.over(context.guards);
    let (n_desired, n_recorded) = (loaded.desired.resources.len(), state.recorded.resources.len());
    let refusals = check(&plan, n_desired, n_recorded, guards);
    let shown =
        Shown { context: &context, header: &state.header, digest: &loaded.digest, plan: &plan };
    show(&shown, &refusals, format, outlet)?;
    if let Some(path) = &args.out {
        let refresh = args.refresh.into();
        saved::write(&global.place(path), &shown, &selection, refresh, &loaded.desired)?;
        let text = format!("saved to {}", path.display());
        outlet.note(&format!("{}; `apply` with this file does exactly that\n", printable(&text)));
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
    loaded: &Loaded,
    state: &State,
) -> Result<Plan, Failure> {
    if args.offline {
        return Ok(plan(&loaded.desired, &state.recorded, None));
    }
    let connection = context.connect(args.refresh.into(), 1).await?;
    let result = look(&connection.scope, &loaded.desired, &state.recorded).await;
    connection.close().await;
    result.map(|(plan, _)| plan).map_err(|error| observe_failure(&error))
}

fn show(
    shown: &Shown<'_>,
    refusals: &[Refusal],
    format: Format,
    outlet: &mut Outlet<'_>,
) -> Result<(), Failure> {
    let page = Page { target: &shown.context.target, plan: shown.plan, refusals };
    match format {
        Format::Json => {
            let mut json = shown_json(shown)?;
            json.insert("refusals".to_owned(), refusals_json(refusals));
            outlet.json(&json.into())?;
        }
        Format::Text => outlet.data(&render(shown.plan, Style { color: outlet.out_color }))?,
        Format::Markdown => outlet.data(&page.markdown())?,
        Format::Html => outlet.data(&page.html())?,
    }
    tell_errors(&shown.plan.errors, outlet);
    tell_refusals(refusals, outlet);
    Ok(())
}
