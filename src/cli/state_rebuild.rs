//! `taskloom state rebuild`: a lost state from what is at the service.

use clap::Args;
use serde_json::{Value as Json, json};

use super::confirmation::Confirmation;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::import_failure;
use super::output::Output;
use super::plan_common::open;
use super::signals::Signals;
use crate::import::{Match, MatchedBy, Rediscovery, rediscover};
use crate::manifest::LoadedManifests;
use crate::model::Recorded;
use crate::observe::Refresh;
use crate::setup::Connection;

/// Reads are told of in steps of so many.
const STEP: usize = 100;

/// Find what is ours when the state is lost, and take it over; nothing is changed at the service
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Rebuilds the state.
pub async fn run(
    args: &RebuildArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let loaded = context.load_or_print(global.json, output)?;
    let connection = context.connect(Refresh::Moved, 1).await?;
    let result = pass(args, global.json, &context, &loaded, &connection, signals, output).await;
    connection.close().await;
    result
}

async fn pass(
    args: &RebuildArgs,
    json: bool,
    context: &Context,
    loaded: &LoadedManifests,
    connection: &Connection,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let scope = &connection.scope;
    let mut session = open(context, connection, signals).await?;
    let mut tell = |done: usize, total: usize| {
        if done.is_multiple_of(STEP) || done == total && total >= STEP {
            output.note(&format!("read {done} of {total} tasks\n"));
        }
    };
    let (desired, prefix) = (&loaded.desired, context.request().name_prefix());
    let rediscover = rediscover(scope, desired, session.recorded(), prefix.as_deref(), &mut tell)
        .await
        .map_err(|error| import_failure(&error))?;
    let adopted = rediscover.adopted(desired, session.recorded());
    print_open(&rediscover, output);
    let proposal = if json {
        Confirmation::Json(to_json(&rediscover, loaded, &adopted))
    } else {
        Confirmation::Text(text(&rediscover, loaded, &adopted))
    };
    let is_any = !rediscover.finds.is_empty();
    let question = (is_any && !args.yes).then_some("Take these over?");
    proposal.agree(question, signals, output).await?;
    if is_any {
        session.put(&adopted).await.map_err(|error| context.state_failure(&error))?;
    }
    proposal.print_done(output)?;
    if !json {
        output.data(&format!("Taken over: {}\n", rediscover.finds.len()))?;
    }
    Ok(if rediscover.rivals.is_empty() { ExitStatus::Done } else { ExitStatus::Failed })
}

fn print_open(rediscover: &Rediscovery, output: &mut Output<'_>) {
    for (address, ids) in &rediscover.rivals {
        let ids: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
        output.note(&format!(
            "error: {address} could be any of {}, so none is taken\nhelp: compare them in the console and delete those that are not wanted\n",
            ids.join(", ")
        ));
    }
    for address in &rediscover.missing {
        output.note(&format!("note: nothing was found for {address}: the next apply creates it\n"));
    }
}

/// What is known of a find, in words.
fn words(find: &Match, loaded: &LoadedManifests, adopted: &Recorded) -> String {
    let n = find.differing(&loaded.desired, &|address| adopted.id_of(address));
    let found = match find.how {
        MatchedBy::Mark => "by its mark",
        MatchedBy::Name => "by its name, workflow and type",
        MatchedBy::MarkAlone => {
            return "by its mark; no manifest: the next apply deletes it".to_owned();
        }
    };
    match n {
        0 => found.to_owned(),
        n => format!("{found}; {n} fields differ: the next apply updates it"),
    }
}

fn text(rediscover: &Rediscovery, loaded: &LoadedManifests, adopted: &Recorded) -> String {
    let names = rediscover.finds.iter().map(|find| find.address.to_string());
    let width = names.map(|name| name.len()).max().unwrap_or(0);
    let line = |find: &Match| {
        let (address, words) = (find.address.to_string(), words(find, loaded, adopted));
        format!("» {address:width$}  {}  {words}\n", find.seen.id)
    };
    rediscover.finds.iter().map(line).collect()
}

fn to_json(rediscover: &Rediscovery, loaded: &LoadedManifests, adopted: &Recorded) -> Json {
    let finds = rediscover.finds.iter().map(|find| {
        json!({"address": find.address, "id": find.seen.id,
               "found": words(find, loaded, adopted)})
    });
    let rivals = rediscover.rivals.iter().map(|(a, ids)| json!({"address": a, "ids": ids}));
    json!({"format_version": "1.0", "adopted": finds.collect::<Vec<_>>(),
           "rivals": rivals.collect::<Vec<_>>(), "missing": rediscover.missing})
}
