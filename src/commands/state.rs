//! `taskloom state`: what the state file holds.

use std::str::FromStr as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::GlobalArgs;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;
use crate::kinds::{table, task_name, to_record};
use crate::model::{Address, RecordedResource};
use crate::reconcile::peek;
use crate::state::Loaded;

/// Look into the state file
#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// List what is managed
    List(ListArgs),
    /// Show one resource as it was last applied
    Show(ShowArgs),
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
}

/// Shows the state; it is only read.
pub fn run(
    command: &StateCommand,
    global: &GlobalArgs,
    environment: &Environment,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, outlet)?;
    let state =
        peek(&context.state, &context.origin()?).map_err(|error| context.state_failure(&error))?;
    let text = match command {
        StateCommand::List(_) => list(&state, global.json),
        StateCommand::Show(args) => show(&state, args, global.json)?,
    };
    outlet.data(&text)?;
    Ok(ExitStatus::Done)
}

fn list(state: &Loaded, json: bool) -> String {
    if json {
        let resources: Vec<_> = state
            .recorded
            .resources
            .iter()
            .map(|(address, resource)| {
                json!({"address": address, "id": resource.id, "protect": resource.protect,
                       "name": task_name(address.kind, &resource.spec),
                       "version": resource.observed.version, "status": resource.observed.status})
            })
            .collect();
        let header = &state.header;
        let text = json!({"format_version": "1.0", "lineage": header.lineage,
                          "serial": header.serial, "resources": resources});
        return format!("{text}\n");
    }
    let width = state.recorded.resources.keys().map(|a| a.to_string().len()).max().unwrap_or(0);
    state
        .recorded
        .resources
        .iter()
        .map(|(address, resource)| {
            let protect = if resource.protect { "  protected" } else { "" };
            format!("{:width$}  {}{protect}\n", address.to_string(), resource.id)
        })
        .collect()
}

fn show(state: &Loaded, args: &ShowArgs, json: bool) -> Result<String, Failure> {
    let address = Address::from_str(&args.address).map_err(|error| Failure::of(&error))?;
    let resource = state.recorded.resources.get(&address).ok_or_else(|| {
        Failure::user(format!("the state does not hold {address}"))
            .hint("taskloom state list shows what it holds")
    })?;
    let view = view(&address, resource);
    let text = if json {
        format!("{view}\n")
    } else {
        serde_yaml::to_string(&view).map_err(|error| Failure::of(&error))?
    };
    Ok(text)
}

fn view(address: &Address, resource: &RecordedResource) -> serde_json::Value {
    json!({
        "address": address,
        "id": resource.id,
        "protect": resource.protect,
        "observed": resource.observed,
        "spec": to_record(table(address.kind), &resource.spec),
    })
}
