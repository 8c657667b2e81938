//! The real daemon on real folders, driven by file events: the tests wait for its output.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use serde_json::Value as Json;

use super::revision::git;
use super::support::program::{Beside, Home, emulator};
use super::support::task;

pub const PROJECT: &str = "bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\n\
     manifests: [\".\"]\ntargets:\n  t: {project_id: \"1\", region: ap-guangzhou}\n";

/// Returns an empty project against an emulator.
pub fn project() -> (Home, Beside) {
    let (emulator, url) = emulator(&Home::new(), "--rate 0");
    let home = Home::new()
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "taskloom-local")
        .with("TASKLOOM_RATE", "1000")
        .with("TASKLOOM_ENDPOINT", &url);
    (home, emulator)
}

/// Returns a project in the folder `p` with one task.
pub fn one_task() -> (Home, Beside) {
    let (home, emulator) = project();
    home.write("p/taskloom.yaml", PROJECT);
    home.write("p/a.yaml", &task("a", "echo", ""));
    (home, emulator)
}

/// Reads up to the next pass with this outcome.
pub fn pass(watch: &mut Beside, verdict: &str) -> Json {
    loop {
        let line = watch.line().unwrap_or_else(|| panic!("it ended without {verdict}"));
        let json: Json = serde_json::from_str(&line).unwrap();
        if json["type"] == "pass" && json["verdict"] == verdict {
            return json;
        }
    }
}

pub fn end(mut watch: Beside) {
    watch.signal("TERM");
    while watch.line().is_some() {}
    assert_eq!(watch.status(), 0);
}

/// Checks that nothing is left to do, and nothing exists twice.
pub fn assert_in_sync(home: &Home, words: &str, n: u64) {
    let plan = home.run(&format!("{words} plan --refresh full --json"));
    let json = plan.json();
    assert_eq!(json["changes"], serde_json::json!([]), "{}", plan.err);
    assert_eq!(json["summary"]["unchanged"], n);
}

#[test]
fn an_edit_is_applied_a_broken_file_stops_it_and_sigterm_ends_it_well() {
    for mode in ["", "--poll 20ms"] {
        let (home, _emulator) = one_task();
        let mut watch = home.start(&format!("-C p watch --json {mode}"));
        assert_eq!(pass(&mut watch, "changed")["done"], 1);
        home.write("p/a.yaml", &task("a", "echo new", ""));
        assert_eq!(pass(&mut watch, "changed")["causes"], serde_json::json!(["files"]));
        home.write("p/b.yaml", "kind: [");
        let invalid = pass(&mut watch, "invalid");
        assert!(invalid["message"].as_str().unwrap().contains("b.yaml"), "{invalid}");
        home.write("p/b.yaml", &task("b", "echo", ""));
        assert_eq!(pass(&mut watch, "changed")["done"], 1);
        end(watch);
        assert_in_sync(&home, "-C p", 2);
    }
}

#[test]
fn a_code_file_that_only_a_manifest_names_is_watched() {
    let (home, _emulator) = one_task();
    let text = task("a", "echo", "").replace("Code: \"echo\"", "CodeFile: code/run.txt");
    home.write("p/a.yaml", &text);
    home.write("p/code/run.txt", "echo 1");
    let mut watch = home.start("-C p watch --json");
    pass(&mut watch, "changed");
    home.write("p/code/run.txt", "echo 2");
    assert_eq!(pass(&mut watch, "changed")["changes"][0]["action"], "update");
    // As editors do it.
    home.write("p/code/run.new", "echo 3");
    fs::rename(home.path("p/code/run.new"), home.path("p/code/run.txt")).unwrap();
    assert_eq!(pass(&mut watch, "changed")["changes"][0]["action"], "update");
    end(watch);
}

#[test]
fn a_checkout_of_many_files_ends_in_the_state_of_the_commit() {
    let (home, _emulator) = project();
    home.write("p/taskloom.yaml", PROJECT);
    home.write("p/.gitignore", ".taskloom/\n");
    let write = |code: &str| {
        for n in 0..200 {
            home.write(&format!("p/f{}/t{n}.yaml", n % 10), &task(&format!("t{n}"), code, ""));
        }
    };
    let folder = home.path("p");
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    for code in ["echo 1", "echo 2"] {
        write(code);
        git(&folder, &["add", "."]);
        git(&folder, &["commit", "--quiet", "--message", code]);
    }
    let mut watch = home.start("-C p watch --json --prune");
    assert_eq!(pass(&mut watch, "changed")["done"], 200);
    git(&folder, &["checkout", "--quiet", "HEAD~1"]);
    let mut done = 0;
    while done < 200 {
        let changed = pass(&mut watch, "changed");
        done += changed["done"].as_u64().unwrap();
        assert_eq!(changed["failed"], 0);
    }
    assert_eq!(done, 200);
    end(watch);
    assert_in_sync(&home, "-C p", 200);
}

#[test]
fn swapped_links_are_seen_as_git_sync_and_configmaps_make_them() {
    let (home, _emulator) = project();
    for (version, code) in [("v1", "echo 1"), ("v2", "echo 2"), ("v3", "echo 3")] {
        home.write(&format!("{version}/taskloom.yaml"), PROJECT);
        home.write(&format!("{version}/a.yaml"), &task("a", code, ""));
    }
    point(&home.path("current"), "v1");
    let state = home.path("state/state.json");
    let words = format!("-C current --state {}", state.display());
    let mut watch = home.start(&format!("{words} watch --json"));
    pass(&mut watch, "changed");
    for version in ["v2", "v3"] {
        point(&home.path("current"), version);
        assert_eq!(pass(&mut watch, "changed")["changes"][0]["action"], "update");
    }
    end(watch);
    assert_in_sync(&home, &words, 1);

    home.write("c/taskloom.yaml", PROJECT);
    home.write("c/..v1/m.yaml", &task("m", "echo 1", ""));
    home.write("c/..v2/m.yaml", &task("m", "echo 2", ""));
    point(&home.path("c/..data"), "..v1");
    symlink("..data/m.yaml", home.path("c/m.yaml")).unwrap();
    let mut watch = home.start("-C c watch --json");
    pass(&mut watch, "changed");
    point(&home.path("c/..data"), "..v2");
    assert_eq!(pass(&mut watch, "changed")["changes"][0]["action"], "update");
    fs::remove_dir_all(home.path("c/..v1")).unwrap();
    end(watch);
    assert_in_sync(&home, "-C c", 1);
}

/// Points a link elsewhere in one step.
fn point(link: &Path, target: &str) {
    let new = link.with_file_name("new-link");
    symlink(target, &new).unwrap();
    fs::rename(new, link).unwrap();
}

#[test]
fn a_folder_that_is_removed_and_remade_or_renamed_over_is_watched_on() {
    let (home, _emulator) = one_task();
    home.write("m/t.yaml", &task("t", "echo 1", ""));
    fs::remove_file(home.path("p/a.yaml")).unwrap();
    let manifests = home.path("m");
    let mut watch =
        home.start(&format!("-C p --manifests {} watch --json --prune", manifests.display()));
    pass(&mut watch, "changed");
    fs::remove_dir_all(&manifests).unwrap();
    pass(&mut watch, "invalid");
    home.write("m/sub/t.yaml", &task("t", "echo 2", ""));
    pass(&mut watch, "changed");
    home.write("m/sub/t.yaml", &task("t", "echo 3", ""));
    pass(&mut watch, "changed");
    home.write("new/sub/t.yaml", &task("t", "echo 4", ""));
    fs::rename(&manifests, home.path("old")).unwrap();
    fs::rename(home.path("new"), &manifests).unwrap();
    pass(&mut watch, "changed");
    home.write("m/sub/t.yaml", &task("t", "echo 5", ""));
    pass(&mut watch, "changed");
    end(watch);
}

#[test]
fn one_daemon_works_on_a_state_and_a_standby_takes_over_when_it_dies() {
    let (home, _emulator) = one_task();
    let mut first = home.start("-C p watch --json");
    pass(&mut first, "changed");
    let second = home.run("-C p watch");
    assert_eq!(second.status, 1);
    assert!(second.err.contains("with --standby"), "{}", second.err);
    let status = home.run("-C p status --offline --json").json();
    assert_eq!(status["watch"]["pid"], first.pid());
    let mut standby = home.start("-C p watch --json --standby");
    first.signal("KILL");
    pass(&mut standby, "in_sync");
    home.write("p/a.yaml", &task("a", "echo new", ""));
    pass(&mut standby, "changed");
    end(standby);
}

#[test]
fn a_kill_in_the_middle_leaves_each_task_once_after_the_next_start() {
    let (_emulator, url) = emulator(&Home::new(), "--latency-ms 50");
    let (home, _other) = project();
    let home = home.with("TASKLOOM_ENDPOINT", &url);
    home.write("p/taskloom.yaml", PROJECT);
    for n in 1..=6 {
        home.write(&format!("p/t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    let mut watch = home.start("-C p watch --json --parallelism 2");
    watch.wait_for("\"begun\"");
    watch.wait_for("\"begun\"");
    watch.signal("KILL");
    while watch.line().is_some() {}
    let mut watch = home.start("-C p watch --json");
    pass(&mut watch, "changed");
    end(watch);
    assert_in_sync(&home, "-C p", 6);
    // Anything else with our mark would be reported when the state is lost.
    fs::remove_dir_all(home.path("p/.taskloom")).unwrap();
    let plan = home.run("-C p plan --json").json();
    assert_eq!((&plan["summary"]["adopt"], &plan["refusals"]), (&6.into(), &serde_json::json!([])));
}

#[test]
fn sighup_lets_drift_be_seen_and_corrected_and_the_hook_is_told_once() {
    let (home, _emulator) = one_task();
    let mut watch = home.start("-C p watch --json --hook cat>>$HOME/told");
    pass(&mut watch, "changed");
    let original = home.read("p/.taskloom/t/state.json");
    // Another user with a copy of the state changes the task.
    home.write("q/taskloom.yaml", PROJECT);
    home.write("q/a.yaml", &task("a", "echo else", ""));
    home.write("q/.taskloom/t/state.json", &original);
    assert_eq!(home.run("-C q apply -y").status, 0);
    watch.signal("HUP");
    let told = pass(&mut watch, "changed");
    assert_eq!(told["causes"], serde_json::json!(["signal"]));
    assert_eq!(told["drifted"], serde_json::json!(["Task/a"]));
    home.write("p/b.yaml", "kind: [");
    pass(&mut watch, "invalid");
    fs::remove_file(home.path("p/b.yaml")).unwrap();
    pass(&mut watch, "in_sync");
    end(watch);
    let told: Vec<Json> =
        home.read("told").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut told: Vec<&str> = told.iter().map(|json| json["event"].as_str().unwrap()).collect();
    // Hooks run concurrently.
    told.sort_unstable();
    assert_eq!(told, ["drift", "failure", "recovery"]);
    assert_in_sync(&home, "-C p", 1);
}

#[test]
fn what_is_suspended_rests_until_it_is_resumed() {
    let (home, _emulator) = one_task();
    let mut watch = home.start("-C p watch --json");
    pass(&mut watch, "changed");
    let ran = home.run("-C p suspend --reason move");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    pass(&mut watch, "suspended");
    assert!(home.run("-C p status --offline").out.contains("Suspended: everything"));
    home.write("p/a.yaml", &task("a", "echo new", ""));
    // It survives the daemon.
    end(watch);
    let mut watch = home.start("-C p watch --json");
    pass(&mut watch, "suspended");
    assert_eq!(home.run("-C p resume").status, 0);
    assert_eq!(pass(&mut watch, "changed")["changes"][0]["action"], "update");
    end(watch);
}

#[test]
fn a_mass_delete_waits_for_approve() {
    let (home, _emulator) = one_task();
    for n in 1..=11 {
        home.write(&format!("p/t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    assert_eq!(home.run("-C p approve -y").status, 1);
    let mut watch = home.start("-C p watch --json --prune");
    pass(&mut watch, "changed");
    // In one step, since half of the deletes would be within the guards.
    home.run("-C p suspend --reason move");
    pass(&mut watch, "suspended");
    for n in 1..=11 {
        fs::remove_file(home.path(&format!("p/t{n}.yaml"))).unwrap();
    }
    home.run("-C p resume");
    let waiting = pass(&mut watch, "waiting");
    assert_eq!(waiting["done"], 0);
    let ran = home.run("-C p approve");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("It waits: 11 resources would be deleted"), "{}", ran.out);
    let ran = home.run("-C p approve -y");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(pass(&mut watch, "changed")["done"], 11);
    end(watch);
    assert_in_sync(&home, "-C p", 1);
}

#[test]
fn a_followed_branch_is_applied_commit_by_commit() {
    let (home, _emulator) = project();
    let folder = home.path("origin");
    let commit = |code: &str| {
        home.write("origin/wedata/a.yaml", &task("a", code, ""));
        git(&folder, &["add", "."]);
        git(&folder, &["commit", "--quiet", "--message", code]);
        git(&folder, &["rev-parse", "HEAD"])
    };
    home.write("origin/wedata/taskloom.yaml", PROJECT);
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    let first = commit("echo 1");
    let words = format!(
        "-t t watch --json --git {} --branch main --path wedata --git-poll 50ms",
        folder.display()
    );
    let mut watch = home.start(&words);
    assert_eq!(pass(&mut watch, "changed")["commit"], first.as_str());
    let second = commit("echo 2");
    let told = pass(&mut watch, "changed");
    assert_eq!((&told["commit"], &told["causes"][0]), (&second.as_str().into(), &"commit".into()));
    end(watch);
    // Without its origin the last good commit stays in force.
    fs::rename(&folder, home.path("away")).unwrap();
    let mut watch = home.start(&words);
    assert_eq!(pass(&mut watch, "in_sync")["commit"], second.as_str());
    end(watch);
    let state: Json = serde_json::from_str(&home.read(".taskloom/t/state.json")).unwrap();
    assert_eq!(state["last_apply"]["commit"], second.as_str());
}

#[test]
fn the_service_manager_is_told() {
    let (home, _emulator) = one_task();
    let path = home.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let home = home.with("NOTIFY_SOCKET", path.to_str().unwrap()).with("WATCHDOG_USEC", "20000");
    let mut watch = home.start("-C p watch --json");
    let mut heard = String::new();
    let mut until = |text: &str| {
        while !heard.contains(text) {
            let mut buffer = [0; 512];
            let n = socket.recv(&mut buffer).unwrap();
            heard.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
        }
    };
    until("READY=1");
    until("WATCHDOG=1");
    until("STATUS=pass 1: changed");
    watch.signal("TERM");
    until("STOPPING=1");
    assert_eq!(watch.status(), 0);
}

#[test]
fn once_tells_by_its_exit_status_and_a_dry_run_changes_nothing() {
    let (home, _emulator) = one_task();
    let ran = home.run("-C p watch --once --dry-run --json");
    assert_eq!(ran.status, 0);
    assert_eq!(ran.json()["verdict"], "pending");
    assert!(!home.path("p/.taskloom/t/state.json").exists());
    assert_eq!(home.run("-C p watch --once --json").status, 0);
    assert_in_sync(&home, "-C p", 1);
    home.write("p/a.yaml", "kind: [");
    let ran = home.run("-C p watch --once --json");
    assert_eq!((ran.status, &ran.json()["verdict"]), (1, &"invalid".into()));
}
