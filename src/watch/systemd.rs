//! Notifications for systemd: datagrams to the socket that it names.

use std::time::Duration;

/// How long the service manager may take to accept a datagram.
const PATIENCE: Duration = Duration::from_millis(200);

/// The socket of the service manager; without one nothing is sent.
#[derive(Debug, Default)]
pub struct Systemd {
    socket: Option<String>,
}

impl Systemd {
    /// Returns the socket that `NOTIFY_SOCKET` names.
    pub fn new(socket: Option<String>) -> Systemd {
        Systemd { socket }
    }

    /// Sends lines like `READY=1`. A failure is only logged.
    pub fn tell(&self, lines: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = send(socket, lines)
        {
            tracing::debug!(%error, "cannot notify the service manager");
        }
    }

    /// Returns how often it expects a sign of life: half of `WATCHDOG_USEC`.
    pub fn watchdog(usec: Option<&str>) -> Option<Duration> {
        let usec = usec?.parse().ok().filter(|usec| *usec > 0)?;
        Some(Duration::from_micros(usec) / 2)
    }
}

#[cfg(unix)]
fn send(name: &str, lines: &str) -> std::io::Result<()> {
    use std::os::unix::net::UnixDatagram;
    let socket = UnixDatagram::unbound()?;
    // A service manager that does not read must not block the daemon.
    socket.set_write_timeout(Some(PATIENCE))?;
    #[cfg(target_os = "linux")]
    if let Some(name) = name.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt as _;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return socket.send_to_addr(lines.as_bytes(), &address).map(drop);
    }
    socket.send_to(lines.as_bytes(), name).map(drop)
}

#[cfg(not(unix))]
fn send(_name: &str, _lines: &str) -> std::io::Result<()> {
    Ok(())
}
