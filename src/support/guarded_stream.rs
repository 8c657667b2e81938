//! A connection with a guard, which may end it before each read and write.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is called before each read and write of a connection.
pub trait StreamGuard: Unpin {
    /// Is called before anything is read.
    ///
    /// # Errors
    /// When the connection has to end.
    fn before_read(&mut self, context: &mut Context<'_>) -> io::Result<()>;

    /// Returns how many of these bytes may be written now.
    ///
    /// # Errors
    /// When the connection has to end.
    fn allowed(&mut self, bytes: &[u8], context: &mut Context<'_>) -> io::Result<usize>;

    /// Is called with the number of bytes that were written.
    fn wrote(&mut self, n_bytes: usize, context: &mut Context<'_>);
}

/// A connection, and its guard.
#[derive(Debug)]
pub struct GuardedStream<G> {
    stream: TcpStream,
    /// Dropped after the stream: what it holds is held as long as the connection lives.
    guard: G,
}

impl<G> GuardedStream<G> {
    /// Returns a connection with a guard.
    pub fn new(stream: TcpStream, guard: G) -> GuardedStream<G> {
        GuardedStream { stream, guard }
    }

    /// Returns the guard.
    pub fn guard(&self) -> &G {
        &self.guard
    }
}

impl<G: StreamGuard> AsyncRead for GuardedStream<G> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.guard.before_read(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<G: StreamGuard> AsyncWrite for GuardedStream<G> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let n_allowed = self.guard.allowed(bytes, context)?;
        let bytes = bytes.get(..n_allowed).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(n_bytes)) = written {
            self.guard.wrote(n_bytes, context);
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
