//! `taskloom apply`: make the service match the manifests.

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::plan_args::{GuardArgs, RefreshArg, SelectArgs, parallelism};
use super::plan_common::{ApplyOrder, open, print_idle};
use super::plan_file::{self, SavedPlan};
use super::signals::Signals;
use crate::manifest::LoadedManifests;
use crate::observe::Refresh;
use crate::plan::{Selection, check, narrow};
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
    /// How much to read: moved (what moved since) or full (every resource)
    #[arg(long, value_enum, value_name = "HOW", default_value_t = RefreshArg::Moved, hide_possible_values = true)]
    refresh: RefreshArg,
    /// The description of submitted versions [default: the git commit and its subject]
    #[arg(long, value_name = "TEXT")]
    remark: Option<String>,
    #[command(flatten)]
    selection: SelectArgs,
    #[command(flatten)]
    guards: GuardArgs,
}

/// Applies the manifests.
pub async fn run(
    args: &ApplyArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let saved =
        args.plan.as_deref().map(|file| plan_file::read(&global.place(file))).transpose()?;
    let loaded = context.load_or_print(global.json, output)?;
    // A plan that was made by reading everything can only be checked by reading everything again.
    let saved_full = saved.as_ref().is_some_and(SavedPlan::is_full);
    let refresh = if saved_full { Refresh::Full } else { args.refresh.into() };
    let mut connection = signals.or_stopped(context.connect(refresh, args.parallelism)).await??;
    connection.scope.remark.clone_from(&args.remark);
    let task = Task { args, json: global.json, context: &context, loaded: &loaded, saved };
    let result = match open(&context, &connection, signals).await {
        Ok(mut session) => task.pass(&mut session, signals, output).await,
        Err(failure) => Err(failure),
    };
    connection.close().await;
    result
}

/// What is to be applied, and how.
struct Task<'a> {
    args: &'a ApplyArgs,
    json: bool,
    context: &'a Context,
    loaded: &'a LoadedManifests,
    saved: Option<SavedPlan>,
}

impl Task<'_> {
    /// Returns the selection: a saved plan keeps its own, whatever the command line says now.
    fn selection(&self) -> Result<Selection, Failure> {
        let asked = self.args.selection.selection();
        match &self.saved {
            None => Ok(asked),
            Some(saved) if asked.is_everything() => saved.selection(),
            Some(_) => Err(Failure::usage("a saved plan has its own selection")
                .hint("leave out --select and --exclude, or plan again with them")),
        }
    }

    async fn pass(
        &self,
        session: &mut Session,
        signals: &Signals,
        output: &mut Output<'_>,
    ) -> Result<ExitStatus, Failure> {
        let Task { args, context, loaded, .. } = self;
        if let Some(saved) = &self.saved {
            let project_id = context.project_id()?;
            saved.check_origin(&context.target.name, &project_id, session.header(), loaded)?;
        }
        let looked = signals.or_stopped(session.look(&loaded.desired)).await?;
        let (plan, observed) = looked.map_err(|error| observe_failure(&error))?;
        let selection = self.selection()?;
        print_idle(&selection, &loaded.desired, session.recorded(), output);
        let plan = narrow(plan, &loaded.desired, session.recorded(), &selection);
        if let Some(saved) = &self.saved {
            saved.check_changes(&plan)?;
        }
        let (n_desired, n_recorded) =
            (loaded.desired.resources.len(), session.recorded().resources.len());
        let guards = args.guards.over(context.target.guards);
        // A saved plan has been reviewed before.
        let agreed = args.yes || self.saved.is_some();
        let order = ApplyOrder {
            context,
            desired: &loaded.desired,
            observed: &observed,
            plan: &plan,
            refusals: check(&plan, n_desired, n_recorded, guards),
            question: (!agreed).then_some("Apply these changes?"),
            json: self.json,
        };
        order.carry_out(session, signals, output).await
    }
}
