//! How the service is started, and why it may not start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::behaviour::Behaviour;

/// How the service is started.
#[derive(Clone)]
pub struct EmulatorSettings {
    /// Where it listens: loopback only; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file that keeps the tasks between runs; none: they end with the process.
    pub data: Option<PathBuf>,
    /// Calls per second of each action; 0 turns the limit off.
    pub rate: f64,
    /// The time that each answer takes.
    pub latency: Duration,
    /// The accepted pairs of SecretId and SecretKey.
    pub credentials: Vec<(String, String)>,
    /// What the documents leave open.
    pub behaviour: Behaviour,
    /// Settles everything random: the order of server-made keys, of lists, the RequestIds.
    pub seed: u64,
}

impl Default for EmulatorSettings {
    /// A free port, in memory, 20 calls a second, the local pair.
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

/// The keys stay out of every log.
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
    /// It would be seen from outside the machine.
    #[error("the emulator listens on loopback only, not on {address}")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The address cannot be had.
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
    /// The data file holds something else; it is left as it is.
    #[error("the emulator's data file {} is damaged (line {line}): move it away to start afresh", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// The data file is of a later taskloom; it is left as it is.
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
