//! The metrics: they are valid in the text format, and the sums are right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::model::{Call, Repeat};

use crate::support::{Watched, World, fault, task};

/// Samples by name and labels.
type Samples = BTreeMap<String, f64>;

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Parses labels: `a="b",c="d"`.
fn check_labels(text: &str) {
    let mut rest = text;
    let mut names = BTreeSet::new();
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").unwrap();
        assert!(is_name(name) && names.insert(name), "{text}");
        let mut chars = value.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => assert!(matches!(chars.next().unwrap().1, '\\' | '"' | 'n'), "{text}"),
                (_, c) => assert_ne!(c, '\n'),
            }
        };
        rest = value[end + 1..].strip_prefix(',').unwrap_or(&value[end + 1..]);
    }
}

/// Parses the text format and checks the rules and conventions of Prometheus.
fn read(text: &str) -> Samples {
    assert!(text.ends_with('\n'));
    let (mut samples, mut families) = (Samples::new(), BTreeMap::new());
    let (mut family, mut kind, mut helped) = (String::new(), String::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').unwrap();
            assert!(words.ends_with('.') || words.contains(';'), "{line}");
            name.clone_into(&mut helped);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, what) = rest.split_once(' ').unwrap();
            assert_eq!(name, helped, "help comes first");
            assert!(is_name(name) && ["counter", "gauge", "histogram"].contains(&what), "{line}");
            assert_eq!(name.ends_with("_total"), what == "counter", "{line}");
            assert!(families.insert(name.to_owned(), what.to_owned()).is_none(), "twice: {line}");
            (family, kind) = (name.to_owned(), what.to_owned());
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = match sample.split_once('{') {
                Some((name, labels)) => (name, labels.strip_suffix('}').unwrap()),
                None => (sample, ""),
            };
            check_labels(labels);
            let suffixes: &[&str] =
                if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(suffixes.iter().any(|s| format!("{family}{s}") == name), "{line} in {family}");
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert(sample.to_owned(), value).is_none(), "twice: {line}");
        }
    }
    samples
}

#[tokio::test(start_paused = true)]
async fn passes_operations_and_calls_are_counted() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let watched = Watched::new(&world);
    let before = read(&watched.board.metrics());
    assert_eq!(before["taskloom_passes_total{result=\"done\"}"], 0.0);
    assert_eq!(before["taskloom_last_success_timestamp_seconds"], 0.0);
    watched.pass(&world).await;
    world.write("a.yaml", &task("a", "echo c", ""));
    world.fault(fault("UpdateTask", 1, FaultMoment::Before, FaultKind::StatusFalse));
    watched.pass(&world).await;
    let seen = read(&watched.board.metrics());
    let expected = [
        ("taskloom_passes_total{result=\"done\"}", 1.0),
        ("taskloom_passes_total{result=\"failed\"}", 1.0),
        ("taskloom_pass_duration_seconds_count", 2.0),
        ("taskloom_pass_duration_seconds_bucket{le=\"+Inf\"}", 2.0),
        ("taskloom_changes_total{action=\"create\",result=\"done\"}", 2.0),
        ("taskloom_changes_total{action=\"update\",result=\"failed\"}", 1.0),
        ("taskloom_resources{state=\"failed\"}", 1.0),
        ("taskloom_resources{state=\"in_sync\"}", 1.0),
        ("taskloom_api_calls_total{action=\"CreateTask\",code=\"ok\"}", 2.0),
        ("taskloom_suspended", 0.0),
        (concat!("taskloom_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
    ];
    for (name, value) in expected {
        assert_eq!(seen.get(name), Some(&value), "{name} in {seen:#?}");
    }
    let since = seen["process_start_time_seconds"];
    assert!(seen["taskloom_last_success_timestamp_seconds"] >= since && since > 1e9);
}

#[tokio::test(start_paused = true)]
async fn classes_of_a_histogram_only_grow() {
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    for seconds in [0, 1, 40, 7200] {
        watched.look_for(&world, seconds).await;
    }
    let text = watched.board.metrics();
    let seen = read(&text);
    let buckets = text.lines().filter_map(|line| {
        line.strip_prefix("taskloom_pass_duration_seconds_bucket")?.rsplit_once(' ')
    });
    let counts: Vec<u64> = buckets.map(|(_, n)| n.parse().unwrap()).collect();
    assert_eq!(counts, [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
    let sum = seen["taskloom_pass_duration_seconds_sum"];
    assert!((7241.0..7242.0).contains(&sum), "{sum}");
}

#[tokio::test(start_paused = true)]
async fn a_code_of_the_service_cannot_break_the_text() {
    use crate::cloud_fake::{error, stage};
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    let stage = stage(&[error(r#"A\"} 1\nevil{x=\"\\"#)], |_| ());
    let client = stage.client.metered(Arc::clone(watched.board.call_metrics()));
    let call = Call::new("GetTask", &serde_json::json!({}), Repeat::Read);
    client.call(&call).await.unwrap_err();
    let seen = read(&watched.board.metrics());
    assert!(!seen.keys().any(|name| name.starts_with("evil")), "{seen:#?}");
    let name = r#"taskloom_api_calls_total{action="GetTask",code="A\"} 1\nevil{x=\"\\"}"#;
    assert_eq!(seen.get(name), Some(&1.0), "{seen:#?}");
}
