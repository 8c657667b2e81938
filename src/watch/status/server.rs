//! The status page over HTTP: for people, Prometheus, and supervisors that restart a stuck daemon.

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

/// How long the last answers may take when the server stops: a browser may hold a connection
/// without sending a request.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Which machines may reach a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListenReach {
    /// Only this machine.
    #[default]
    Loopback,
    /// Every machine that reaches the address: there is no authentication.
    Anywhere,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address can be reached from other machines, and that was not allowed.
    #[error("{address} can be reached from other machines, and anyone there can read everything")]
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
    /// Checks that listening on an address is allowed.
    ///
    /// # Errors
    /// When other machines can reach it and that is not allowed.
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
    /// Starts serving a store; port 0 takes a free port.
    ///
    /// # Errors
    /// When the address is not allowed or cannot be listened on.
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

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening and lets answers in progress end, within two seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        tokio::select! {
            ended = &mut self.serving => {
                if let Err(error) = ended {
                    tracing::warn!(%error, "the status page ended with an error");
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
        tracing::warn!(%error, "the status page is no longer served");
    }
}

async fn receive(
    State(routes): State<StatusRoutes>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    let (parts, _body) = request.into_parts();
    answer(&routes, &parts).await
}
