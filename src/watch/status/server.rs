//! The status page over HTTP: for people, for Prometheus, for whoever restarts what is stuck.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::connection_limit::ConnectionLimit;
use super::http::{StatusRoutes, answer};
use super::store::StatusStore;
use crate::support::Clock;

/// How long the last answers may take when the server is to stop: a browser may hold a connection
/// on which it asks nothing.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// From where a server may be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListenReach {
    /// From this machine alone.
    #[default]
    Loopback,
    /// From wherever the address is reached: nobody is asked who they are.
    Anywhere,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address can be reached from other machines, and nobody said that it may.
    #[error("{address} can be reached from other machines, and whoever reaches it reads all")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// A status page that is served.
#[derive(Debug)]
pub struct StatusServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    clock: Arc<dyn Clock>,
}

impl ListenReach {
    /// Checks that an address may be listened on.
    ///
    /// # Errors
    /// When it can be reached from farther than is allowed.
    pub fn check(self, address: SocketAddr) -> Result<(), ListenError> {
        match self {
            ListenReach::Loopback if !address.ip().is_loopback() => {
                Err(ListenError::NotLoopback { address })
            }
            ListenReach::Loopback | ListenReach::Anywhere => Ok(()),
        }
    }
}

impl StatusServer {
    /// Starts to serve what a store holds; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is not allowed or cannot be had.
    pub async fn start(
        address: SocketAddr,
        reach: ListenReach,
        store: StatusStore,
    ) -> Result<StatusServer, ListenError> {
        reach.check(address)?;
        let failed = |source| ListenError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let clock = Arc::clone(&store.clock);
        let limit = ConnectionLimit::new(listener, Arc::clone(&clock));
        let routes = StatusRoutes { store, is_local: address.ip().is_loopback(), stopped };
        let serving = tokio::spawn(serve(limit, routes));
        Ok(StatusServer { address, stop, serving, clock })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening and lets answers end that are on their way, within two seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        tokio::select! {
            ended = &mut self.serving => {
                if let Err(error) = ended {
                    tracing::warn!(%error, "the status page ended badly");
                }
            }
            () = self.clock.sleep(LAST_ANSWERS) => self.serving.abort(),
        }
    }
}

async fn serve(limit: ConnectionLimit, routes: StatusRoutes) {
    let app = Router::new().fallback(receive).with_state(routes.clone());
    let served = axum::serve(limit, app)
        .with_graceful_shutdown(async move { routes.until_stopped().await })
        .await;
    if let Err(error) = served {
        tracing::warn!(%error, "the status page is served no more");
    }
}

async fn receive(
    State(routes): State<StatusRoutes>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    let (parts, _body) = request.into_parts();
    answer(&routes, &parts).await
}
