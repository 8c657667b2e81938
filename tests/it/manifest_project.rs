//! The contents of taskloom.yaml.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use insta::assert_snapshot;
use taskloom::manifest::{LoadOptions, load};
use taskloom::model::Schedule;
use taskloom::project::{Project, ProjectGuards, TargetMode, find_project};
use taskloom::yaml::Problems;

use crate::manifest::{Folder, task};

const WHOLE: &str = r#"
bundle: {name: sales, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}
manifests: [jobs, "*.yaml"]
variables:
  group: {description: executor group, type: string, default: 20240101000000000006}
  owner: {description: who}
  bare:
targets:
  local: {default: true, endpoint: embedded, project_id: 1000000000000000001, region: ap-guangzhou}
  dev: {mode: development, project_id: "${env.DEV}", variables: {owner: "${target.name}-x"}}
  prod: {schedule: running, endpoint: https://wedata.intl.tencentcloudapi.com}
guards: {deletes_max: 3, deletes_max_percent: 100}
"#;

fn project(text: &str) -> Result<Project, Problems> {
    let folder = Folder::new();
    folder.write("taskloom.yaml", text);
    let env = |name: &str| (name == "HERE").then(|| "there".to_owned());
    find_project(folder.path(), &env).map(Option::unwrap)
}

fn problems(text: &str) -> String {
    let problems = project(text).unwrap_err().0;
    let lines = problems.iter().map(|problem| match &problem.help {
        None => format!("{problem}"),
        Some(help) => format!("{problem}\n    {help}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_file_is_not_waited_for() {
    let folder = Folder::new();
    let pipe = folder.path().join("taskloom.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let problems = find_project(folder.path(), &|_| None).unwrap_err();
    let told = problems.0[0].to_string();
    assert!(told.contains("this is a pipe, a socket or a device, not a file"), "{told}");
}

#[test]
fn every_key_is_read() {
    let project = project(WHOLE).unwrap();
    assert_eq!(
        project.guards,
        ProjectGuards { deletes_max: 3, deletes_max_percent: 100, spare_downstream: true }
    );
    assert_eq!(project.manifests, ["jobs", "*.yaml"]);
    let local = project.target(None).unwrap();
    assert_eq!(local.name, "local");
    assert_eq!(local.project_id.as_deref(), Some("1000000000000000001"));
    assert_eq!(project.targets["dev"].mode, Some(TargetMode::Development));
    assert_eq!(project.targets["prod"].schedule, Some(Schedule::Running));
    let request = LoadOptions::of(&project, local, "me");
    assert_snapshot!(format!("{:?}", request.variables), @r#"{"bare": None, "group": Some(One(Text("20240101000000000006"))), "owner": None}"#);
    assert_eq!(request.developer, None);
    assert_eq!(request.bundle.unwrap().name, "sales");
    let dev = LoadOptions::of(&project, &project.targets["dev"], "me");
    assert_eq!(dev.variables["owner"], Some("dev-x".into()));
    assert_eq!(dev.developer.as_deref(), Some("me"));
}

#[test]
fn everything_may_be_left_out() {
    let project = project("").unwrap();
    assert_eq!(project.manifests, ["."]);
    assert_eq!(project.guards, ProjectGuards::default());
    assert_snapshot!(project.target(None).unwrap_err(), @"taskloom.yaml:1:1: error: there is no default target");
}

#[test]
fn a_target_is_refused_for_what_it_alone_lacks() {
    let project = project(WHOLE).unwrap();
    assert_snapshot!(project.target(Some("dev")).unwrap_err(), @"taskloom.yaml:10:41: error: the environment variable DEV is not set");
    let prod = project.target(Some("prod")).unwrap();
    assert_eq!(prod.schedule, Some(taskloom::model::Schedule::Running));
    assert_snapshot!(project.target(Some("locl")).unwrap_err(), @r#"taskloom.yaml:1:1: error: there is no target "locl""#);
}

#[test]
fn a_project_is_also_looked_for_in_manifests() {
    let folder = Folder::new();
    assert!(find_project(folder.path(), &|_| None).unwrap().is_none());
    folder.write("manifests/taskloom.yaml", "targets: {local: }");
    folder.write("manifests/a.yaml", task("a", "  TaskConfiguration: {BrokrIp: x}\n"));
    let project = find_project(folder.path(), &|_| None).unwrap().unwrap();
    let request = LoadOptions::of(&project, project.target(None).unwrap(), "me");
    assert_snapshot!(load(&request).problems, @r#"manifests/a.yaml:6:23: error: unknown field "BrokrIp""#);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = r#"
bundel: {}
bundle: {name: a, ids: x, id: ""}
manifests: [../other, /etc, 5]
variables:
  group: {typ: string, type: int}
  "a b": {}
  home: {default: "${env.MISSING}${env.HERE}${var.group}"}
targets:
  local: {default: true, endpoint: ftp://x, projectid: 1}
  dev: {default: yes, mode: developement}
  dev2: {default: true, variables: {gruop: x}, schedule: run}
  "../x": {endpoint: http://example.com}
  ok: {endpoint: "http://127.0.0.1:8080"}
guards: {deletes_max: -1, deletes_max_percent: 101, delete_max: 3}
"#;
    assert_snapshot!(problems(text), @r#"
taskloom.yaml:2:1: error: unknown key "bundel"
    did you mean `bundle`?
taskloom.yaml:3:19: error: unknown key "ids"
    did you mean `id`?
taskloom.yaml:3:31: error: bundle.id must not be empty
    leave it out, or let `taskloom init` create one
taskloom.yaml:4:13: error: "../other" leaves the project
    put taskloom.yaml above all manifests and name folders below it
taskloom.yaml:4:23: error: "/etc" leaves the project
    put taskloom.yaml above all manifests and name folders below it
taskloom.yaml:6:11: error: unknown key "typ"
    did you mean `type`?
taskloom.yaml:6:30: error: unknown type "int"
    one of string, integer, boolean, list
taskloom.yaml:7:3: error: "a b" is not a valid name
    a name begins with a letter or digit and continues with letters, digits, `.`, `_`, `-`
taskloom.yaml:8:20: error: the environment variable MISSING is not set
taskloom.yaml:8:45: error: "${var.group}" cannot be used here
    taskloom.yaml knows ${env.NAME} and, inside a target, ${target.name}
taskloom.yaml:10:36: error: this is not an endpoint
    `embedded`, or an address that begins with https://
taskloom.yaml:10:45: error: unknown key "projectid"
    did you mean `project_id`?
taskloom.yaml:11:18: error: expected true or false, found "yes"
taskloom.yaml:11:29: error: unknown mode "developement"
    the only mode is `development`; leave it out for production
taskloom.yaml:12:3: error: two targets are the default: local and dev2
taskloom.yaml:12:37: error: there is no variable "gruop"
    did you mean `group`?
taskloom.yaml:12:58: error: "run" is not a valid schedule
    one of draft, submitted, running, paused
taskloom.yaml:13:3: error: "../x" is not a valid name
    a name begins with a letter or digit and continues with letters, digits, `.`, `_`, `-`
taskloom.yaml:13:22: error: plain http goes to this machine only
    write https://
taskloom.yaml:15:23: error: expected a whole number from 0, found "-1"
taskloom.yaml:15:48: error: expected a whole number from 0 to 100, found "101"
taskloom.yaml:15:53: error: unknown key "delete_max"
    did you mean `deletes_max`?
"#);
    assert_snapshot!(problems("- a list"), @"taskloom.yaml:1:1: error: expected a map, found a list");
    assert_snapshot!(problems("a: 1\n---\nb: 2"), @r#"
taskloom.yaml:1:1: error: unknown key "a"
    known here: bundle, manifests, variables, targets, guards, limits
taskloom.yaml:3:1: error: a project file is one document
"#);
}

#[test]
fn an_empty_project_id_is_told_with_its_place() {
    let text = "targets:\n  prod: {project_id: \"\"}\n";
    assert_snapshot!(problems(text), @r"
    taskloom.yaml:2:22: error: project_id is empty
        write the id of the WeData project, or leave it out and pass --project-id
    ");
}
