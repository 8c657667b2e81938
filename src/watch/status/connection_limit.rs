//! Limits connections: their number, and how long one may stay without an answer.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::support::{BoxFuture, Clock, GuardedStream, StreamGuard};

/// The most connections at a time; one more replaces the oldest that was not answered yet, or
/// waits until another one ends.
const N_STREAMS_MAX: usize = 64;

/// How long a connection may live after the last byte that was written to it, so that a client
/// that neither sends a request nor reads its answer cannot keep its slot indefinitely.
const PATIENCE: Duration = Duration::from_secs(60);

/// A listener that accepts a limited number of connections at a time.
#[derive(Debug)]
pub struct ConnectionLimit {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    /// The oldest first.
    peers: VecDeque<Weak<Peer>>,
    clock: Arc<dyn Clock>,
}

/// The client at the other end of a connection.
#[derive(Debug, Default)]
struct Peer {
    answered: AtomicBool,
    leave: Notify,
}

/// The permit of one connection, and how long it may still live.
pub struct ConnectionLease {
    peer: Arc<Peer>,
    clock: Arc<dyn Clock>,
    over: BoxFuture<'static, ()>,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionLimit {
    /// Limits the connections of a listener.
    pub fn new(listener: TcpListener, clock: Arc<dyn Clock>) -> ConnectionLimit {
        let permits = Arc::new(Semaphore::new(N_STREAMS_MAX));
        ConnectionLimit { listener, permits, peers: VecDeque::new(), clock }
    }

    async fn permit(&mut self) -> OwnedSemaphorePermit {
        self.peers.retain(|peer| peer.strong_count() > 0);
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return permit;
        }
        // Clients that only hold a connection must not keep out a probe.
        let is_silent = |peer: &Weak<Peer>| {
            peer.upgrade().is_some_and(|peer| !peer.answered.load(Ordering::Acquire))
        };
        let silent = self.peers.iter().position(is_silent);
        let peer = silent.and_then(|at| self.peers.remove(at)?.upgrade());
        if let Some(peer) = peer {
            peer.leave.notify_one();
        }
        permits.acquire_owned().await.expect("the semaphore is never closed")
    }
}

impl Listener for ConnectionLimit {
    type Io = GuardedStream<ConnectionLease>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (GuardedStream<ConnectionLease>, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let permit = self.permit().await;
        let (peer, clock) = (Arc::new(Peer::default()), Arc::clone(&self.clock));
        self.peers.push_back(Arc::downgrade(&peer));
        let over = patience(&clock, &peer);
        let lease = ConnectionLease { peer, clock, over, _permit: permit };
        (GuardedStream::new(stream, lease), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn patience(clock: &Arc<dyn Clock>, peer: &Arc<Peer>) -> BoxFuture<'static, ()> {
    let (clock, peer) = (Arc::clone(clock), Arc::clone(peer));
    // The time counts from now, not from the first poll.
    let end = clock.elapsed().saturating_add(PATIENCE);
    Box::pin(async move {
        tokio::select! {
            () = clock.sleep(end.saturating_sub(clock.elapsed())) => {}
            () = peer.leave.notified() => {}
        }
    })
}

impl ConnectionLease {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.over.as_mut().poll(context) {
            Poll::Ready(()) => {
                // The code that ends the connection polls it again.
                self.over = patience(&self.clock, &self.peer);
                Err(io::ErrorKind::TimedOut.into())
            }
            Poll::Pending => Ok(()),
        }
    }
}

impl StreamGuard for ConnectionLease {
    fn before_read(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.check(context)
    }

    fn allowed(&mut self, bytes: &[u8], context: &mut Context<'_>) -> io::Result<usize> {
        self.check(context).map(|()| bytes.len())
    }

    fn wrote(&mut self, _n_bytes: usize, context: &mut Context<'_>) {
        self.peer.answered.store(true, Ordering::Release);
        self.over = patience(&self.clock, &self.peer);
        // This wakes the task of the connection, whatever else it waits for.
        let _pending = self.over.as_mut().poll(context);
    }
}
