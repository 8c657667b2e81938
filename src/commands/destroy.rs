//! `taskloom destroy`: delete everything that the state holds.

use clap::Args;

use super::apply::parallelism;
use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use super::pass::{Shown, consent, show_plan, tell_refusals};
use super::report::Reporter;
use super::signals::Signals;
use crate::model::Desired;
use crate::observe::Refresh;
use crate::plan::{Refusal, protected};
use crate::reconcile::Session;

/// Delete everything that the state holds
#[derive(Debug, Args)]
pub struct DestroyArgs {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// How many operations run side by side
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = parallelism)]
    parallelism: usize,
}

/// Deletes everything.
pub async fn run(
    args: &DestroyArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, outlet)?;
    let connection = context.connect(Refresh::Moved, args.parallelism).await?;
    let result = match Session::open(
        connection.scope.clone(),
        &context.holder(&connection.scope.clock.now().to_string()),
    )
    .await
    {
        Ok(mut session) => pass(args, global, &context, &mut session, signals, outlet).await,
        Err(error) => Err(context.pass_failure(&error)),
    };
    connection.close().await;
    result
}

async fn pass(
    args: &DestroyArgs,
    global: &GlobalArgs,
    context: &Context,
    session: &mut Session,
    signals: &Signals,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let nothing = Desired::default();
    let (plan, observed) = session.look(&nothing).await.map_err(|error| Failure::of(&error))?;
    if !global.json {
        let shown = Shown { context, header: session.header(), digest: "", plan: &plan };
        show_plan(&shown, false, outlet)?;
    }
    // Deleting everything is what was asked for; only protection stands above it.
    let refusals: Vec<Refusal> = protected(&plan).collect();
    if !refusals.is_empty() {
        tell_refusals(&refusals, outlet);
        return Err(Failure::silent());
    }
    if !plan.is_empty() {
        consent(args.yes, "Delete all of this?", outlet)?;
    }
    let mut reporter = Reporter::new(global.json, plan.unchanged, outlet);
    let tally = session
        .carry_out(&plan, &nothing, &observed, signals.stop.clone(), &mut |event| {
            reporter.event(&event);
        })
        .await
        .map_err(|error| context.state_failure(&error))?;
    reporter.finish(tally, plan.is_empty());
    Ok(super::report::status(tally, signals))
}
