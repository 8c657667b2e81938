//! `taskloom destroy`: delete everything that the state holds.

use clap::Args;

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::plan_args::parallelism;
use super::plan_common::{ApplyOrder, open};
use super::signals::Signals;
use crate::model::Desired;
use crate::observe::Refresh;
use crate::plan::{needed, protected};
use crate::reconcile::Session;

/// Delete everything that the state holds
#[derive(Debug, Args)]
pub struct DestroyArgs {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Delete also what tasks of others need
    #[arg(long)]
    force: bool,
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
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let connection =
        signals.or_stopped(context.connect(Refresh::Moved, args.parallelism)).await??;
    let result = match open(&context, &connection, signals).await {
        Ok(mut session) => pass(args, global, &context, &mut session, signals, output).await,
        Err(failure) => Err(failure),
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
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    // The mark of the state says whose resources are deleted.
    let bundle = context.request().bundle.clone();
    let nothing = Desired { bundle, ..Desired::default() };
    let looked = signals.or_stopped(session.look(&nothing)).await?;
    let (plan, observed) = looked.map_err(|error| observe_failure(&error))?;
    let order = ApplyOrder {
        context,
        desired: &nothing,
        observed: &observed,
        plan: &plan,
        // Deleting everything was requested; protection and the needs of others still win.
        refusals: protected(&plan).chain(needed(&plan).filter(|_| !args.force)).collect(),
        question: (!args.yes).then_some("Delete all of this?"),
        json: global.json,
    };
    order.carry_out(session, signals, output).await
}
