//! `taskloom apply`: make the service match the manifests.

use std::path::PathBuf;

use clap::Args;

use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use super::pass::{GuardArgs, Shown, consent, show_plan, tell_refusals};
use super::report::Reporter;
use super::saved;
use super::signals::Signals;
use crate::manifest::Loaded;
use crate::observe::Refresh;
use crate::plan::check;
use crate::reconcile::Session;

/// Make the service match the manifests
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A plan saved by `plan --out`: do exactly that, or nothing
    #[arg(value_name = "PLANFILE")]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// How many operations run side by side
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = parallelism)]
    parallelism: usize,
    /// Read every resource instead of what moved
    #[arg(long)]
    refresh_full: bool,
    #[command(flatten)]
    guards: GuardArgs,
}

/// Reads a count of at least one.
pub fn parallelism(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number from 1".to_owned()),
        Ok(n) => Ok(n),
    }
}

/// Applies the manifests.
pub async fn run(
    args: &ApplyArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, outlet)?;
    let loaded = context.load_or_tell(global.json, outlet)?;
    let refresh = if args.refresh_full { Refresh::Full } else { Refresh::Moved };
    let connection = context.connect(refresh, args.parallelism).await?;
    let scope = connection.scope.clone();
    let result = match Session::open(
        scope,
        &context.holder(&connection.scope.clock.now().to_string()),
    )
    .await
    {
        Ok(mut session) => {
            pass(args, global, &context, &loaded, &mut session, signals, outlet).await
        }
        Err(error) => Err(context.pass_failure(&error)),
    };
    connection.close().await;
    result
}

async fn pass(
    args: &ApplyArgs,
    global: &GlobalArgs,
    context: &Context,
    loaded: &Loaded,
    session: &mut Session,
    signals: &Signals,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let saved = args.plan.as_deref().map(saved::read).transpose()?;
    if let Some(saved) = &saved {
        let project_id = context.project_id()?;
        saved.check_origin(&context.target, &project_id, session.header(), &loaded.digest)?;
    }
    let (plan, observed) =
        session.look(&loaded.desired).await.map_err(|error| Failure::of(&error))?;
    if let Some(saved) = &saved {
        saved.check_changes(&plan)?;
    }
    if !global.json {
        let header = session.header();
        let shown = Shown { context, header, digest: &loaded.digest, plan: &plan };
        show_plan(&shown, false, outlet)?;
    }
    let n_recorded = session.recorded().resources.len();
    let guards = args.guards.over(context.guards);
    let refusals = check(&plan, loaded.desired.resources.len(), n_recorded, guards);
    if !refusals.is_empty() {
        tell_refusals(&refusals, outlet);
        return Err(Failure::silent());
    }
    if !plan.is_empty() {
        let agreed = args.yes || saved.is_some();
        consent(agreed, "Apply these changes?", outlet)?;
    }
    let mut reporter = Reporter::new(global.json, plan.unchanged, outlet);
    let tally = session
        .carry_out(&plan, &loaded.desired, &observed, signals.stop.clone(), &mut |event| {
            reporter.event(&event);
        })
        .await
        .map_err(|error| context.state_failure(&error))?;
    reporter.finish(tally, plan.is_empty());
    Ok(super::report::status(tally, signals))
}
