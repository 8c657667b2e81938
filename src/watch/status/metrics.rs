//! The store as numbers: the text format 0.0.4 of Prometheus.

use std::fmt::{Display, Write as _};

use super::history::{BOUNDS, PassHistory, PassResult};
use super::snapshot::ResourceState;
use super::store::StatusStore;
use crate::model::Verb;

/// The content type of this text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The text: families of samples, one after another.
#[derive(Default)]
struct Text(String);

impl StatusStore {
    /// Returns the metrics.
    pub fn metrics(&self) -> String {
        let mut text = Text::default();
        let counts = self.call_metrics().counts();
        let states = self.state_counts();
        {
            let inner = self.lock();
            passes(&mut text, &inner.passes);
            let started = inner.started.as_duration().as_secs_f64();
            let help = "When the process started, in seconds since 1970.";
            text.family("process_start_time_seconds", "gauge", help);
            text.sample("process_start_time_seconds", &[], started);
            let whole = inner.suspensions.iter().any(|one| one.only.is_none());
            text.family("taskloom_suspended", "gauge", "Whether all resources are left alone.");
            text.sample("taskloom_suspended", &[], u8::from(whole));
        }
        let help = "Resources by their state.";
        text.family("taskloom_resources", "gauge", help);
        for state in ResourceState::ALL {
            let n = states.get(state.name()).copied().unwrap_or_default();
            text.sample("taskloom_resources", &[("state", state.name())], n);
        }
        let help = "Requests sent to the service, by action and by result code.";
        text.family("taskloom_api_calls_total", "counter", help);
        for ((action, code), n) in &counts.calls {
            text.sample("taskloom_api_calls_total", &[("action", action), ("code", code)], n);
        }
        let help = "How long requests waited because of the rate limit.";
        text.family("taskloom_api_rate_wait_seconds_total", "counter", help);
        text.sample("taskloom_api_rate_wait_seconds_total", &[], counts.waited.as_secs_f64());
        text.family("taskloom_build_info", "gauge", "The program; always 1.");
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        text.sample("taskloom_build_info", &version, 1);
        text.0
    }
}

fn passes(text: &mut Text, passes: &PassHistory) {
    text.family("taskloom_passes_total", "counter", "Passes by how they ended.");
    for result in PassResult::ALL {
        let n = passes.ended.get(&result).copied().unwrap_or_default();
        text.sample("taskloom_passes_total", &[("result", result.name())], n);
    }
    let name = "taskloom_pass_duration_seconds";
    text.family(name, "histogram", "How long passes took.");
    let (bucket, mut below) = (format!("{name}_bucket"), 0);
    for (bound, n) in BOUNDS.iter().zip(&passes.lengths) {
        below += n;
        text.sample(&bucket, &[("le", &bound.to_string())], below);
    }
    let n: u64 = passes.ended.values().sum();
    text.sample(&bucket, &[("le", "+Inf")], n);
    text.sample(&format!("{name}_sum"), &[], passes.seconds);
    text.sample(&format!("{name}_count"), &[], n);
    let name = "taskloom_changes_total";
    text.family(
        name,
        "counter",
        "Operations that were attempted, by action and by how they ended.",
    );
    for verb in Verb::ALL {
        for (result, counts) in [("done", &passes.operations), ("failed", &passes.failures)] {
            let n = counts.get(&verb).copied().unwrap_or_default();
            text.sample(name, &[("action", verb.name()), ("result", result)], n);
        }
    }
    let name = "taskloom_last_success_timestamp_seconds";
    text.family(
        name,
        "gauge",
        "When the last successful pass ended, in seconds since 1970; 0 before the first one.",
    );
    let last = passes.good.map_or(0.0, |(at, _)| at.as_duration().as_secs_f64());
    text.sample(name, &[], last);
}

impl Text {
    /// Begins a family; its samples follow.
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (place, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
            let before = if place == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{text}\"");
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }
}
