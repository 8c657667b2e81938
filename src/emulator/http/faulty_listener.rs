//! Connections that can be cut: some faults end one without a response.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpListener;

use crate::support::{GuardedStream, StreamGuard};

/// A listener whose connections can be cut.
pub struct FaultyListener {
    /// The real listener.
    pub listener: TcpListener,
}

/// Ends a connection: after a certain byte nothing more can be written to it.
#[derive(Clone, Debug, Default)]
pub struct Cutter(Arc<Mutex<Left>>);

/// What may still be written.
#[derive(Clone, Copy, Debug, Default)]
enum Left {
    /// Everything.
    #[default]
    All,
    /// The head of the next response and this many bytes of its body.
    HeadAnd(usize),
    /// This many bytes.
    Bytes(usize),
}

impl Cutter {
    /// Cuts the connection before the next response.
    pub fn cut(&self) {
        *self.left() = Left::Bytes(0);
    }

    /// Cuts the connection in the middle of the body of the next response.
    pub fn cut_after(&self, n_body_bytes: usize) {
        *self.left() = Left::HeadAnd(n_body_bytes);
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for FaultyListener {
    type Io = GuardedStream<Cutter>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (GuardedStream<Cutter>, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Responses are small; with Nagle's algorithm each would wait 40 ms for more data.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot turn Nagle's algorithm off");
        }
        (GuardedStream::new(stream, Cutter::default()), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        stream.io().guard().clone()
    }
}

impl StreamGuard for Cutter {
    fn before_read(&mut self, _context: &mut Context<'_>) -> io::Result<()> {
        Ok(())
    }

    fn allowed(&mut self, bytes: &[u8], _context: &mut Context<'_>) -> io::Result<usize> {
        let mut left = self.left();
        if let Left::HeadAnd(n_body_bytes) = *left {
            let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
            *left = Left::Bytes(end.map_or(0, |end| end + 4) + n_body_bytes);
        }
        let n_allowed = match *left {
            Left::All | Left::HeadAnd(_) => bytes.len(),
            Left::Bytes(n) => n.min(bytes.len()),
        };
        if n_allowed == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(n_allowed) }
    }

    fn wrote(&mut self, n_bytes: usize, _context: &mut Context<'_>) {
        let mut left = self.left();
        if let Left::Bytes(n) = *left {
            *left = Left::Bytes(n.saturating_sub(n_bytes));
        }
    }
}
