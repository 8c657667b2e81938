//! Reports what the daemon does: on standard output, and only what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use super::hints::pass_hint;
use super::json_line::json_line;
use super::log::LogPass;
use super::output::Output;
use super::report::Reporter;
use crate::apply::OperationEvent;
use crate::manifest::LoadedManifests;
use crate::model::Address;
use crate::plan::{Plan, errors_json, printable};
use crate::reconcile::PassError;
use crate::support::Clock;
use crate::watch::{
    Hook, LeftOut, PassOutcome, PassReport, PreparedPass, Systemd, WakeCause, WatchListener,
    run_hook,
};
use crate::yaml::{Problem, Problems, render};

/// How many names a line for people contains.
const SHOWN: usize = 5;

/// Reports passes to people or programs, to the service manager and to the hook.
pub struct WatchReporter<'a, 'b> {
    /// Lines of JSON instead of text.
    pub json: bool,
    /// The output.
    pub output: &'a mut Output<'b>,
    /// The service manager.
    pub systemd: Arc<Systemd>,
    /// The command of the user.
    pub hook: Option<String>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The pass that log lines belong to.
    pub(super) log_pass: LogPass,
    told: Option<News>,
    due: Hook,
    hooks: JoinSet<()>,
}

/// The parts of a pass that are reported when they differ from those of the pass before.
#[derive(Clone, Debug, PartialEq, Eq)]
struct News {
    verdict: PassOutcome,
    /// What is wrong; the text for a service that is down varies.
    message: Option<String>,
    refusals: Vec<String>,
    left_out: BTreeMap<Address, LeftOut>,
    drifted: Vec<Address>,
    failed: BTreeSet<Address>,
    /// The warnings about the manifests: file, field and text. A changed line number is not news.
    warnings: BTreeSet<(String, String, String)>,
}

/// What is to be reported.
#[derive(Clone, Copy, Debug, Default)]
struct Novelty {
    /// The pass.
    pass: bool,
    /// The warnings about its manifests.
    warnings: bool,
}

impl News {
    /// Returns the news of a pass; parts that it does not know are taken from `before`.
    fn of(report: &PassReport, warnings: Option<&Problems>, before: Option<&News>) -> News {
        let named = |one: &Problem| (one.file.clone(), one.path.clone(), one.message.clone());
        let warnings = match warnings {
            Some(warnings) => warnings.0.iter().map(named).collect(),
            None => before.map(|news| news.warnings.clone()).unwrap_or_default(),
        };
        let is_down = report.verdict == PassOutcome::Unreachable;
        News {
            // A pass that changed something leaves things in sync.
            verdict: if report.verdict == PassOutcome::Changed {
                PassOutcome::InSync
            } else {
                report.verdict
            },
            message: report.message.clone().filter(|_| !is_down),
            refusals: report.refusals.iter().map(ToString::to_string).collect(),
            left_out: report.left_out.clone(),
            drifted: report.drifted.clone(),
            failed: report.failed.keys().cloned().collect(),
            warnings,
        }
    }
}

impl<'a, 'b> WatchReporter<'a, 'b> {
    /// Returns a reporter that has reported nothing yet.
    pub fn new(
        json: bool,
        output: &'a mut Output<'b>,
        systemd: Arc<Systemd>,
        hook: Option<String>,
        clock: Arc<dyn Clock>,
    ) -> WatchReporter<'a, 'b> {
        let (due, hooks) = (Hook::default(), JoinSet::new());
        WatchReporter {
            json,
            output,
            systemd,
            hook,
            clock,
            log_pass: LogPass::default(),
            told: None,
            due,
            hooks,
        }
    }

    /// Waits for the hooks that still run; each has a time limit of its own.
    pub async fn finish(mut self) {
        while self.hooks.join_next().await.is_some() {}
    }

    /// Returns what is new about a pass, and records it.
    fn novelty(&mut self, report: &PassReport, warnings: Option<&Problems>) -> Novelty {
        if report.verdict == PassOutcome::Unsettled {
            return Novelty::default();
        }
        let news = News::of(report, warnings, self.told.as_ref());
        let is_new = self.told.as_ref() != Some(&news);
        let known = self.told.as_ref().map(|told| told.warnings.clone()).unwrap_or_default();
        let warned = known != news.warnings;
        self.told = Some(news);
        Novelty { pass: is_new || report.tally.done > 0, warnings: warned }
    }

    fn write(&mut self, text: &str) {
        // A closed output must not end the daemon.
        let _ = self.output.data(text);
    }
}

impl WatchListener for WatchReporter<'_, '_> {
    fn begins(&mut self, pass: u64, _causes: &BTreeSet<WakeCause>) {
        self.log_pass.enter(pass);
        if pass == 1 {
            self.systemd.tell("READY=1\nSTATUS=the first pass runs");
        }
    }

    fn planned(&mut self, _plan: &Plan, _loaded: &Arc<LoadedManifests>) {}

    fn operation(&mut self, pass: u64, event: &OperationEvent<'_>) {
        if !self.json {
            return Reporter::new(false, 0, self.output).event(event);
        }
        let mut json = super::report::json_of(event);
        if let Some(map) = json.as_object_mut() {
            map.insert("pass".to_owned(), pass.into());
        }
        self.write(&json_line(&json));
    }

    fn ends(&mut self, report: &PassReport, ready: Option<&PreparedPass>, next: Duration) {
        let warnings = ready.map(|ready| &ready.loaded.problems);
        let status = format!("STATUS=pass {}: {}", report.pass, report.verdict.name());
        self.systemd.tell(&status);
        if let Some(command) = &self.hook {
            for occasion in self.due.due(report) {
                let (command, json) = (command.clone(), json_of(report, warnings));
                let clock = Arc::clone(&self.clock);
                self.hooks.spawn(async move {
                    run_hook(&command, occasion, &json, clock.as_ref()).await;
                });
            }
            while self.hooks.try_join_next().is_some() {}
        }
        let novelty = self.novelty(report, warnings);
        tracing::info!(
            pass = report.pass,
            verdict = report.verdict.name(),
            seconds = report.took.as_secs_f64(),
            next = next.as_secs_f64(),
            "a pass has ended"
        );
        if !novelty.pass {
            return;
        }
        let text = match self.json {
            true => json_line(&json_of(report, warnings)),
            false => {
                let new = warnings.filter(|_| novelty.warnings);
                let time = self.clock.now().strftime("%FT%TZ");
                format!("{time} {}{}", text_of(report), new.map(warned).unwrap_or_default())
            }
        };
        self.write(&text);
    }
    fn way_out(&self, error: &PassError) -> Option<String> {
        pass_hint(error)
    }
}

/// Returns a pass as JSON; `warnings` are null where its manifests were not read, or not whole.
fn json_of(report: &PassReport, warnings: Option<&Problems>) -> Json {
    let list = |map: &BTreeMap<Address, LeftOut>| -> Json {
        map.iter().map(|(a, why)| json!({"address": a, "why": why.name()})).collect()
    };
    let actions: Json = report
        .actions
        .iter()
        .map(|(address, action)| json!({"address": address, "action": action.name()}))
        .collect();
    let causes: Vec<&str> = report.causes.iter().map(|cause| cause.name()).collect();
    let refusals: Vec<String> = report.refusals.iter().map(ToString::to_string).collect();
    let tally = report.tally;
    let mut json = json!({
        "type": "pass", "pass": report.pass, "causes": causes, "verdict": report.verdict.name(),
        "commit": report.commit, "changes": actions, "left_out": list(&report.left_out),
        "drifted": report.drifted, "unchanged": report.unchanged, "done": tally.done,
        "failed": tally.failed, "skipped": tally.skipped, "not_attempted": tally.not_attempted,
        "refusals": refusals, "message": report.message, "help": report.help,
        "warnings": warnings.map(|warnings| &warnings.0),
        "seconds": (report.took.as_secs_f64() * 1000.0).round() / 1000.0,
    });
    if let Some(map) = json.as_object_mut().filter(|_| !report.errors.is_empty()) {
        map.insert("errors".to_owned(), errors_json(&report.errors));
    }
    json
}

/// Returns a pass as lines for people.
fn text_of(report: &PassReport) -> String {
    let causes: Vec<&str> = report.causes.iter().map(|cause| cause.name()).collect();
    let mut text = format!("pass {} ({}): {}", report.pass, causes.join(", "), words(report));
    if let Some(commit) = report.commit.as_ref().and_then(|commit| commit.get(..12)) {
        let _ = write!(text, ", at {commit}");
    }
    text.push('\n');
    for (why, label) in LABELS {
        let names: Vec<&Address> =
            report.left_out.iter().filter(|(_, w)| *w == why).map(|(a, _)| a).collect();
        if !names.is_empty() {
            let _ = writeln!(text, "  {label}: {}", some(&names));
        }
    }
    for error in &report.errors {
        let line = format!("{}: {error}; {}", error.address, error.way_out());
        let _ = writeln!(text, "  {}", printable(&line));
    }
    let lines = report.refusals.iter().map(ToString::to_string).chain(report.message.clone());
    for line in lines {
        let _ = writeln!(text, "  {}", printable_lines(&line));
    }
    if let Some(help) = &report.help {
        let _ = writeln!(text, "  help: {}", printable(help));
    }
    text
}

/// Returns warnings as lines below a pass.
fn warned(warnings: &Problems) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    format!("  {}\n", printable_lines(&render(warnings, false)))
}

const LABELS: [(&LeftOut, &str); 5] = [
    (&LeftOut::Prune, "left, since --prune is not given"),
    (&LeftOut::Drift, "drifted and left"),
    (&LeftOut::Backoff, "failed, and rests"),
    (&LeftOut::Suspended, "suspended"),
    (&LeftOut::Needs, "left, since it needs one of these"),
];

fn words(report: &PassReport) -> String {
    let tally = report.tally;
    let mut text = report.verdict.name().replace('_', " ");
    if tally.done + tally.failed > 0 {
        let _ = write!(text, ", {} done, {} failed", tally.done, tally.failed);
    }
    let _ = write!(text, ", {} unchanged", report.unchanged);
    if !report.drifted.is_empty() {
        let names: Vec<&Address> = report.drifted.iter().collect();
        let _ = write!(text, ", drifted: {}", some(&names));
    }
    text
}

fn some(names: &[&Address]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    printable(&format!("{}{more}", shown.join(", ")))
}

fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(printable).collect();
    lines.join("\n  ")
}
