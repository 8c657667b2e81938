//! A queue of file events that overflows, in the real daemon.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write as _;

use serde_json::json;

use super::watch_program::{assert_in_sync, end, one_task, pass};
use crate::support::program::Beside;
use crate::support::task;

/// Waits until the process is idle.
fn wait_until_stopped(watch: &Beside) {
    let file = format!("/proc/{}/stat", watch.pid());
    // The state follows the name, which is in parentheses.
    while !fs::read_to_string(&file).unwrap().contains(") T ") {
        std::thread::yield_now();
    }
}

#[test]
fn a_change_whose_event_was_lost_with_the_queue_is_applied_and_new_folders_are_watched() {
    let (home, _emulator) = one_task();
    let mut watch = home.start("-C p watch --json --interval 100h");
    pass(&mut watch, "changed");
    // A file that is not a manifest triggers no pass, so that only the overflow can.
    let noise = ["p/.noise-1", "p/.noise-2"].map(|name| fs::File::create(home.path(name)).unwrap());
    watch.signal("STOP");
    wait_until_stopped(&watch);
    let most = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let most: usize = most.trim().parse().unwrap();
    for _ in 0..most + 4000 {
        // Two files in turn: equal events in a row become one.
        for mut file in &noise {
            file.write_all(b"x").unwrap();
        }
    }
    home.write("p/a.yaml", &task("a", "echo new", ""));
    home.write("p/new/b.yaml", &task("b", "echo", ""));
    watch.signal("CONT");
    let changed = pass(&mut watch, "changed");
    assert_eq!((&changed["causes"], &changed["done"]), (&json!(["files"]), &2.into()));
    home.write("p/new/b.yaml", &task("b", "echo new", ""));
    assert_eq!(pass(&mut watch, "changed")["changes"][0]["address"], "Task/b");
    end(watch);
    assert_in_sync(&home, "-C p", 2);
}
