//! The files in `docs/` by which the daemon is run: every word of theirs is one of the program.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde::Deserialize as _;
use taskloom::commands::{Arguments, Command, Environment};

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// Reads a command line as the program does, and checks that it is a watch.
fn assert_is_watch(words: &[&str]) {
    let argv: Vec<OsString> = words.iter().map(OsString::from).collect();
    let environment = Environment::new(|_| None, &argv);
    let arguments = Arguments::read(argv, &environment).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(arguments.command, Command::Watch(_)), "{words:?}");
}

#[test]
fn the_systemd_unit_runs_a_watch() {
    let unit = document("taskloom.service");
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    assert_is_watch(&value("ExecStart=").split_whitespace().collect::<Vec<_>>());
    assert_eq!(value("Type="), "notify");
    let sections: Vec<&str> = unit.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(sections, ["[Unit]", "[Service]", "[Install]"]);
}

#[test]
fn the_deployment_runs_a_watch() {
    let text = document("kubernetes.yaml");
    let documents: Vec<serde_json::Value> = serde_yaml::Deserializer::from_str(&text)
        .map(|document| serde_json::Value::deserialize(document).unwrap())
        .collect();
    let deployment = documents.iter().find(|one| one["kind"] == "Deployment").unwrap();
    let containers = deployment["spec"]["template"]["spec"]["containers"].as_array().unwrap();
    let ours = containers.iter().find(|one| one["name"] == "taskloom").unwrap();
    let words = ["command", "args"].map(|key| ours[key].as_array().unwrap());
    let words: Vec<&str> = words.into_iter().flatten().map(|word| word.as_str().unwrap()).collect();
    assert_is_watch(&words);
}
