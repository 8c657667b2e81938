//! The real binary and other processes: a second run, signals, readers that close their end.
#![cfg(unix)]

use serde_json::Value as Json;

use super::support::program::{Beside, Home, emulator};
use super::support::{assert_six_are_there_once, six_tasks, task};

#[test]
fn a_signal_lets_what_is_in_flight_end_and_the_next_apply_goes_on() {
    for (name, status) in [("INT", 130), ("TERM", 143)] {
        let (home, _emulator) = six_tasks("--latency-ms 200");
        let mut apply = home.start("apply -y --json --parallelism 1");
        apply.wait_for("\"done\"");
        apply.wait_for("\"begun\"");
        apply.signal(name);
        let rest: Vec<String> = std::iter::from_fn(|| apply.line()).collect();
        assert_eq!(apply.status(), status);
        // Whether the request of the second one had been sent before the signal is random.
        let summary: Json = serde_json::from_str(rest.last().unwrap()).unwrap();
        let n_stopped = rest.iter().filter(|l| l.contains("the run was stopped")).count();
        assert_eq!(summary["not_attempted"], n_stopped, "{rest:?}");
        assert_eq!((&summary["failed"], &summary["skipped"]), (&0.into(), &0.into()), "{rest:?}");
        assert_eq!(summary["done"], 6 - n_stopped, "{rest:?}");
        assert!([4, 5].contains(&n_stopped), "{rest:?}");
        assert_six_are_there_once(&home);
    }
}

#[test]
fn a_second_signal_leaves_at_once_and_nothing_is_made_twice() {
    let (home, _emulator) = six_tasks("--latency-ms 200");
    let mut apply = home.start("apply -y --json --parallelism 2");
    apply.wait_for("\"done\"");
    apply.signal("INT");
    apply.signal("TERM");
    while apply.line().is_some() {}
    assert!([130, 143].contains(&apply.status()));
    assert_six_are_there_once(&home);
}

#[test]
fn a_second_run_names_the_first() {
    let (home, _emulator) = six_tasks("--latency-ms 200");
    let mut apply = home.start("apply -y --json --parallelism 1");
    apply.wait_for("\"begun\"");
    let second = home.run("apply -y");
    assert_eq!((second.status, second.out.as_str()), (1, ""));
    assert!(second.err.starts_with("error: another taskloom is at work on "), "{}", second.err);
    assert!(
        second.err.contains(&format!("wait for process {} on ", apply.pid())),
        "{}",
        second.err
    );
    let list = home.run("state list");
    assert_eq!(list.status, 0);
    assert!(list.err.contains(&format!("note: process {} on ", apply.pid())), "{}", list.err);
    while apply.line().is_some() {}
    assert_eq!(apply.status(), 0);
}

#[test]
fn a_second_run_on_the_embedded_service_names_the_first_too() {
    let home = Home::embedded();
    for n in 1..=30 {
        home.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    // Thirty creates at four a second: it is still running when the second one starts.
    let mut apply = home.start("apply -y --json --rate 4");
    apply.wait_for("\"done\"");
    let second = home.run("apply -y");
    assert_eq!(second.status, 1);
    assert!(
        second.err.contains(&format!("wait for process {} on ", apply.pid())),
        "{}",
        second.err
    );
}

#[test]
fn a_reader_that_goes_away_does_no_harm_and_a_full_disk_is_told() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    let apply = home.start("apply -y");
    drop_reader(apply);
    assert_eq!(home.run("plan").out, "No changes: 1 unchanged, compared with the service\n");
    if std::path::Path::new("/dev/full").exists() {
        let full = home.run_into("plan", "/dev/full");
        assert_eq!(full.status, 1);
        assert!(full.err.starts_with("error: cannot write to standard output: "), "{}", full.err);
    }
}

fn drop_reader(mut program: Beside) {
    program.close();
    assert_eq!(program.status(), 0);
}

#[test]
fn a_terminal_that_is_gone_stops_the_run_as_a_signal_does() {
    let (home, _emulator) = six_tasks("--latency-ms 200");
    let mut apply = home.start("apply -y --json --parallelism 1");
    apply.wait_for("\"done\"");
    apply.signal("HUP");
    // Standard output is closed, too.
    apply.close();
    assert_eq!(apply.status(), 129);
    assert_six_are_there_once(&home);
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_started_to_ignore_a_signal_goes_on() {
    let (home, _emulator) = six_tasks("--latency-ms 200");
    let mut apply = home.start_shell("trap '' HUP INT; exec \"$0\" apply -y --json");
    apply.wait_for("\"begun\"");
    apply.signal("HUP");
    apply.signal("INT");
    while apply.line().is_some() {}
    assert_eq!(apply.status(), 0);
    assert_six_are_there_once(&home);
}

#[test]
fn a_reader_of_everything_that_goes_away_does_no_harm() {
    for words in ["apply -y", "apply -y --json", "apply -y -vv"] {
        let (home, _emulator) = six_tasks("--latency-ms 200");
        let ran =
            home.shell(&format!("{{ \"$0\" {words} 2>&1; echo $? > ended; }} | head -n 1 > first"));
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{words}");
        assert_eq!((home.read("ended").as_str(), home.read("first").is_empty()), ("0\n", false));
        assert_six_are_there_once(&home);
    }
}

#[test]
fn a_signal_is_heard_while_the_service_turns_everything_away() {
    // One request a second for each action: twenty a second are too many.
    let (_emulator, url) = emulator(&Home::new(), "--rate 1");
    let (home, _other) = six_tasks("--latency-ms 200");
    let home = home.with("TASKLOOM_ENDPOINT", &url);
    for n in 3..=6 {
        std::fs::remove_file(home.path(&format!("t{n}.yaml"))).unwrap();
    }
    let mut apply = home.start("apply -y --json");
    apply.wait_for("\"begun\"");
    apply.signal("INT");
    let rest: Vec<String> = std::iter::from_fn(|| apply.line()).collect();
    assert_eq!(apply.status(), 130);
    assert!(rest.last().unwrap().contains("\"summary\""), "{rest:?}");
    assert_eq!(home.run("apply -y").status, 0);
    let plan = home.run("plan --refresh full --json").json();
    assert_eq!(plan["summary"]["unchanged"], 2);
}
