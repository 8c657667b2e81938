//! The daemon's standard error: warnings and notices, each with its pass.
#![cfg(unix)]

use std::fs;

use serde_json::Value as Json;

use super::watch_program::{PROJECT, end, one_task, pass};
use crate::support::task;

#[test]
fn with_json_every_line_is_an_object_that_names_its_pass() {
    let (home, _emulator) = one_task();
    let words = "-C p -vv watch --json --listen 127.0.0.1:0 --hook pwd>&2;false";
    let (mut watch, told) = home.start_telling(words);
    pass(&mut watch, "changed");
    home.write("p/b.yaml", "kind: [");
    let invalid = pass(&mut watch, "invalid");
    end(watch);
    let told = fs::read_to_string(told).unwrap();
    let lines: Vec<Json> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        assert_eq!(line["type"], "log", "{line}");
        assert!(line["pass"].is_u64() && line["message"].is_string(), "{line}");
        assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
    }
    let find = |text: &str| {
        let mut lines = lines.iter();
        let found = lines.find(|line| line["message"].as_str().is_some_and(|m| m.contains(text)));
        found.unwrap_or_else(|| panic!("no {text} in {told}"))
    };
    assert_eq!(
        (&find("status page")["pass"], &find("status page")["level"]),
        (&0.into(), &"info".into())
    );
    assert_eq!(
        (&find("answered")["pass"], &find("answered")["action"]),
        (&1.into(), &"ListTasks".into())
    );
    let create = lines.iter().find(|line| line["action"] == "CreateTask").unwrap();
    assert_eq!(
        (&create["pass"], &create["address"], &create["verb"], &create["attempt"]),
        (&1.into(), &"Task/a".into(), &"create".into(), &1.into())
    );
    let failed = find("the hook failed");
    assert_eq!((&failed["pass"], &failed["event"]), (&invalid["pass"], &"failure".into()));
    assert_eq!(failed["stderr"], home.path("").to_str().unwrap().trim_end_matches('/'));
}

#[test]
fn with_json_a_watch_that_cannot_begin_says_so_in_json() {
    let (home, _emulator) = one_task();
    let ran = home.run("-C p watch --json --listen 0.0.0.0:0");
    let line: Json = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((ran.status, &line["level"], &line["pass"]), (1, &"error".into(), &0.into()));
    assert!(line["help"].as_str().unwrap().contains("--listen-anywhere"), "{line}");
}

#[test]
fn without_json_lines_name_their_pass_too() {
    let (home, _emulator) = one_task();
    let (mut watch, told) = home.start_telling("-C p -vv watch");
    watch.wait_for("pass 1 (start): changed");
    end(watch);
    let told = fs::read_to_string(told).unwrap();
    let line = told.lines().find(|line| line.contains("answered")).unwrap();
    assert!(line.contains(" DEBUG answered ") && line.ends_with(" pass=1"), "{line}");
}

#[test]
fn a_warning_among_other_output_names_its_pass() {
    let (home, _emulator) = one_task();
    home.write("p/taskloom.yaml", &format!("{PROJECT}guards: {{deletes_max: 0}}\n"));
    home.write("p/b.yaml", &task("b", "echo", ""));
    let (mut watch, told) = home.start_telling("-C p watch --prune");
    watch.wait_for("pass 1 (start): changed");
    fs::remove_file(home.path("p/b.yaml")).unwrap();
    watch.wait_for("pass 2 (files): waiting");
    assert_eq!(home.run("-C p approve -y").status, 0);
    watch.wait_for("deleted Task/b");
    end(watch);
    let told = fs::read_to_string(told).unwrap();
    assert!(told.starts_with("warning: pass 3: a plan above the guards was approved"), "{told}");
}
