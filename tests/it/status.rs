//! `status`, `state mv`, `state rm` and `import --from-request`, called as on the command line.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use taskloom::cli::{Environment, Output, run};

use crate::revision::git;

/// A project on the embedded service.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Project {
        let folder = tempfile::tempdir().unwrap();
        let project = Project(folder);
        project.taskloom(&["init", "--name", "test"]);
        project
    }

    /// Runs a command; returns its status, its data and its notes.
    fn taskloom(&self, words: &[&str]) -> (u8, String, String) {
        let folder = self.0.path().to_str().unwrap();
        let argv: Vec<OsString> =
            ["taskloom", "-C", folder].iter().chain(words).map(OsString::from).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut outlet =
            Output { out: &mut out, err: &mut err, out_color: false, err_color: false, ask: None };
        let environment = Environment::new(|_| None, &argv);
        let status = run(argv, &environment, &mut outlet).code();
        (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    fn json(&self, words: &[&str]) -> Json {
        let (status, out, err) = self.taskloom(words);
        assert!(status == 0 || status == 2, "{status}: {err}");
        serde_json::from_str(&out).unwrap()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
}

#[test]
fn status_tells_what_is_managed_and_what_is_pending() {
    let project = Project::new();
    let (status, out, _) = project.taskloom(&["status"]);
    assert_eq!(status, 0);
    insta::assert_snapshot!(out, @r"
    Target:   local, project 1000000000000000001
    State:    none yet
    Managed:  nothing
    Drifted:  nothing
    Pending:  Task/hello (create)
    ");
    assert_eq!(project.taskloom(&["status", "--detailed-exitcode"]).0, 2);
    assert_eq!(project.taskloom(&["apply", "-y"]).0, 0);
    let json = project.json(&["status", "--json", "--detailed-exitcode"]);
    assert_eq!(json["managed"]["Task"], 1);
    assert_eq!(json["changes"]["unchanged"], 1);
    assert_eq!(json["changes"]["pending"], Json::Array(Vec::new()));
    assert_eq!(json["holder"], Json::Null);
    assert!(json["state"]["serial"].as_u64().unwrap() > 0);
}

#[test]
fn status_tells_the_state_even_when_the_manifests_are_broken() {
    let project = Project::new();
    project.taskloom(&["apply", "-y"]);
    fs::write(project.path("manifests/hello.yaml"), "kind: Task").unwrap();
    let (status, out, err) = project.taskloom(&["status"]);
    assert_eq!(status, 1);
    assert!(out.contains("Managed:  1 Task") && !out.contains("Pending"), "{out}");
    assert!(err.contains("what is pending is not known"), "{err}");
}

#[test]
fn a_moved_entry_keeps_its_resource() {
    let project = Project::new();
    project.taskloom(&["apply", "-y"]);
    let serial = |json: &Json| json["serial"].as_u64().unwrap();
    let before = project.json(&["state", "list", "--json"]);
    let refused = project.taskloom(&["state", "mv", "Task/hello", "Task/hi"]);
    assert_eq!((refused.0, project.json(&["state", "list", "--json"])), (1, before.clone()));
    assert_eq!(project.taskloom(&["state", "mv", "Task/hello", "Task/hi", "-y"]).0, 0);
    let after = project.json(&["state", "list", "--json"]);
    assert_eq!(serial(&after), serial(&before) + 1);
    assert_eq!(after["resources"][0]["id"], before["resources"][0]["id"]);
    let manifest = fs::read_to_string(project.path("manifests/hello.yaml")).unwrap();
    let renamed = manifest
        .replace("name: hello", "name: hi")
        .replace("TaskBaseAttribute:", "TaskBaseAttribute:\n    TaskName: hello");
    fs::write(project.path("manifests/hello.yaml"), renamed).unwrap();
    assert_eq!(project.taskloom(&["plan", "--detailed-exitcode"]).0, 0);
}

#[test]
fn a_forgotten_resource_stays_and_rebuild_finds_it() {
    let project = Project::new();
    project.taskloom(&["apply", "-y"]);
    assert_eq!(project.taskloom(&["state", "rm", "Task/none", "-y"]).0, 1);
    assert_eq!(project.taskloom(&["state", "rm", "hello", "-y"]).0, 64);
    assert_eq!(project.taskloom(&["state", "rm", "Task/hello", "-y"]).0, 0);
    assert_eq!(project.json(&["status", "--json"])["managed"]["Task"], 0);
    let (status, out, err) = project.taskloom(&["state", "rebuild"]);
    assert_eq!(status, 1, "nobody was asked");
    assert!(out.contains("by its mark") && err.contains("-y"), "{out}{err}");
    assert_eq!(project.taskloom(&["state", "rebuild", "-y"]).0, 0);
    assert_eq!(project.taskloom(&["plan", "--detailed-exitcode"]).0, 0);
}

#[test]
fn import_writes_manifests_that_validate_and_plan_to_nothing() {
    let project = Project::new();
    project.taskloom(&["apply", "-y"]);
    project.taskloom(&["state", "rm", "Task/hello", "-y"]);
    fs::remove_dir_all(project.path("manifests")).unwrap();
    assert_eq!(project.taskloom(&["import"]).0, 64);
    let outside = project.taskloom(&["import", "--all", "--into", "elsewhere", "-y"]);
    assert!(outside.0 == 1 && outside.2.contains("--into"), "{}", outside.2);
    let refused = project.taskloom(&["import", "--all"]);
    assert!(refused.0 == 1 && !project.path("manifests").exists(), "{}", refused.2);
    let json = project.json(&["import", "--all", "--into", "manifests/old", "-y", "--json"]);
    assert_eq!(json["imported"][0]["file"], "manifests/old/hello.yaml");
    assert_eq!(json["imported"][0]["code"], "manifests/old/hello.sh");
    assert_eq!(project.taskloom(&["validate"]).2, "");
    assert_eq!(project.taskloom(&["plan", "--detailed-exitcode"]).0, 0);
}

#[test]
fn a_documented_request_becomes_a_manifest() {
    let project = Project::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/requests");
    fs::remove_dir_all(project.path("manifests")).unwrap();
    fs::create_dir(project.path("manifests")).unwrap();
    let mut n_requests = 0;
    for kind in ["Task", "TriggerTask"] {
        for entry in fs::read_dir(cases.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let words = ["import", "--from-request", path.to_str().unwrap()];
            let (status, out, err) = project.taskloom(&words);
            assert_eq!((status, err.as_str()), (0, ""), "{}", path.display());
            // Some of them are the same task: each gets a separate workflow.
            let out = out.replace("WorkflowId: ", &format!("WorkflowId: w{n_requests}-"));
            fs::write(project.path(&format!("manifests/{n_requests}.yaml")), &out).unwrap();
            let (status, _, err) = project.taskloom(&["validate"]);
            assert_eq!((status, err.as_str()), (0, ""), "{out}");
            fs::remove_file(project.path(&format!("manifests/{n_requests}.yaml"))).unwrap();
            n_requests += 1;
        }
    }
    assert_eq!(n_requests, 16);
    fs::write(project.path("x.json"), "{}").unwrap();
    let (status, out, err) = project.taskloom(&["import", "--from-request", "x.json"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("not a request that creates a task or a workflow"), "{err}");
}

#[test]
fn status_tells_the_last_apply_that_changed_something() {
    let project = Project::new();
    assert_eq!(project.json(&["status", "--json"])["last_apply"], Json::Null);
    project.taskloom(&["apply", "-y"]);
    let first = project.json(&["status", "--json"])["last_apply"].clone();
    assert!(first["by"].as_str().unwrap().starts_with("unknown@"), "{first}");
    assert!(first["time"].is_string() && first["commit"].is_null(), "{first}");
    // An apply without changes is not recorded as the last one, at whatever commit.
    git(&project.path("."), &["init", "--quiet"]);
    git(&project.path("."), &["add", "."]);
    git(&project.path("."), &["commit", "--quiet", "-m", "Say \u{1b}[31mhello"]);
    project.taskloom(&["apply", "-y"]);
    assert_eq!(project.json(&["status", "--json"])["last_apply"], first);
    let manifest = fs::read_to_string(project.path("manifests/hello.yaml")).unwrap();
    fs::write(project.path("manifests/hello.yaml"), format!("{manifest}# more\n")).unwrap();
    fs::write(project.path("manifests/hello.sh"), "echo more\n").unwrap();
    assert_eq!(project.taskloom(&["apply", "-y"]).0, 0);
    let commit = git(&project.path("."), &["rev-parse", "HEAD"]);
    let last = project.json(&["status", "--json"])["last_apply"].clone();
    assert_eq!(
        (&last["commit"], &last["dirty"]),
        (&Json::from(commit.as_str()), &Json::from(true))
    );
    let (_, text, _) = project.taskloom(&["status"]);
    let line = text.lines().find(|line| line.starts_with("Applied:")).unwrap();
    let end = format!(
        " at {} \"Say \\u{{1b}}[31mhello\", with changes that are not in it",
        &commit[..12]
    );
    assert!(line.contains(" by unknown@") && line.ends_with(&end), "{line}");
}
