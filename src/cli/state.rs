//! `taskloom state`: what the state file holds.

use std::str::FromStr as _;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::signals::Signals;
use super::state_edit;
use super::state_rebuild;
use crate::kinds::{masked, table, task_name, to_record};
use crate::model::{Address, RecordedResource, TaskStatus, Value};
use crate::plan::printable;
use crate::state::OpenState;

/// Look into the state file
#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// List what is managed
    List(ListArgs),
    /// Show one resource as it was last applied
    Show(ShowArgs),
    /// Call a resource by another address; the service is not asked
    Mv(state_edit::MoveArgs),
    /// Forget resources: they stay at the service, and are nobody's
    Rm(state_edit::RemoveArgs),
    /// Find what is ours when the state is lost, and take it over
    Rebuild(state_rebuild::RebuildArgs),
}

/// List what is managed
#[derive(Debug, Args)]
pub struct ListArgs {}

/// Show one resource as it was last applied
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// For instance Task/orders-daily
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Show the values of what is named like a password, secret, token or access key, too
    #[arg(long)]
    show_secrets: bool,
}

/// Shows the state, or changes it.
pub async fn run(
    command: &StateCommand,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    match command {
        StateCommand::Mv(args) => {
            state_edit::rename(args, global, environment, signals, output).await
        }
        StateCommand::Rm(args) => {
            state_edit::forget(args, global, environment, signals, output).await
        }
        StateCommand::Rebuild(args) => {
            state_rebuild::run(args, global, environment, signals, output).await
        }
        StateCommand::List(_) => look(None, global, environment, output).await,
        StateCommand::Show(args) => look(Some(args), global, environment, output).await,
    }
}

/// Lists the state, or shows one resource of it; it is only read.
async fn look(
    one: Option<&ShowArgs>,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let state = context.peek(output).await?;
    match one {
        None if global.json => output.json(&list_json(&state))?,
        None => {
            if state.recorded.resources.is_empty() {
                output.note("the state holds nothing\n");
            }
            output.data(&list(&state))?;
        }
        Some(args) => show(&state, args, global.json, output)?,
    }
    Ok(ExitStatus::Done)
}

fn list_json(state: &OpenState) -> Json {
    let resources = state.recorded.resources.iter();
    let resources: Vec<Json> = resources
        .map(|(address, resource)| {
            // What the service did not tell is an empty text here.
            let version = resource.observed.version.as_deref().unwrap_or_default();
            let status = resource.observed.status.as_ref().map_or("", TaskStatus::as_str);
            json!({"address": address, "id": resource.id, "protect": resource.protect,
                   "name": task_name(address.kind, &resource.spec),
                   "version": version, "status": status})
        })
        .collect();
    let header = &state.header;
    // Before its first write a state has no lineage yet.
    let lineage = (header.serial > 0).then_some(&header.lineage);
    json!({"format_version": "1.0", "lineage": lineage, "serial": header.serial,
           "resources": resources})
}

fn list(state: &OpenState) -> String {
    let resources = state.recorded.resources.iter();
    let rows: Vec<_> = resources
        .map(|(address, resource)| {
            let protect = if resource.protect { "  protected" } else { "" };
            (printable(&address.to_string()), printable(&resource.id.0), protect)
        })
        .collect();
    let width = rows.iter().map(|(address, ..)| address.len()).max().unwrap_or(0);
    rows.into_iter()
        .map(|(address, id, protect)| format!("{address:width$}  {id}{protect}\n"))
        .collect()
}

fn show(
    state: &OpenState,
    args: &ShowArgs,
    json: bool,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let address = Address::from_str(&args.address).map_err(|error| Failure::of(&error))?;
    let resource = state.recorded.resources.get(&address).ok_or_else(|| {
        Failure::user(format!("the state does not hold {address}"))
            .hint("taskloom state list shows what it holds")
    })?;
    let mut view = view(&address, resource, if args.show_secrets { Value::clone } else { masked });
    if json {
        if let Some(map) = view.as_object_mut() {
            map.insert("format_version".to_owned(), "1.0".into());
        }
        return output.json(&view);
    }
    let text = serde_yaml::to_string(&view).map_err(|error| Failure::of(&error))?;
    // YAML escapes what it must; what it need not may still turn the writing around.
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    output.data(&lines.join("\n"))
}

fn view(address: &Address, resource: &RecordedResource, shown: impl Fn(&Value) -> Value) -> Json {
    json!({
        "address": address,
        "id": resource.id,
        "protect": resource.protect,
        "observed": resource.observed,
        "spec": to_record(table(address.kind), &shown(&resource.spec.masked())),
        "extra": shown(&resource.extra.masked()).to_json(),
    })
}
