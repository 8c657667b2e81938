//! What systemd is told: a datagram to the socket that it names.

use std::time::Duration;

/// How long the service manager may take to accept a word.
const PATIENCE: Duration = Duration::from_millis(200);

/// The way to the service manager; without one nothing is told.
#[derive(Debug, Default)]
pub struct Systemd {
    socket: Option<String>,
}

impl Systemd {
    /// Returns the way that `NOTIFY_SOCKET` names.
    pub fn new(socket: Option<String>) -> Systemd {
        Systemd { socket }
    }

    /// Tells lines such as `READY=1`. That nobody hears it is nothing to fail for.
    pub fn tell(&self, lines: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = send(socket, lines)
        {
            tracing::debug!(%error, "the service manager cannot be told");
        }
    }

    /// Returns how often it wants a sign of life: half of `WATCHDOG_USEC`.
    pub fn watchdog(usec: Option<&str>) -> Option<Duration> {
        let usec = usec?.parse().ok().filter(|usec| *usec > 0)?;
        Some(Duration::from_micros(usec) / 2)
    }
}

#[cfg(unix)]
fn send(name: &str, lines: &str) -> std::io::Result<()> {
    use std::os::unix::net::UnixDatagram;
    let socket = UnixDatagram::unbound()?;
    // One who does not listen holds nobody up.
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
