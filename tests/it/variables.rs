//! Variables: types, sources of values, and errors about wrong ones.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use taskloom::cli::Environment;
use taskloom::manifest::{LoadOptions, LoadedManifests, load};
use taskloom::project::{Project, find_project};

use super::manifest::Folder;
use super::support::program::Home;

const PROJECT: &str = r#"
variables:
  queue: {default: from-default}
  retries: {type: integer, default: 3}
  open: {type: boolean, default: true}
  strategies: {type: list, default: [NOT_EXIST, "${env.STRATEGY}"]}
  pairs: {type: list, default: [{ParamKey: n, ParamValue: "${yyyyMMdd}"}]}
  bare: {description: no value}
targets:
  plain: {default: true, project_id: "1"}
  own: {project_id: "1", variables: {queue: from-target, retries: 0x10}}
"#;

const TASK: &str = r#"apiVersion: wedata/2025-08-06
kind: Task
metadata: {name: a}
spec:
  TaskBaseAttribute:
    WorkflowId: w
    TaskTypeId: Shell
    TaskDescription: ${var.retries} of ${var.open} on ${var.queue}
  TaskConfiguration:
    YarnQueue: ${var.queue}
    TaskSchedulingParameterList: ${var.pairs}
  TaskSchedulerConfiguration:
    MaxRetryNumber: ${var.retries}
    UpstreamDependencyConfigList:
      - TaskId: "20250101"
        MainCyclicConfig: DAY
        SubordinateCyclicConfig: CURRENT_DAY
        DependencyStrategy:
          PollingNullStrategy: EXECUTING
          TaskDependencyExecutingStrategies: ${var.strategies}
extra:
  New: {Flag: "${var.open}", Number: "${var.retries}", Text: "n${var.retries}", List: "${var.strategies}"}
"#;

fn env(name: &str) -> Option<String> {
    (name == "STRATEGY").then(|| "PARENT_EXPIRED".to_owned())
}

fn project(folder: &Folder) -> Project {
    find_project(folder.path(), &env).unwrap().unwrap()
}

/// Loads for a target with values from flags and the environment.
fn loaded(
    target: &str,
    flags: &[(&str, &str)],
    given: &[(&str, &str)],
    task: &str,
) -> LoadedManifests {
    let folder = Folder::new();
    folder.write("taskloom.yaml", PROJECT);
    folder.write("a.yaml", task);
    let project = project(&folder);
    let flags: Vec<(String, String)> =
        flags.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let lookup = |name: &str| {
        given.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
    };
    let values = project.given(&flags, &lookup).unwrap();
    let mut request = LoadOptions::of(&project, project.target(Some(target)).unwrap(), "ann");
    request.variables.extend(values.into_iter().map(|(name, value)| (name, Some(value))));
    load(&request)
}

fn spec(loaded: &LoadedManifests) -> Json {
    assert!(loaded.problems.is_empty(), "{:#?}", loaded.problems);
    loaded.desired.resources.values().next().unwrap().spec.to_json()
}

#[test]
fn a_variable_fills_a_field_with_its_type() {
    let loaded = loaded("plain", &[], &[], TASK);
    let spec = spec(&loaded);
    assert_eq!(spec["TaskBaseAttribute"]["TaskDescription"], "3 of true on from-default");
    assert_eq!(spec["TaskSchedulerConfiguration"]["MaxRetryNumber"], 3);
    assert_eq!(
        spec["TaskConfiguration"]["TaskSchedulingParameterList"],
        json!([{"ParamKey": "n", "ParamValue": "${yyyyMMdd}"}])
    );
    let upstream = &spec["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"][0];
    assert_eq!(
        upstream["DependencyStrategy"]["TaskDependencyExecutingStrategies"],
        json!(["NOT_EXIST", "PARENT_EXPIRED"])
    );
    let extra = loaded.desired.resources.values().next().unwrap().extra.to_json();
    assert_eq!(
        extra["New"],
        json!({"Flag": true, "Number": 3, "Text": "n3", "List": ["NOT_EXIST", "PARENT_EXPIRED"]})
    );
}

#[test]
fn a_flag_is_before_the_environment_before_the_target_before_the_default() {
    let queue = |target: &str, flags: &[(&str, &str)], given: &[(&str, &str)]| {
        let spec = spec(&loaded(target, flags, given, TASK));
        spec["TaskConfiguration"]["YarnQueue"].as_str().unwrap().to_owned()
    };
    assert_eq!(queue("plain", &[], &[]), "from-default");
    assert_eq!(queue("own", &[], &[]), "from-target");
    assert_eq!(queue("own", &[], &[("TASKLOOM_VAR_QUEUE", "from-env")]), "from-env");
    assert_eq!(queue("own", &[], &[("TASKLOOM_VAR_queue", "exactly")]), "exactly");
    let flags = [("queue", "first"), ("queue", "from-flag")];
    assert_eq!(queue("own", &flags, &[("TASKLOOM_VAR_QUEUE", "from-env")]), "from-flag");
    let spec = spec(&loaded("own", &[("strategies", "[PARENT_TIMEOUT]")], &[], TASK));
    assert_eq!(spec["TaskSchedulerConfiguration"]["MaxRetryNumber"], 16);
    let upstream = &spec["TaskSchedulerConfiguration"]["UpstreamDependencyConfigList"][0];
    assert_eq!(
        upstream["DependencyStrategy"]["TaskDependencyExecutingStrategies"],
        json!(["PARENT_TIMEOUT"])
    );
}

#[test]
fn a_variable_that_does_not_fit_its_place_is_told_there() {
    let task = TASK
        .replace("YarnQueue: ${var.queue}", "YarnQueue: ${var.bare}")
        .replace("${var.pairs}", "${var.queue}")
        .replace("MaxRetryNumber: ${var.retries}", "MaxRetryNumber: ${var.queue}")
        .replace(": ${var.strategies}", ": ${var.pairs}")
        .replace("${var.open} on", "${var.strategies} on");
    let problems = loaded("plain", &[], &[], &task).problems.0;
    let lines = problems
        .iter()
        .map(|problem| format!("{problem}\n    {}", problem.help.as_deref().unwrap_or_default()));
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    a.yaml:8:40: error: the variable "strategies" is a list, and this is a text
        a list variable stands alone where a list is wanted: FIELD: ${var.…}
    a.yaml:10:16: error: the variable "bare" has no value
        give it one: a default or a value in the target "plain" in taskloom.yaml, TASKLOOM_VAR_BARE in the environment, or --var bare=VALUE
    a.yaml:11:34: error: TaskSchedulingParameterList takes a list, and the variable "queue" is not a list
        declare it with `type: list`, or write [${var.…}]
    a.yaml:13:21: error: expected a whole number, found "${var.queue}"
        
    a.yaml:20:46: error: expected a text, found a map
        
    "#);
}

#[test]
fn a_value_of_another_type_is_told_where_it_stands() {
    let folder = Folder::new();
    folder.write(
        "taskloom.yaml",
        r#"variables:
  a: {type: integer, default: many}
  b: {type: boolean, default: [true]}
  c: {type: list, default: x}
  d: {type: integer}
  e-f: {}
  e_f: {}
  g: {type: list, sensitive: true}
targets:
  t: {variables: {d: 1.5, dd: 1}}
"#,
    );
    let problems = find_project(folder.path(), &env).unwrap_err();
    assert_snapshot!(problems, @r#"
    taskloom.yaml:2:31: error: expected a whole number, found "many"
    taskloom.yaml:3:31: error: expected true or false, found a list
    taskloom.yaml:4:28: error: expected a list, found "x"
    taskloom.yaml:7:3: error: "e-f" and "e_f" are both TASKLOOM_VAR_E_F
    taskloom.yaml:8:13: error: a list cannot be sensitive
    taskloom.yaml:10:22: error: expected a whole number, found "1.5"
    taskloom.yaml:10:27: error: there is no variable "dd"
    "#);
    folder.write("taskloom.yaml", PROJECT);
    let project = project(&folder);
    let refused = |name: &str, text: &str| {
        let error = project.given(&[(name.to_owned(), text.to_owned())], &|_| None).unwrap_err();
        format!("{error} ({})", error.help())
    };
    assert_snapshot!(refused("retries", "many"), @r#"--var retries: expected a whole number, found "many" (its `type:` under `variables:` in taskloom.yaml says so)"#);
    assert_snapshot!(refused("open", "yes"), @r#"--var open: expected true or false, found "yes" (its `type:` under `variables:` in taskloom.yaml says so)"#);
    assert_snapshot!(refused("pairs", "a, b"), @r#"--var pairs: expected a list, found "a, b" (write it as in YAML or JSON: [a, b])"#);
    assert_snapshot!(refused("retrys", "3"), @r#"--var retrys: there is no variable "retrys" (did you mean `retries`?)"#);
    let wrong = |name: &str| (name == "TASKLOOM_VAR_RETRIES").then(|| "x".to_owned());
    assert_snapshot!(project.given(&[], &wrong).unwrap_err(), @r#"TASKLOOM_VAR_RETRIES: expected a whole number, found "x""#);
    assert_eq!(project.given(&[], &|_| None), Ok(BTreeMap::new()));
}

#[test]
fn flags_may_stand_before_and_after_the_command() {
    let home = Home::new();
    home.write(
        "taskloom.yaml",
        "variables: {q: , r: {type: integer}}\ntargets:\n  t: {endpoint: embedded, project_id: \"1\"}\n",
    );
    home.write(
        "a.yaml",
        "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata: {name: a}\nspec:\n  \
         TaskBaseAttribute: {WorkflowId: w, TaskTypeId: Shell}\n  \
         TaskConfiguration: {YarnQueue: \"${var.q}\"}\n  \
         TaskSchedulerConfiguration: {MaxRetryNumber: \"${var.r}\"}\n",
    );
    let plan = home.run("plan --offline --var q=x --var=r=7");
    assert!(plan.out.contains("YarnQueue = \"x\""), "{}{}", plan.out, plan.err);
    assert!(plan.out.contains("MaxRetryNumber = 7"), "{}", plan.out);
    let plan = home.run("--var q=x plan --offline --var r=7");
    assert!(plan.out.contains("MaxRetryNumber = 7"), "{}{}", plan.out, plan.err);
    assert_snapshot!(home.run("plan --offline --var secret").err, @r"
    error: --var number 1 has no `=`
    help: write --var NAME=VALUE
    ");
    assert_eq!(home.run("plan --offline --var z=1").status, 64);
}

#[test]
fn the_holder_of_a_lock_tells_no_value() {
    let words = ["taskloom", "--var", "token=hush", "apply", "--var=key=hush", "-y", "--var", "x"];
    let argv: Vec<_> = words.iter().map(std::ffi::OsString::from).collect();
    let environment = Environment::new(|_| None, &argv);
    assert_eq!(environment.command, "taskloom --var token=… apply --var=key=… -y --var =…");
}
