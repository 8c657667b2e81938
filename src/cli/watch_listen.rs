//! `taskloom watch --listen`: the daemon seen from outside.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::log::NOTICE;
use crate::support::{Clock, error_chain};
use crate::watch::{DaemonInfo, DaemonPhase, ListenError, ListenReach, StatusServer, StatusStore};

/// Where a daemon is seen.
#[derive(Clone, Copy, Debug, Args)]
pub struct ListenArgs {
    /// Serve a page with the graph of tasks, /healthz, /readyz and /metrics there, for reading
    /// only; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Let --listen take an address that other machines reach: whoever reaches it reads names,
    /// differences and code of all tasks, and nobody is asked who they are
    #[arg(long, requires = "listen")]
    listen_anywhere: bool,
}

/// A board, and who serves it.
#[derive(Debug)]
pub struct StatusEndpoint {
    /// The board.
    pub board: StatusStore,
    server: Option<StatusServer>,
}

impl StatusEndpoint {
    /// Makes an empty board and serves it where that is asked for.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn open(
        args: ListenArgs,
        context: &Context,
        interval: Duration,
        clock: &Arc<dyn Clock>,
    ) -> Result<StatusEndpoint, Failure> {
        let origin = context.origin()?;
        let (target, project_id, endpoint) = (origin.target, origin.project_id, origin.site);
        let about = DaemonInfo { target, project_id, endpoint, interval };
        let board = StatusStore::new(about, Arc::clone(clock));
        let Some(address) = args.listen else { return Ok(StatusEndpoint { board, server: None }) };
        let reach =
            if args.listen_anywhere { ListenReach::Anywhere } else { ListenReach::Loopback };
        let server = StatusServer::start(address, reach, board.clone()).await;
        let server = server.map_err(|error| failure(&error))?;
        tracing::info!(target: NOTICE, "the status page is on http://{}/", server.address());
        Ok(StatusEndpoint { board, server: Some(server) })
    }

    /// Tells that the daemon ends, and serves no more.
    pub async fn close(self) {
        self.board.phase(DaemonPhase::Stopping);
        if let Some(server) = self.server {
            server.stop().await;
        }
    }
}

fn failure(error: &ListenError) -> Failure {
    let hint = match error {
        ListenError::NotLoopback { .. } => {
            "listen on 127.0.0.1 and let a proxy that knows its readers pass it on, or add \
             --listen-anywhere"
        }
        ListenError::Listen { .. } => "give another address to --listen; port 0 takes a free one",
    };
    Failure::user(error_chain(error)).hint(hint)
}
