//! The settings of the service, and the errors of its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::behaviour::Behaviour;

/// The settings of the service.
#[derive(Clone)]
pub struct EmulatorSettings {
    /// The address on which it listens: only loopback; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file that keeps the records between runs; None: they end with the process.
    pub data: Option<PathBuf>,
    /// Calls per second of each action; 0 turns the limit off.
    pub rate: f64,
    /// The wait before each response.
    pub latency: Duration,
    /// The accepted pairs of SecretId and SecretKey.
    pub credentials: Vec<(String, String)>,
    /// What the documentation leaves open.
    pub behaviour: Behaviour,
    /// The seed of everything random: the order of the server's ext keys and of lists, RequestIds.
    pub seed: u64,
}

impl Default for EmulatorSettings {
    /// A free port, no data file, 20 calls a second, the local key pair.
    fn default() -> Self {
        EmulatorSettings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            rate: 20.0,
            latency: Duration::ZERO,
            credentials: vec![("taskloom-local".to_owned(), "taskloom-local".to_owned())],
            behaviour: Behaviour::default(),
            seed: 0,
        }
    }
}

/// Prints no SecretKey, so that none gets into a log.
impl std::fmt::Debug for EmulatorSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.credentials.iter().map(|(id, _)| id.as_str()).collect();
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("data", &self.data)
            .field("rate", &self.rate)
            .field("latency", &self.latency)
            .field("credentials", &ids)
            .field("behaviour", &self.behaviour)
            .field("seed", &self.seed)
            .finish()
    }
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// It would be reachable from outside the machine.
    #[error("the emulator listens on loopback only, not on {address}")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The address cannot be used.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The data file cannot be read or written.
    #[error("cannot use the emulator's data file {}", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data file is not one of an emulator; it is left unchanged.
    #[error("the emulator's data file {} is damaged (line {line}): move it away to start empty", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// The data file was written by a newer taskloom; it is left unchanged.
    #[error("the emulator's data file {} has format version {version}, newer than this program", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// Another emulator uses the data file.
    #[error("the emulator's data file {} is in use by another emulator", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
}
