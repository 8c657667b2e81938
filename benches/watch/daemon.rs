//! A running watch, and the resources that it uses.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::DEBOUNCE;
use crate::project::Project;
use crate::relay::Relay;

/// A running watch.
#[derive(Debug)]
pub struct Daemon {
    process: Child,
    /// The socket on which it reports each pass, as to a service manager.
    manager: UnixDatagram,
    relay: Relay,
    _folder: tempfile::TempDir,
}

impl Daemon {
    /// Starts it and waits for its first pass.
    pub fn start(project: &Project) -> Daemon {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let socket = folder.path().join("notify");
        let manager = UnixDatagram::bind(&socket).expect("a socket can be made");
        let mut command = project.command(&["watch"]);
        command.env("NOTIFY_SOCKET", socket).stdout(Stdio::null());
        let process = command.spawn().expect("watch starts");
        let daemon = Daemon { process, manager, relay: project.relay.clone(), _folder: folder };
        daemon.wait();
        assert!(!daemon.ignores_hangups(), "a watch that nohup began runs no pass on SIGHUP");
        daemon
    }

    fn ignores_hangups(&self) -> bool {
        let text = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let text = text.expect("the watch runs");
        let mask = text
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .expect("the kernel shows it");
        u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 1 != 0)
    }

    /// Changes something, waits for the end of the pass, and returns how long after the debounce a
    /// request began, and how late a bare wait for the debounce ended, which is the system's share.
    pub fn answer_to(&self, change: impl FnOnce()) -> (Duration, Duration) {
        self.relay.arm();
        change();
        let closed = Instant::now();
        let bare = std::thread::spawn(move || {
            std::thread::sleep(DEBOUNCE.saturating_sub(closed.elapsed()));
            closed.elapsed().saturating_sub(DEBOUNCE)
        });
        self.wait();
        let first = self.relay.first().expect("a pass asks the service");
        let late = first.duration_since(closed).saturating_sub(DEBOUNCE);
        (late, bare.join().expect("it only sleeps"))
    }

    /// Runs one pass.
    pub fn pass(&self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &id]).status();
        assert!(sent.expect("kill runs").success(), "the watch ended");
        self.wait();
    }

    /// Returns the memory in use, in millions of bytes.
    pub fn megabytes(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let text = text.expect("the watch runs");
        let line =
            text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel shows it");
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
        kilobytes * 1024 / 1_000_000
    }

    /// Returns the processor time used so far.
    pub fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("it runs");
        let each = tasks.flatten().map(|task| {
            let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
        });
        Duration::from_nanos(each.sum())
    }

    /// Waits for the end of a pass.
    fn wait(&self) {
        let mut text = [0; 4096];
        loop {
            let n = self.manager.recv(&mut text).expect("the watch reports its passes");
            let text = String::from_utf8_lossy(text.get(..n).unwrap_or_default()).into_owned();
            if text.starts_with("STATUS=pass ") {
                return;
            }
            assert!(!text.starts_with("STOPPING"), "the watch ended");
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
