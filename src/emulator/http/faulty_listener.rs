//! Connections that can be cut: a fault ends one without an answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A listener whose connections can be cut.
pub struct FaultyListener {
    /// What it listens on.
    pub listener: TcpListener,
}

/// Ends a connection: from some byte on nothing more can be written to it.
#[derive(Clone, Debug, Default)]
pub struct Cutter(Arc<Mutex<Left>>);

/// What may still be written.
#[derive(Clone, Copy, Debug, Default)]
enum Left {
    /// Everything.
    #[default]
    All,
    /// The head of the next answer and this many bytes of its body.
    HeadAnd(usize),
    /// This many bytes.
    Bytes(usize),
}

/// One connection.
pub struct CuttableStream {
    stream: TcpStream,
    scissors: Cutter,
}

impl Cutter {
    /// Cuts the connection before the next answer.
    pub fn cut(&self) {
        *self.left() = Left::Bytes(0);
    }

    /// Cuts the connection inside the body of the next answer.
    pub fn cut_after(&self, n_body_bytes: usize) {
        *self.left() = Left::HeadAnd(n_body_bytes);
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how many of these bytes may be written; None is all of them.
    fn allowed(&self, bytes: &[u8]) -> Option<usize> {
        let mut left = self.left();
        if let Left::HeadAnd(n_body_bytes) = *left {
            let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
            *left = Left::Bytes(end.map_or(0, |end| end + 4) + n_body_bytes);
        }
        match *left {
            Left::All | Left::HeadAnd(_) => None,
            Left::Bytes(n) => Some(n.min(bytes.len())),
        }
    }

    fn wrote(&self, n_bytes: usize) {
        let mut left = self.left();
        if let Left::Bytes(n) = *left {
            *left = Left::Bytes(n.saturating_sub(n_bytes));
        }
    }
}

impl Listener for FaultyListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers are small; waiting for more to send would cost 40 ms each.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot turn Nagle's algorithm off");
        }
        (CuttableStream { stream, scissors: Cutter::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        stream.io().scissors.clone()
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let n_allowed = self.scissors.allowed(bytes).unwrap_or(bytes.len());
        let Some(bytes) = bytes.get(..n_allowed).filter(|bytes| !bytes.is_empty()) else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(n_bytes)) = written {
            self.scissors.wrote(n_bytes);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
