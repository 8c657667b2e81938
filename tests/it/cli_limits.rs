//! The time limits of the real binary: for a run, a request and the wait for the lock.

use super::support::program::{Home, emulator};
use super::support::task;

fn remote(url: &str) -> Home {
    let home = Home::new()
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "taskloom-local")
        .with("TASKLOOM_ENDPOINT", url);
    home.write("taskloom.yaml", &project(""));
    home
}

fn project(more: &str) -> String {
    format!(
        "bundle: {{name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}}\nmanifests: [\".\"]\n\
         targets:\n  t: {{project_id: \"1\", region: ap-guangzhou}}\n{more}"
    )
}

#[test]
fn what_is_no_length_of_time_is_a_usage_error() {
    let home = Home::embedded();
    for flag in ["timeout", "call-timeout", "lock-timeout"] {
        for value in ["0", "0s", "-5s", "30", "soon", ""] {
            let ran = home.run(&format!("plan --{flag}={value}"));
            assert_eq!((ran.status, ran.out.as_str()), (64, ""), "{flag} {value}");
            assert!(ran.err.contains("write for instance 30s, 5m or 1h30m"), "{}", ran.err);
        }
    }
    let home = home.with("TASKLOOM_LOCK_TIMEOUT", "never").with("TASKLOOM_TIMEOUT", "");
    let ran = home.run("plan");
    assert_eq!(ran.status, 64);
    assert!(ran.err.contains("--lock-timeout <TIME>"), "{}", ran.err);
}

#[test]
fn limits_of_taskloom_yaml_are_checked_with_their_place() {
    let home = Home::embedded();
    home.write("taskloom.yaml", &project("limits: {timeout: 0s, lock_timeout: 30, tmeout: 5m}\n"));
    let ran = home.run("validate");
    assert_eq!(ran.status, 1);
    for part in [
        "expected a length of time, found \"0s\"",
        "taskloom.yaml:5:19",
        "expected a length of time, found \"30\"",
        "more than zero, for instance 30s, 5m or 1h30m",
        "unknown key \"tmeout\"",
        "did you mean `timeout`?",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

#[test]
fn a_run_whose_time_is_over_says_so_and_how_to_give_it_more() {
    let (_emulator, url) = emulator(&Home::new(), "");
    let home = remote(&url).with("TASKLOOM_TIMEOUT", "1ns");
    home.write("a.yaml", &task("a", "echo a", ""));
    for words in ["plan", "apply -y", "status"] {
        let ran = home.run(words);
        assert_eq!(ran.status, 1, "{words}");
        assert!(
            ran.err.contains("ListTasks was not sent: the time limit of the run is over\n"),
            "{words}: {}",
            ran.err
        );
        assert!(ran.err.contains("help: give it more with --timeout"), "{words}: {}", ran.err);
    }
    // The command line takes precedence over the environment, which takes it over taskloom.yaml.
    assert_eq!(home.run("plan --timeout 1h").status, 0);
    home.write("taskloom.yaml", &project("limits: {timeout: 1h}\n"));
    assert_eq!(home.run("plan").status, 1);
    let home = remote(&url);
    home.write("a.yaml", &task("a", "echo a", ""));
    home.write("taskloom.yaml", &project("limits: {timeout: 1ns}\n"));
    assert_eq!(home.run("plan").status, 1);
    assert_eq!(home.run("plan --timeout 1h").status, 0);
}

#[test]
fn a_request_has_a_time_limit() {
    let (_emulator, url) = emulator(&Home::new(), "--latency-ms 600000");
    let home = remote(&url);
    home.write("a.yaml", &task("a", "echo a", ""));
    let ran = home.run("plan --call-timeout 20ms --timeout 300ms");
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("no answer came within 20ms"), "{}", ran.err);
    home.write("taskloom.yaml", &project("limits: {call_timeout: 21ms, timeout: 300ms}\n"));
    assert!(home.run("plan").err.contains("no answer came within 21ms"));
}

#[test]
fn a_second_run_waits_for_the_first_and_says_for_whom() {
    let (_emulator, url) = emulator(&Home::new(), "--latency-ms 100");
    let embedded = Home::embedded();
    for (home, words) in [(remote(&url), "--parallelism 1"), (embedded, "--rate 4")] {
        for n in 1..=5 {
            home.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
        }
        let mut first = home.start(&format!("apply -y --json {words}"));
        first.wait_for("\"begun\"");
        let second = home.run("apply -y --lock-timeout 10m");
        assert_eq!(second.status, 0, "{}", second.err);
        assert_eq!(second.out, "No changes: 5 unchanged, compared with the service\n");
        assert!(
            second.err.contains(&format!("waiting for process {} on ", first.pid())),
            "{}",
            second.err
        );
        while first.line().is_some() {}
        assert_eq!(first.status(), 0);
    }
}
