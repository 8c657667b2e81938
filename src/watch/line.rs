//! Connections within bounds: so many at once, and none without an answer for long.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::{BoxFuture, Clock};

/// Connections at once; one more waits for its turn.
const N_LINES_MAX: usize = 64;

/// How long a connection may live since the last byte that was written to it: a reader that
/// neither asks nor takes its answer holds up nobody for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A listener that lets in so many at once.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    clock: Arc<dyn Clock>,
    over: BoxFuture<'static, ()>,
    _place: OwnedSemaphorePermit,
}

impl Door {
    /// Opens a door where a listener is.
    pub fn new(listener: TcpListener, clock: Arc<dyn Clock>) -> Door {
        Door { listener, places: Arc::new(Semaphore::new(N_LINES_MAX)), clock }
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let clock = Arc::clone(&self.clock);
        let over = patience(&clock);
        (Line { stream, clock, over, _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn patience(clock: &Arc<dyn Clock>) -> BoxFuture<'static, ()> {
    let clock = Arc::clone(clock);
    // It counts from now, not from when it is first asked.
    let end = clock.elapsed().saturating_add(PATIENCE);
    Box::pin(async move { clock.sleep(end.saturating_sub(clock.elapsed())).await })
}

impl Line {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.over.as_mut().poll(context) {
            Poll::Ready(()) => {
                // It is asked again by whoever ends the connection.
                self.over = patience(&self.clock);
                Err(io::ErrorKind::TimedOut.into())
            }
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(_)) = written {
            self.over = patience(&self.clock);
            // Whoever is served is woken by it, whatever else is waited for.
            let _pending = self.over.as_mut().poll(context);
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
