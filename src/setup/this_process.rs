//! How this process identifies itself to others.

use crate::state::LockHolder;

/// Returns the holder entry of this process, for a lock.
pub fn this_process(command: &str, now: &str) -> LockHolder {
    LockHolder {
        pid: std::process::id(),
        host: host_name(),
        command: command.to_owned(),
        since: now.to_owned(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the name of the machine is read for the lock")]
pub(super) fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .or_else(|_| std::env::var("HOSTNAME"))
        .or_else(|_| std::env::var("COMPUTERNAME"))
        .unwrap_or_else(|_| "this machine".to_owned())
}
