//! The real binary on a disk that is full or cannot be written.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "the tests spoil files")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::support::{assert_six_are_there_once, six_tasks};

#[test]
fn a_disk_that_fills_up_stops_the_run_and_loses_nothing() {
    let (home, _emulator) = six_tasks("");
    let mut n_half = 0;
    // The file size limit in blocks: enough for the lock, for the state, for the journal.
    for blocks in 0..200 {
        let ran = home.shell(&format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" apply -y --parallelism 2"
        ));
        if ran.status == 0 {
            break;
        }
        assert_eq!(ran.status, 1, "{blocks}: {}", ran.err);
        assert!(ran.err.contains("cannot write "), "{blocks}: {}", ran.err);
        assert!(ran.err.contains("help: "), "{blocks}: {}", ran.err);
        if ran.out.contains("Failed:") {
            n_half += 1;
            assert!(ran.out.contains("cannot write the journal"), "{blocks}: {}", ran.out);
            assert!(ran.out.contains("Applied: "), "{blocks}: {}", ran.out);
        }
    }
    assert!(n_half > 0, "the journal never was the file that did not fit");
    assert_six_are_there_once(&home);
}

#[test]
fn a_process_that_the_size_limit_kills_loses_nothing() {
    let (home, _emulator) = six_tasks("");
    let mut n_killed = 0;
    for blocks in (1..200).step_by(3) {
        let ran = home
            .shell(&format!("ulimit -c 0; ulimit -f {blocks}; \"$0\" apply -y --parallelism 3"));
        if ran.status == 0 {
            break;
        }
        n_killed += usize::from(ran.status > 128);
    }
    assert!(n_killed > 0);
    assert_six_are_there_once(&home);
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (home, _emulator) = six_tasks("");
    let folder = home.path("readonly");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    // Permissions do not bind root, but no user can create files there.
    let binds = fs::write(folder.join("probe"), "").is_err();
    let place = if binds { folder.to_str().unwrap().to_owned() } else { "/sys".to_owned() };
    for state in [format!("{place}/state.json"), format!("{place}/below/state.json")] {
        let ran = home.run(&format!("apply -y --state {state}"));
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
        assert!(ran.err.starts_with("error: cannot "), "{}", ran.err);
        assert!(ran.err.contains("check that the folder exists, is writable"), "{}", ran.err);
    }
    let plan = home.run("plan --json").json();
    assert_eq!((&plan["summary"]["create"], &plan["summary"]["adopt"]), (&6.into(), &0.into()));
    // An existing state in a folder where nothing more can be written.
    home.run("apply -y --select Task/t1");
    let ran = home.shell("trap '' XFSZ; ulimit -f 0; exec \"$0\" apply -y");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
    let plan = home.run("plan --json").json();
    assert_eq!((&plan["summary"]["create"], &plan["summary"]["unchanged"]), (&5.into(), &1.into()));
    assert_six_are_there_once(&home);
}

#[test]
fn a_report_that_cannot_be_written_stops_nothing() {
    let (home, _emulator) = six_tasks("");
    // The plan cannot be shown, so nothing is done.
    let ran = home.run_into("apply -y", "/dev/full");
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("error: cannot write to standard output: "), "{}", ran.err);
    assert_eq!(home.run("plan --json").json()["summary"]["create"], 6);
    // With --json the first output is about a completed operation, too late to stop it.
    let ran = home.run_into("apply -y --json", "/dev/full");
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("error: cannot write to standard output: "), "{}", ran.err);
    assert_six_are_there_once(&home);
}
