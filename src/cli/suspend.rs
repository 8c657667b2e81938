//! `taskloom suspend` and `taskloom resume`: what the daemon is to leave alone.

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use crate::plan::{Pattern, printable};
use crate::state::{NoteError, Suspension, Suspensions};
use crate::support::{Clock as _, SystemClock};

/// Tell watch to leave resources alone
#[derive(Debug, Args)]
pub struct SuspendArgs {
    /// When it ends by itself: a length of time (2h) or a moment (2026-01-31T08:00:00Z) [default: with `resume`]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Why, for those who find it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Only these: Task/orders-* or a label, team=sales; may be repeated [default: everything]
    #[arg(long, value_name = "PATTERN")]
    select: Vec<Pattern>,
}

/// Let watch go on with what was suspended
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Only what was suspended by just this pattern; may be repeated [default: everything]
    #[arg(long, value_name = "PATTERN")]
    select: Vec<Pattern>,
}

/// Reads a length of time from now, or a moment.
fn moment(text: &str) -> Result<Timestamp, String> {
    let now = SystemClock::new().now();
    let read = match text.parse::<SignedDuration>() {
        Ok(length) => now.checked_add(length).ok(),
        Err(_) => text.parse().ok(),
    };
    match read {
        Some(moment) if moment > now => Ok(moment),
        Some(_) => Err("that is over already".to_owned()),
        None => Err(
            "expected a length of time (30m, 2h) or a moment with its zone (2026-01-31T08:00:00Z)"
                .to_owned(),
        ),
    }
}

/// Suspends.
pub async fn run(
    args: &SuspendArgs,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty").hint("say why, for those who find it"));
    }
    let context = Context::new(global, environment, output)?;
    let now = SystemClock::new().now();
    let new = Suspension {
        select: args.select.iter().map(ToString::to_string).collect(),
        until: args.until,
        reason: args.reason.clone(),
        by: context.target.by(),
        since: now,
    };
    let edited = Suspensions::edit(context.target.store.as_ref(), |all| {
        let mut all = all.at(now);
        all.list.push(new.clone());
        Some(all)
    });
    let all = edited.await.map_err(|error| failure(&error))?.unwrap_or_default();
    tell(&all, global, output)
}

/// Resumes.
pub async fn resume(
    args: &ResumeArgs,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let asked: Vec<String> = args.select.iter().map(ToString::to_string).collect();
    if asked.is_empty() {
        // Also what cannot be read.
        let cleared = Suspensions::clear(context.target.store.as_ref()).await;
        cleared.map_err(|error| failure(&error))?;
        return tell(&Suspensions::default(), global, output);
    }
    let edited = Suspensions::edit(context.target.store.as_ref(), |mut all| {
        let before = all.list.len();
        all.list.retain(|one| !asked.iter().all(|pattern| one.select.contains(pattern)));
        (all.list.len() < before).then_some(all)
    });
    let all = edited.await.map_err(|error| failure(&error))?.ok_or_else(|| {
        Failure::user(format!("nothing was suspended by {}", asked.join(", ")))
            .hint("`taskloom status` shows what is")
    })?;
    tell(&all, global, output)
}

/// Returns the failure of suspensions that cannot be had.
pub fn failure(error: &NoteError) -> Failure {
    Failure::of(error).hint("`taskloom resume` removes all suspensions")
}

fn tell(
    all: &Suspensions,
    global: &GlobalArgs,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    if global.json {
        output.json(&json!({"format_version": "1.0", "suspended": all.list}))?;
    } else if all.list.is_empty() {
        output.data("Nothing is suspended.\n")?;
    } else {
        for one in &all.list {
            output.data(&format!("Suspended: {}\n", printable(&one.to_string())))?;
        }
    }
    Ok(ExitStatus::Done)
}
