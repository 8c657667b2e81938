//! What a run works on, from plain values; and how often the daemon finds it out.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use taskloom::setup::{GuardOverrides, SetupError, SetupInputs, resolve};
use taskloom::state::FileStore;
use taskloom::support::{Clock, StopSignal, SystemClock};
use taskloom::watch::{
    PassOutcome, PassReport, PassSource, PrepareError, ProjectSource, Trigger, WatchInputs,
};
use tokio::sync::watch;

const PROJECT: &str = r#"
manifests: [manifests]
variables: {probe: {default: "${env.PROBE}"}}
targets:
  local: {default: true, endpoint: embedded, project_id: "1", region: ap-guangzhou}
"#;

fn project(text: &str) -> (tempfile::TempDir, SetupInputs) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("manifests")).unwrap();
    fs::write(folder.path().join("taskloom.yaml"), text).unwrap();
    let inputs = inputs(folder.path());
    (folder, inputs)
}

fn inputs(folder: &Path) -> SetupInputs {
    SetupInputs { folder: Some(folder.to_owned()), rate: 20.0, ..SetupInputs::default() }
}

/// Counts how often taskloom.yaml is parsed: it asks for the variable each time.
fn counting(n: &Cell<usize>) -> impl Fn(&str) -> Option<String> {
    move |name| {
        n.set(n.get() + usize::from(name == "PROBE"));
        (name == "PROBE").then(|| "here".to_owned())
    }
}

/// The files have come to rest: what the daemon asks its source for then, in this order.
async fn edit(inputs: SetupInputs, n: &Cell<usize>) -> Result<(), PrepareError> {
    let file = inputs.place(Path::new(".taskloom/local/state.json"));
    let store = Arc::new(FileStore::new(&file));
    let env = counting(n);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (_stop, stop) = watch::channel(false);
    let stop = StopSignal::new(stop, None, Arc::clone(&clock));
    let inputs = WatchInputs {
        setup: inputs,
        env: &env,
        following: None,
        guards: GuardOverrides::default(),
        parallelism: 1,
        poll: None,
        metrics: Arc::default(),
    };
    let mut source = ProjectSource::new(inputs, store, None, Trigger::default(), clock, stop);
    source.arm();
    source.read_ahead().await;
    source.arm();
    let prepared = source.prepare().await.map(drop);
    source.release(&PassReport::default()).await;
    source.close().await;
    prepared
}

#[tokio::test]
async fn an_edit_parses_taskloom_yaml_once() {
    let (_folder, inputs) = project(PROJECT);
    let n = Cell::new(0);
    edit(inputs, &n).await.unwrap();
    assert_eq!(n.get(), 1);
}

#[tokio::test]
async fn an_edit_that_breaks_taskloom_yaml_parses_it_once_and_says_where_it_is_wrong() {
    let (_folder, inputs) = project(&format!("{PROJECT}guards: {{deletes_max: many}}\n"));
    let n = Cell::new(0);
    let error = edit(inputs, &n).await.unwrap_err();
    assert_eq!(n.get(), 1);
    assert_eq!(error.verdict, PassOutcome::Invalid);
    assert!(error.message.contains("taskloom.yaml:6:23"), "{}", error.message);
}

#[test]
fn problems_of_taskloom_yaml_come_back_with_their_places() {
    let (_folder, inputs) = project("targets: {a: {}, b: {}}\nmanifest: [x]\n");
    let SetupError::Project { problems } = resolve(&inputs, &|_| None).unwrap_err() else {
        panic!("taskloom.yaml has a problem")
    };
    let places: Vec<_> = problems.0.iter().map(|one| (one.file.as_str(), one.line)).collect();
    assert_eq!(places, [("taskloom.yaml", 2)]);
}

#[test]
fn what_is_said_over_taskloom_yaml_wins_and_what_is_wrong_with_it_has_a_way_out() {
    let (_folder, inputs) = project(PROJECT);
    let over = SetupInputs { region: Some("ap-beijing".to_owned()), ..inputs.clone() };
    let env = |_: &str| Some("x".to_owned());
    let target = resolve(&over, &env).unwrap();
    assert_eq!(target.region.as_deref(), Some("ap-beijing"));
    let over = SetupInputs { variables: vec!["probe".to_owned()], ..inputs };
    let error = resolve(&over, &env).unwrap_err();
    assert_eq!(error.to_string(), "--var number 1 has no `=`");
    assert_eq!(error.way_out().as_deref(), Some("write --var NAME=VALUE"));
}

#[test]
fn a_connection_serves_until_something_that_it_is_made_from_moves() {
    let (_folder, inputs) = project(PROJECT);
    let key =
        |inputs: &SetupInputs| resolve(inputs, &|_| Some("x".to_owned())).unwrap().connection_key();
    assert_eq!(key(&inputs), key(&inputs));
    let slower = SetupInputs { rate: 19.5, ..inputs.clone() };
    assert_ne!(key(&inputs), key(&slower));
    let elsewhere = SetupInputs { region: Some("ap-beijing".to_owned()), ..inputs.clone() };
    assert_ne!(key(&inputs), key(&elsewhere));
}
