//! Measures the cost of a watch over many manifests: `cargo bench --bench watch`.
//!
//! A real `taskloom watch` runs against a real `taskloom emulator`, with a relay between them that
//! notes when a request begins. It measures the time from the close of a changed file to the first
//! byte of a request (and how late a bare wait ends at the same time), the processor time of a pass
//! that finds nothing new, and the memory from pass to pass. The environment sets the sizes:
//! TASKLOOM_BENCH_MANIFESTS (10000), _EDITS (20), _PASSES (50) and _SMALL_PASSES (10000, over 100
//! manifests).

#![expect(clippy::disallowed_methods, reason = "it runs programs and reads the clock")]

mod daemon;
mod project;
mod relay;

use std::io::{Write as _, stdout};
use std::time::Duration;

use daemon::Daemon;
use project::{Edit, Project};

/// The default of `watch --debounce`.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// The default of `watch --interval`.
const INTERVAL: Duration = Duration::from_secs(300);

fn main() {
    // `cargo test --all-targets` also runs this, but does not want measurements.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    many(size("MANIFESTS", 10_000), size("EDITS", 20), size("PASSES", 50));
    small(100, size("SMALL_PASSES", 10_000));
}

/// Measures many manifests in few passes.
fn many(n: usize, n_edits: usize, n_passes: usize) {
    let project = Project::applied(n);
    let daemon = Daemon::start(&project);
    say(&format!("{n} manifests, applied; memory after the first pass {} MB", daemon.megabytes()));
    let rest = Duration::from_secs(3);
    let rounds = [
        ("in place, immediately after another", Edit::InPlace, Duration::ZERO),
        ("in place, after a pause", Edit::InPlace, rest),
        ("by rename, immediately after another", Edit::MovedOver, Duration::ZERO),
        ("by rename, after a pause", Edit::MovedOver, rest),
        ("a new file, immediately after another", Edit::NewFile, Duration::ZERO),
        ("a new file, after a pause", Edit::NewFile, rest),
    ];
    for (round, (what, how, pause)) in rounds.into_iter().enumerate() {
        let answers = (round * n_edits..(round + 1) * n_edits).map(|edit| {
            std::thread::sleep(pause);
            daemon.answer_to(|| project.edit(edit, how))
        });
        let (mut late, bare): (Vec<Duration>, Vec<Duration>) = answers.unzip();
        late.sort();
        let at =
            |share: usize| late.get((late.len() - 1) * share / 100).copied().unwrap_or_default();
        say(&format!(
            "{what}: first byte {:.1} ms after the debounce (median of {n_edits}; least {:.1}, \
             nine in ten below {:.1}, most {:.1}); a bare wait ends up to {:.1} ms late; memory {} MB",
            millis(at(50)),
            millis(at(0)),
            millis(at(90)),
            millis(at(100)),
            millis(bare.into_iter().max().unwrap_or_default()),
            daemon.megabytes(),
        ));
    }
    std::thread::sleep(Duration::from_secs(3));
    daemon.pass();
    let (before, memory) = (daemon.cpu(), daemon.megabytes());
    for _ in 0..n_passes {
        daemon.pass();
    }
    let each = (daemon.cpu() - before) / u32::try_from(n_passes).unwrap_or(u32::MAX).max(1);
    say(&format!(
        "an unchanged pass: {:.0} ms of processor time, {:.3} % of a core at the default interval; \
         memory {memory} MB, after {n_passes} passes {} MB",
        millis(each),
        100.0 * each.as_secs_f64() / INTERVAL.as_secs_f64(),
        daemon.megabytes(),
    ));
}

/// Measures few manifests in many passes.
fn small(n: usize, n_passes: usize) {
    let project = Project::applied(n);
    let daemon = Daemon::start(&project);
    let warm = n_passes / 10;
    for _ in 0..warm {
        daemon.pass();
    }
    let memory = daemon.megabytes();
    for _ in warm..n_passes {
        daemon.pass();
    }
    say(&format!(
        "{n} manifests: memory after {warm} passes {memory} MB, after {n_passes} passes {} MB",
        daemon.megabytes()
    ));
}

fn size(name: &str, default: usize) -> usize {
    let name = format!("TASKLOOM_BENCH_{name}");
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn say(line: &str) {
    writeln!(stdout(), "{line}").expect("standard output is open");
}
