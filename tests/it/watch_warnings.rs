//! Warnings about manifests in the daemon: they are reported when they appear and when they change.
#![cfg(unix)]

use serde_json::{Value as Json, json};
use taskloom::emulator::Behaviour;

use super::watch_program::{end, one_task, pass};
use crate::support::program::Beside;
use crate::support::{Watched, World, task};

/// Returns a task with the TaskName of `a`.
fn namesake(code: &str) -> String {
    task("b", code, "").replace("{WorkflowId", "{TaskName: a, WorkflowId")
}

/// Reads up to a line that contains a text, and returns everything read.
fn until(watch: &mut Beside, text: &str) -> String {
    let mut read = String::new();
    loop {
        let line = watch.line().unwrap_or_else(|| panic!("it ended without {text}: {read}"));
        read.push_str(&line);
        read.push('\n');
        if line.contains(text) {
            return read;
        }
    }
}

#[test]
fn a_warning_is_told_when_it_comes_and_not_with_each_pass() {
    let (home, _emulator) = one_task();
    home.write("p/b.yaml", &namesake("echo 1"));
    let mut watch = home.start("-C p watch");
    let first = until(&mut watch, "1 warning");
    assert!(first.contains("pass 1 (start): changed"), "{first}");
    assert!(first.contains("\n   --> b.yaml:"), "{first}");
    // The line and the code move; the warning is the same.
    home.write("p/b.yaml", &format!("# a note\n{}", namesake("echo 2")));
    let second = until(&mut watch, "(files): changed");
    home.write("p/b.yaml", &task("b", "echo 2", ""));
    let third = until(&mut watch, "(files): changed");
    assert!(!format!("{second}{third}").contains("warning"), "{second}{third}");
    home.write("p/b.yaml", &namesake("echo 2"));
    until(&mut watch, "1 warning");
    end(watch);
}

#[test]
fn the_line_of_a_pass_holds_its_warnings_and_one_that_comes_alone_is_news() {
    let (home, _emulator) = one_task();
    home.write("p/b.yaml", &namesake("echo").replace("apiVersion", "# apiVersion"));
    let mut watch = home.start("-C p watch --json");
    let invalid = pass(&mut watch, "invalid");
    assert_eq!(invalid["warnings"], Json::Null);
    home.write("p/b.yaml", &namesake("echo"));
    let changed = pass(&mut watch, "changed");
    let warnings = changed["warnings"].as_array().unwrap();
    assert_eq!((warnings.len(), &warnings[0]["severity"]), (1, &"warning".into()));
    assert_eq!(warnings[0]["file"], "b.yaml");
    // It is resolved without any change at the service: its end is reported.
    let silent = namesake("echo").replace("TaskName: a,", "TaskName: c,");
    home.write("p/b.yaml", &silent);
    assert_eq!(pass(&mut watch, "changed")["warnings"], json!([]));
    end(watch);
}

#[tokio::test(start_paused = true)]
async fn the_board_shows_them() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo", ""));
    world.write("b.yaml", &namesake("echo"));
    let watched = Watched::new(&world);
    watched.look(&world).await;
    let shown = watched.board.snapshot(0).warnings;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].file, "b.yaml");
    world.remove("b.yaml");
    watched.look(&world).await;
    assert_eq!(watched.board.snapshot(0).warnings, []);
}
