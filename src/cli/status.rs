//! `taskloom status`: what is managed, what moved, what is pending, who is at work.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value as Json, json};

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::plan_common::print_errors;
use super::problems::print_problems;
use super::suspend;
use crate::git::Revision;
use crate::model::Kind;
use crate::observe::Refresh;
use crate::plan::{DriftSummary, Plan, PlanAction, errors_json, plan, printable};
use crate::reconcile::observe_and_plan;
use crate::state::{LastApply, LockHolder, LockName, OpenState, Suspensions, WaitingPlan};
use crate::support::{Clock as _, SystemClock};

/// Characters of a commit that people are shown.
const COMMIT_CHARS: usize = 12;

/// Show what is managed, what drifted and what is pending
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Compare with the state file alone and send nothing
    #[arg(long)]
    offline: bool,
    /// Exit with 2 when changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
}

/// Shows the status.
pub async fn run(
    args: &StatusArgs,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let context = Context::new(global, environment, output)?;
    let store = context.target.store.as_ref();
    let loading = store.load(&context.origin()?).await;
    let state = loading.map_err(|error| context.state_failure(&error))?;
    let holder = store.holder(LockName::Run).await;
    let plan = pending(args, &context, &state, output).await;
    let standing = plan.as_ref().ok().map(Plan::standing);
    let daemon = store.holder(LockName::Daemon).await;
    let now = SystemClock::new().now();
    let suspended = Suspensions::read(store).await.map(|all| all.at(now));
    let suspended = suspended.map_err(|error| suspend::failure(&error))?;
    let waiting = WaitingPlan::read(store).await.ok().flatten();
    let view =
        View { context: &context, state: &state, daemon, holder, standing, suspended, waiting };
    if global.json {
        output.json(&view.json()?)?;
    } else {
        output.data(&view.text()?)?;
    }
    // What could be told has been told; that the rest is not known is a failure all the same.
    let plan = plan?;
    if !plan.errors.is_empty() {
        print_errors(&plan.errors, output);
        return Ok(ExitStatus::Failed);
    }
    let is_pending = args.detailed_exitcode && !plan.is_empty();
    Ok(if is_pending { ExitStatus::Pending } else { ExitStatus::Done })
}

async fn pending(
    args: &StatusArgs,
    context: &Context,
    state: &OpenState,
    output: &mut Output<'_>,
) -> Result<Plan, Failure> {
    let loaded = context.load();
    if loaded.problems.has_errors() {
        print_problems(&loaded.problems, output);
        return Err(Failure::user("the manifests have errors, so what is pending is not known"));
    }
    if args.offline {
        return Ok(plan(&loaded.desired, &state.recorded, None));
    }
    let connection = context.connect(Refresh::Moved, 1).await?;
    let result = observe_and_plan(&connection.scope, &loaded.desired, &state.recorded).await;
    connection.close().await;
    Ok(result.map_err(|error| observe_failure(&error))?.0)
}

struct View<'a> {
    context: &'a Context,
    state: &'a OpenState,
    holder: Option<LockHolder>,
    /// The watch that looks after it.
    daemon: Option<LockHolder>,
    /// What that is to leave alone.
    suspended: Suspensions,
    /// The plan that it holds back.
    waiting: Option<WaitingPlan>,
    /// None when it could not be found out.
    standing: Option<DriftSummary>,
}

impl View<'_> {
    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let count = |kind: Kind| {
            let resources = self.state.recorded.resources.keys();
            (kind.name(), resources.filter(|address| address.kind == kind).count())
        };
        Kind::ALL.into_iter().map(count).collect()
    }

    fn json(&self) -> Result<Json, Failure> {
        let header = &self.state.header;
        // Before its first write a state has no lineage yet.
        let lineage = (header.serial > 0).then_some(&header.lineage);
        let standing = self.standing.as_ref().map(|standing| {
            let pending: Vec<Json> = standing
                .pending
                .iter()
                .map(|(address, action)| json!({"address": address, "action": action.name()}))
                .collect();
            let mut json = json!({"observed": standing.observed, "drifted": standing.drifted,
                                  "pending": pending, "unchanged": standing.unchanged});
            if let Some(map) = json.as_object_mut().filter(|_| !standing.errors.is_empty()) {
                map.insert("errors".to_owned(), errors_json(&standing.errors));
            }
            json
        });
        let doubts: Vec<Json> = self
            .state
            .doubts
            .iter()
            .map(|doubt| json!({"address": doubt.address, "time": doubt.time}))
            .collect();
        Ok(json!({
            "format_version": "1.0",
            "target": self.context.target.name,
            "project_id": self.context.project_id()?,
            "state": {"exists": self.state.exists, "lineage": lineage, "serial": header.serial},
            "last_apply": self.state.last_apply,
            "holder": self.holder,
            "watch": self.daemon,
            "suspended": self.suspended.list,
            "waiting": self.waiting.as_ref().map(
                |waiting| json!({"since": waiting.since, "refusals": waiting.refusals})),
            "managed": self.counts(),
            "in_doubt": doubts,
            "changes": standing,
        }))
    }

    fn text(&self) -> Result<String, Failure> {
        let mut text = String::new();
        let (target, project) = (&self.context.target.name, self.context.project_id()?);
        let _ = writeln!(text, "Target:   {target}, project {project}");
        let _ = match self.state.exists {
            true => writeln!(text, "State:    serial {}", self.state.header.serial),
            false => writeln!(text, "State:    none yet"),
        };
        if let Some(last) = &self.state.last_apply {
            let _ = writeln!(text, "Applied:  {}", printable(&applied(last)));
        }
        if let Some(LockHolder { pid, host, command, since }) = &self.holder {
            let _ =
                writeln!(text, "At work:  process {pid} on {host} (`{command}`, since {since})");
        }
        self.daemon_text(&mut text);
        let counts = self.counts();
        let of_kind = |kind: Kind| Some((counts.get(kind.name()).filter(|n| **n > 0)?, kind));
        let there: Vec<String> = Kind::ALL
            .into_iter()
            .filter_map(of_kind)
            .map(|(n, kind)| format!("{n} {kind}"))
            .collect();
        let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
        let _ = writeln!(text, "Managed:  {there}");
        for doubt in &self.state.doubts {
            let (address, time) = (&doubt.address, &doubt.time);
            let _ = writeln!(
                text,
                "In doubt: {address}, whose create was cut off at {time}; apply looks for it first"
            );
        }
        if let Some(standing) = &self.standing {
            text.push_str(&standing_text(standing));
        }
        Ok(text)
    }
}

impl View<'_> {
    /// What the daemon does, and does not.
    fn daemon_text(&self, text: &mut String) {
        if let Some(LockHolder { pid, host, since, .. }) = &self.daemon {
            let _ = writeln!(text, "Watched:  by process {pid} on {host}, since {since}");
        }
        for one in &self.suspended.list {
            let _ = writeln!(text, "Suspended: {}", printable(&one.to_string()));
        }
        if let Some(WaitingPlan { since, refusals, .. }) = &self.waiting {
            let why = printable(&refusals.join("; "));
            let _ = writeln!(text, "Waiting:  since {since} for `taskloom approve`: {why}");
        }
    }
}

/// When something was last changed, by whom and at which commit.
fn applied(last: &LastApply) -> String {
    let LastApply { time, by, revision } = last;
    let Some(Revision { commit, subject, dirty }) = revision else {
        return format!("{time} by {by}");
    };
    let short: String = commit.chars().take(COMMIT_CHARS).collect();
    let more = if *dirty { ", with changes that are not in it" } else { "" };
    format!("{time} by {by} at {short} \"{subject}\"{more}")
}

fn standing_text(standing: &DriftSummary) -> String {
    let mut text = String::new();
    let list = |addresses: Vec<String>| match addresses.is_empty() {
        true => "nothing".to_owned(),
        false => addresses.join(", "),
    };
    if standing.observed {
        let drifted = standing.drifted.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "Drifted:  {}", list(drifted));
    } else {
        text.push_str("Drifted:  not looked at\n");
    }
    let action = |(address, action): &(crate::model::Address, PlanAction)| {
        format!("{address} ({})", action.name())
    };
    let pending = standing.pending.iter().map(action).collect();
    let _ = writeln!(text, "Pending:  {}", list(pending));
    for error in &standing.errors {
        let line = format!("{}: {error}", error.address);
        let _ = writeln!(text, "Error:    {}", printable(&line));
    }
    text
}
