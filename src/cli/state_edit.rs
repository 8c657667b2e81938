//! `taskloom state mv` and `state rm`: the state changes, the service does not.

use std::str::FromStr as _;

use clap::Args;
use serde_json::json;

use super::confirmation::Confirmation;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::signals::Signals;
use crate::model::{Address, Recorded};
use crate::plan::printable;
use crate::state::StateEdit;
use crate::support::{Clock as _, SystemClock};

/// Call a resource by another address; the service is not asked
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// What it is called in the state
    #[arg(value_name = "OLD")]
    old: String,
    /// What its manifest is called now
    #[arg(value_name = "NEW")]
    new: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Forget resources: they stay at the service, and are nobody's
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// For instance Task/orders-daily
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Moves one entry.
pub async fn rename(
    args: &MoveArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let (old, new) = (address(&args.old)?, address(&args.new)?);
    if old.kind != new.kind {
        return Err(Failure::usage(format!("a {} cannot become a {}", old.kind, new.kind)));
    }
    let (mut edit, context) = open(global, environment, output, &[&old, &new]).await?;
    let mut recorded = edit.recorded().clone();
    if recorded.resources.contains_key(&new) {
        return Err(Failure::user(format!("the state holds {new} already"))
            .hint("forget that one first with taskloom state rm, or choose another name"));
    }
    let resource = recorded.resources.remove(&old).ok_or_else(|| unknown(&old))?;
    let proposal = if global.json {
        let moved = json!({"from": old, "to": new, "id": resource.id});
        Confirmation::Json(json!({"format_version": "1.0", "moved": moved}))
    } else {
        Confirmation::Text(printable_line(&format!("{old} -> {new}  {}", resource.id)))
    };
    recorded.resources.insert(new, resource);
    let question = (!args.yes).then_some("Rename it in the state?");
    save(&mut edit, &context, recorded, proposal, question, signals, output).await
}

/// Forgets entries.
pub async fn forget(
    args: &RemoveArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let addresses: Vec<Address> =
        args.addresses.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
    let named: Vec<&Address> = addresses.iter().collect();
    let (mut edit, context) = open(global, environment, output, &named).await?;
    let mut recorded = edit.recorded().clone();
    let (mut text, mut forgotten) = (String::new(), Vec::new());
    for address in named {
        let resource = recorded.resources.remove(address).ok_or_else(|| unknown(address))?;
        text.push_str(&printable_line(&format!(". {address}  {}", resource.id)));
        forgotten.push(json!({"address": address, "id": resource.id}));
    }
    let proposal = if global.json {
        Confirmation::Json(json!({"format_version": "1.0", "forgotten": forgotten}))
    } else {
        Confirmation::Text(text)
    };
    let question = "Forget these? They stay at the service, and a manifest makes them anew.";
    let question = (!args.yes).then_some(question);
    save(&mut edit, &context, recorded, proposal, question, signals, output).await
}

async fn open(
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
    named: &[&Address],
) -> Result<(StateEdit, Context), Failure> {
    let context = Context::new(global, environment, output)?;
    let clock = SystemClock::new();
    let holder = context.target.holder(&clock.now().to_string());
    let patience = context.target.limits.lock_timeout.unwrap_or_default();
    let (store, origin) = (context.target.store.as_ref(), context.origin()?);
    let edit = StateEdit::open(store, &origin, &holder, patience, &clock)
        .await
        .map_err(|error| context.state_failure(&error))?;
    if let Some(doubt) = edit.doubts().iter().find(|doubt| named.contains(&&doubt.address)) {
        return Err(Failure::user(format!(
            "an earlier run was cut off while it created {}, and nobody has looked yet whether it did",
            doubt.address
        ))
        .hint("taskloom apply looks for it first"));
    }
    Ok((edit, context))
}

async fn save(
    edit: &mut StateEdit,
    context: &Context,
    recorded: Recorded,
    proposal: Confirmation,
    question: Option<&str>,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    proposal.agree(question, signals, output).await?;
    let serial = edit.save(&recorded).await.map_err(|error| context.state_failure(&error))?;
    output.note(&format!("the state is at serial {serial} now\n"));
    proposal.print_done(output)?;
    Ok(ExitStatus::Done)
}

fn printable_line(text: &str) -> String {
    format!("{}\n", printable(text))
}

fn address(text: &str) -> Result<Address, Failure> {
    Address::from_str(text).map_err(|error| Failure::usage(error.to_string()))
}

fn unknown(address: &Address) -> Failure {
    Failure::user(format!("the state does not hold {address}"))
        .hint("taskloom state list shows what it holds")
}
