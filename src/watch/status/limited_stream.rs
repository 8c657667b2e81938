//! Connections within bounds: so many at once, and none without an answer for long.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::support::{BoxFuture, Clock};

/// Connections at once; one more takes the place of the oldest that was not answered yet, or waits
/// until one of the others leaves.
const N_LINES_MAX: usize = 64;

/// How long a connection may live since the last byte that was written to it: a reader that
/// neither asks nor takes its answer holds up nobody for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A listener that lets in so many at once.
#[derive(Debug)]
pub struct ConnectionLimit {
    listener: TcpListener,
    places: Arc<Semaphore>,
    /// The oldest first.
    guests: VecDeque<Weak<Guest>>,
    clock: Arc<dyn Clock>,
}

/// Whoever is at the other end of a connection.
#[derive(Debug, Default)]
struct Guest {
    answered: AtomicBool,
    leave: Notify,
}

/// One connection.
pub struct LimitedStream {
    stream: TcpStream,
    guest: Arc<Guest>,
    clock: Arc<dyn Clock>,
    over: BoxFuture<'static, ()>,
    _place: OwnedSemaphorePermit,
}

impl ConnectionLimit {
    /// Opens a door where a listener is.
    pub fn new(listener: TcpListener, clock: Arc<dyn Clock>) -> ConnectionLimit {
        let places = Arc::new(Semaphore::new(N_LINES_MAX));
        ConnectionLimit { listener, places, guests: VecDeque::new(), clock }
    }

    async fn place(&mut self) -> OwnedSemaphorePermit {
        self.guests.retain(|guest| guest.strong_count() > 0);
        let places = Arc::clone(&self.places);
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            return place;
        }
        // Those who only hold a connection must not keep out a probe.
        let is_silent = |guest: &Weak<Guest>| {
            guest.upgrade().is_some_and(|guest| !guest.answered.load(Ordering::Acquire))
        };
        let silent = self.guests.iter().position(is_silent);
        let guest = silent.and_then(|at| self.guests.remove(at)?.upgrade());
        if let Some(guest) = guest {
            guest.leave.notify_one();
        }
        places.acquire_owned().await.expect("the semaphore is never closed")
    }
}

impl Listener for ConnectionLimit {
    type Io = LimitedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (LimitedStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let place = self.place().await;
        let (guest, clock) = (Arc::new(Guest::default()), Arc::clone(&self.clock));
        self.guests.push_back(Arc::downgrade(&guest));
        let over = patience(&clock, &guest);
        (LimitedStream { stream, guest, clock, over, _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn patience(clock: &Arc<dyn Clock>, guest: &Arc<Guest>) -> BoxFuture<'static, ()> {
    let (clock, guest) = (Arc::clone(clock), Arc::clone(guest));
    // It counts from now, not from when it is first asked.
    let end = clock.elapsed().saturating_add(PATIENCE);
    Box::pin(async move {
        tokio::select! {
            () = clock.sleep(end.saturating_sub(clock.elapsed())) => {}
            () = guest.leave.notified() => {}
        }
    })
}

impl LimitedStream {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.over.as_mut().poll(context) {
            Poll::Ready(()) => {
                // It is asked again by whoever ends the connection.
                self.over = patience(&self.clock, &self.guest);
                Err(io::ErrorKind::TimedOut.into())
            }
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for LimitedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(_)) = written {
            self.guest.answered.store(true, Ordering::Release);
            self.over = patience(&self.clock, &self.guest);
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
