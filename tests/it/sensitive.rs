//! Sensitive variables: they are sent and compared, but never shown.

use std::collections::BTreeMap;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::json;
use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::model::{Bundle, Call, RemoteId, Repeat, Value};
use taskloom::project::VariableValue;

use super::support::build::address;
use super::support::program::{Home, Ran, settled};
use super::support::{World, fault};

const SECRET: &str = "hush-4711-hush";
const OTHER: &str = "mumble-0815-mumble";

const PROJECT: &str = r#"bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}
variables:
  token: {sensitive: true}
targets:
  local: {endpoint: embedded, project_id: "1", region: ap-guangzhou}
"#;

/// Returns a task with the variable as a whole value, inside a longer text, and in a list item.
const TASK: &str = r#"apiVersion: wedata/2025-08-06
kind: Task
metadata: {name: a}
spec:
  TaskBaseAttribute: {WorkflowId: wf-1, TaskTypeId: Shell}
  TaskConfiguration:
    Code: "echo ${var.token}"
    YarnQueue: ${var.token}
    TaskSchedulingParameterList: {url: "https://x/?key=${var.token}&n=1", n: "1"}
  TaskSchedulerConfiguration:
    StartTime: 2026-01-01 00:00:00
"#;

fn assert_silent(what: &str, text: &str) {
    for secret in [SECRET, OTHER] {
        assert!(!text.contains(secret), "{what} tells {secret}: {text}");
    }
}

/// Returns every file below a folder except the service's own data.
fn assert_silent_files(folder: &Path) {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path());
    let is_cloud = |path: &Path| path.file_name().unwrap().to_str().unwrap().contains("cloud.json");
    for path in files.filter(|path| path.is_file() && !is_cloud(path)) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert_silent(&path.display().to_string(), &text);
    }
}

/// Returns the data of the service.
fn cloud(home: &Home) -> String {
    ["cloud.json", "cloud.json.log"]
        .map(|name| std::fs::read_to_string(home.path(".taskloom/local").join(name)))
        .map(Result::unwrap_or_default)
        .concat()
}

/// A home and everything that the program printed in it.
struct Watched {
    home: Home,
}

impl Watched {
    fn run(&self, words: &str) -> Ran {
        let ran = self.home.run(words);
        assert_silent(words, &ran.out);
        assert_silent(words, &ran.err);
        assert_silent_files(&self.home.path(""));
        ran
    }

    fn with(self, secret: &str) -> Watched {
        Watched { home: self.home.with("TASKLOOM_VAR_TOKEN", secret) }
    }
}

fn watched() -> Watched {
    let home = Home::new();
    home.write("taskloom.yaml", PROJECT);
    home.write("a.yaml", TASK);
    Watched { home }.with(SECRET)
}

#[test]
fn a_secret_is_sent_and_is_in_no_output_and_no_file() {
    let watched = watched();
    watched.run("validate -vvv");
    assert_snapshot!(watched.run("plan").out, @r#"
    + Task/a  create: new  (a.yaml:1)
        TaskBaseAttribute.TaskName = "a"
        TaskBaseAttribute.TaskTypeId = "35"
        TaskBaseAttribute.WorkflowId = "wf-1"
        TaskConfiguration.CodeContent:
          +echo ${var.token}
        TaskConfiguration.TaskSchedulingParameterList[n] = "1"
        TaskConfiguration.TaskSchedulingParameterList[url] = (sensitive)
        TaskConfiguration.YarnQueue = (sensitive)
        TaskSchedulerConfiguration.StartTime = "2026-01-01 00:00:00"

    Plan: 1 to create, 0 to update, 0 to delete, 0 unchanged
    "#);
    watched.run("plan --json -vvv --out first.plan");
    let applied = watched.run("apply first.plan --json -vvv");
    assert_eq!(applied.status, 0, "{}{}", applied.out, applied.err);
    // The service received it.
    assert!(cloud(&watched.home).contains(SECRET));
    assert!(watched.home.read(".taskloom/local/state.json").contains("hmac-sha256:"));
    assert_eq!(watched.run("plan").out, "No changes: 1 unchanged, compared with the service\n");
    assert_eq!(watched.run("plan --offline --detailed-exitcode").status, 0);
    assert_eq!(watched.run("plan --refresh full --detailed-exitcode").status, 0);
    let shown = watched.run("state show Task/a").out;
    assert!(shown.contains("YarnQueue: (sensitive)"), "{shown}");
    assert!(!shown.contains("hmac"), "{shown}");
    watched.run("state show Task/a --json");
    watched.run("state list --json");
    watched.run("status -vvv");
}

#[test]
fn another_secret_is_a_change_that_tells_nothing_but_that() {
    let watched = watched();
    watched.run("apply -y");
    let watched = watched.with(OTHER);
    assert_snapshot!(watched.run("plan").out, @r"
    ~ Task/a  update: manifest changed  (a.yaml:1)
        TaskConfiguration.TaskSchedulingParameterList[url]: (sensitive value changed)
        TaskConfiguration.YarnQueue: (sensitive value changed)

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
    let field = &watched.run("plan --json").json()["changes"][0]["fields"][1];
    assert_eq!(
        *field,
        json!({"path": "TaskConfiguration.YarnQueue", "before": "(sensitive)",
               "after": "(sensitive)", "reason": "manifest", "sensitive": true})
    );
    assert_eq!(watched.run("plan --offline --detailed-exitcode").status, 2);
    assert_eq!(watched.run("apply -y -vvv").status, 0);
    assert!(cloud(&watched.home).contains(OTHER));
    assert_eq!(watched.run("plan --detailed-exitcode").status, 0);
}

#[test]
fn a_saved_plan_is_stale_when_a_secret_has_changed_since() {
    let watched = watched();
    watched.run("apply -y");
    let watched = watched.with("one");
    watched.run("plan --out p.plan");
    let watched = watched.with("two");
    let stale = watched.run("apply p.plan");
    assert_eq!(stale.status, 1);
    assert_snapshot!(stale.err, @r"
    error: the saved plan is stale: a sensitive variable has changed
    help: plan again
    ");
    assert_eq!(watched.with("one").run("apply p.plan").status, 0);
}

#[test]
fn a_variable_that_becomes_sensitive_leaves_the_state() {
    let watched = watched();
    let project = PROJECT.replace("sensitive: true", "sensitive: false");
    watched.home.write("taskloom.yaml", &project);
    watched.home.run("apply -y");
    assert!(watched.home.read(".taskloom/local/state.json").contains(SECRET));
    watched.home.write("taskloom.yaml", PROJECT);
    assert_snapshot!(settled(&watched.home.run("apply -y").out), @r"
    = Task/a  record: the service already has this  (a.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 1 to record, 0 unchanged
    recorded Task/a  ID
    Applied: 1 done, 0 failed, 0 unchanged
    ");
    assert_eq!(watched.run("plan --detailed-exitcode").status, 0);
    // And back again.
    watched.home.write("taskloom.yaml", &project);
    assert_eq!(watched.home.run("apply -y").status, 0);
    assert_eq!(watched.home.run("plan --detailed-exitcode").status, 0);
}

#[test]
fn a_secret_that_taskloom_yaml_spells_out_is_in_no_problem() {
    let home = Home::new();
    home.write(
        "taskloom.yaml",
        &format!(
            "variables:\n  n: {{type: integer, sensitive: true, default: {SECRET}, typo: 1}}\n  \
             token: {{sensitive: true}}\ntargets:\n  t: {{project_id: \"1\", variables: {{tokem: {OTHER}}}, exclud: [a]}}\n"
        ),
    );
    let ran = home.run("validate");
    assert_eq!(ran.status, 1);
    assert_silent("validate", &format!("{}{}", ran.out, ran.err));
    assert_silent("validate --json", &home.run("validate --json").out);
    assert!(ran.err.contains("expected a whole number, found something else"), "{}", ran.err);
    assert!(ran.err.contains("there is no variable \"tokem\""), "{}", ran.err);
}

#[test]
fn a_secret_cannot_stand_where_it_would_have_to_be_shown() {
    let watched = watched();
    watched.home.write(
        "b.yaml",
        &TASK
            .replace("name: a", "name: b")
            .replace("TaskTypeId: Shell", "TaskTypeId: Shell, TaskName: \"x${var.token}\"")
            .replace("n: \"1\"", "\"${var.token}\": \"1\"")
            .replace("StartTime: 2026-01-01 00:00:00", "CycleType: \"${var.token}\""),
    );
    let ran = watched.run("validate --json");
    let told: Vec<String> = ran.json()["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{}:{} {}", p["line"], p["column"], p["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "5:70 a sensitive variable cannot stand in TaskName",
            "9:75 a sensitive variable cannot stand in ParamKey",
            "11:16 a sensitive variable cannot stand in CycleType",
        ]
    );
}

fn world() -> World {
    let mut world = World::new(Behaviour::default());
    world.write("a.yaml", TASK);
    set(&mut world, SECRET);
    world
}

fn set(world: &mut World, secret: &str) {
    let value = VariableValue::One(Value::from(secret).hidden());
    world.variables = BTreeMap::from([("token".to_owned(), Some(value))]);
}

/// Edits the task as in the console.
async fn edit(world: &World, value: &str) {
    let id: RemoteId = world.state().recorded.id_of(&address("a")).unwrap();
    let new = json!({"TaskConfiguration": {"YarnQueue": value}});
    let body = json!({"ProjectId": "1000000000000000001", "TaskId": id, "NewSetting": new});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn drift_of_a_secret_is_seen_and_repaired_unseen() {
    let world = world();
    world.apply().await;
    edit(&world, OTHER).await;
    assert_snapshot!(world.plan_text().await, @r"
    ~ Task/a  update: changed outside  (a.yaml:1)
        TaskConfiguration.YarnQueue: (sensitive value changed)  [drift]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
    assert_eq!(world.apply().await.log, ["done update Task/a"]);
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_no_longer_named_is_taken_back_unseen() {
    let world = world();
    world.apply().await;
    world.write(
        "a.yaml",
        &TASK.replace("    YarnQueue: ${var.token}\n", "").replace("url:", "uri:"),
    );
    assert_snapshot!(world.plan_text().await, @r"
    ~ Task/a  update: manifest changed  (a.yaml:1)
        TaskConfiguration.TaskSchedulingParameterList[uri]: (unset) -> (sensitive)
        TaskConfiguration.TaskSchedulingParameterList[url]: (sensitive) -> (unset)  [no longer in the manifest]
        TaskConfiguration.YarnQueue: (sensitive) -> (unset)  [no longer in the manifest]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
    assert_eq!(world.apply().await.log, ["done update Task/a"]);
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_create_that_died_is_found_by_its_digests() {
    let mark = Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() };
    for bundle in [None, Some(mark)] {
        for (n, effect) in
            [(2, FaultMoment::Before), (2, FaultMoment::After), (3, FaultMoment::Before)]
        {
            let mut world = world();
            world.bundle = bundle.clone();
            world.wire.kill_at(n, effect);
            assert!(world.apply_or_die().await.is_none(), "{n} {effect:?} {bundle:?}");
            assert_silent_files(world.state_file().parent().unwrap());
            world.apply_until_done(4).await;
            world.apply_later().await;
            assert_eq!(world.count("DeleteTask"), 0);
            let wrong = world.audit(&Default::default()).await;
            assert!(wrong.is_empty(), "{n} {effect:?}: {wrong:#?}");
            assert!(world.plan().await.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_service_says_of_a_secret_is_not_repeated() {
    let mut world = world();
    world.write("a.yaml", &TASK.replace("    YarnQueue: ${var.token}\n", ""));
    world.apply().await;
    set(&mut world, OTHER);
    for n in 1..=40 {
        world.fault(fault("UpdateTask", n, FaultMoment::Before, FaultKind::InternalError));
    }
    // The service quotes only a part of what was sent.
    let echo = format!("\"Message\":\"no {OTHER}! ");
    *world.wire.lie.lock().unwrap() = Some(("\"Message\":\"".to_owned(), echo));
    let log = world.apply().await.log.join("\n");
    assert_silent("the log", &log);
    assert!(log.contains("no (sensitive)! "), "{log}");
    let mut world = self::world();
    world.apply().await;
    set(&mut world, OTHER);
    // The service stored something else: only the path is reported.
    *world.wire.lie.lock().unwrap() = Some((OTHER.to_owned(), "shuffled".to_owned()));
    let pass = world.apply().await;
    assert_eq!(
        pass.log,
        ["failed update Task/a: the service stored something else than was sent in \
          TaskConfiguration.TaskSchedulingParameterList[url], TaskConfiguration.YarnQueue"]
    );
}

#[test]
fn a_state_tells_neither_a_secret_nor_that_another_state_has_the_same() {
    let digests = |home: &Home| -> Vec<String> {
        let state = home.read(".taskloom/local/state.json");
        let lines = state.lines().filter(|line| line.contains("hmac-sha256:"));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let (one, two) = (watched(), watched());
    one.run("apply -y");
    two.run("apply -y");
    let (one, two) = (digests(&one.home), digests(&two.home));
    assert_eq!((one.len(), two.len()), (2, 2));
    assert!(one.iter().all(|digest| !two.contains(digest)), "{one:?} {two:?}");
}
