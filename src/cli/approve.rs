//! `taskloom approve`: a person's word for a plan that the daemon holds back.

use clap::Args;
use serde_json::json;

use super::confirmation::Confirmation;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::signals::Signals;
use crate::plan::printable;
use crate::state::{PlanApproval, WaitingPlan};
use crate::support::{Clock as _, SystemClock, error_chain};

/// Let a plan go that watch holds back for a person's word
///
/// It holds for just that plan: when anything moves before it is carried out, the word is void.
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Shows what waits, asks, and leaves the word beside the state.
pub async fn run(
    args: &ApproveArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let store = context.target.store.as_ref();
    let waiting = WaitingPlan::read(store).await.map_err(|error| {
        Failure::user(format!("the plan that waits cannot be read: {}", error_chain(&error)))
            .hint("watch writes it again with its next pass")
    })?;
    let Some(waiting) = waiting else {
        return Err(Failure::user("no plan waits for a word")
            .hint("watch leaves one beside the state when a plan is above the guards"));
    };
    let proposal = match global.json {
        true => Confirmation::Json(json!({
            "format_version": "1.0", "digest": waiting.digest, "since": waiting.since,
            "refusals": waiting.refusals, "changes": waiting.changes,
        })),
        false => Confirmation::Text(shown(&waiting)),
    };
    proposal.agree((!args.yes).then_some("Let it go?"), signals, output).await?;
    let approval = PlanApproval {
        format_version: PlanApproval::FORMAT_VERSION,
        digest: waiting.digest,
        by: context.target.by(),
        time: SystemClock::new().now(),
    };
    approval.write(store).await.map_err(|error| {
        Failure::user(format!("the word cannot be written: {}", error_chain(&error)))
    })?;
    proposal.print_done(output)?;
    Ok(ExitStatus::Done)
}

fn shown(waiting: &WaitingPlan) -> String {
    let mut text = waiting.text.clone();
    for refusal in &waiting.refusals {
        text.push_str(&format!("It waits: {}\n", printable(refusal)));
    }
    text
}
