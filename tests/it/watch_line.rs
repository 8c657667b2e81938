//! The limits of the status page: how many connections at once, and for how long. Time is moved by
//! hand.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use taskloom::support::Clock;
use taskloom::watch::{DaemonInfo, ListenReach, StatusServer, StatusStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::HandClock;

/// The largest number of connections at once.
const N_LINES: usize = 64;

/// How long a connection without a response lives.
const MINUTE: Duration = Duration::from_secs(60);

/// A client.
struct Reader(TcpStream);

impl Reader {
    async fn connect(address: SocketAddr) -> Reader {
        Reader(TcpStream::connect(address).await.unwrap())
    }

    async fn send(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// Reads the response of `/healthz`.
    async fn is_answered(&mut self) {
        let mut text = String::new();
        while !text.ends_with("ok\n") {
            let mut bytes = [0; 1024];
            let n = self.0.read(&mut bytes).await.unwrap();
            assert_ne!(n, 0, "it ended after {text:?}");
            text.push_str(std::str::from_utf8(&bytes[..n]).unwrap());
        }
    }

    async fn ask(&mut self) {
        self.send("/healthz").await;
        self.is_answered().await;
    }

    /// Reads until the server closes the connection; returns the number of bytes.
    async fn rest(&mut self) -> usize {
        let mut bytes = Vec::new();
        // A client that still had something to send gets an error.
        let _ = self.0.read_to_end(&mut bytes).await;
        bytes.len()
    }

    /// Returns whether there is nothing to read, not even an end.
    fn is_silent(&self) -> bool {
        self.0.try_read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

async fn serve() -> (StatusServer, Arc<HandClock>) {
    let clock = Arc::new(HandClock::new());
    let about = DaemonInfo {
        target: "test".to_owned(),
        project_id: "1".to_owned(),
        endpoint: "embedded".to_owned(),
        interval: Duration::from_secs(300),
    };
    let board = StatusStore::new(about, Arc::clone(&clock) as Arc<dyn Clock>);
    let any = "127.0.0.1:0".parse().unwrap();
    (StatusServer::start(any, ListenReach::Loopback, board).await.unwrap(), clock)
}

/// Opens as many connections as allowed, each of which was answered once.
async fn full(server: &StatusServer) -> Vec<Reader> {
    let mut inside = Vec::new();
    for _ in 0..N_LINES {
        let mut reader = Reader::connect(server.address()).await;
        reader.ask().await;
        inside.push(reader);
    }
    inside
}

#[tokio::test]
async fn one_more_than_there_are_places_waits_until_somebody_leaves() {
    let (server, _clock) = serve().await;
    let mut inside = full(&server).await;
    let mut late = Reader::connect(server.address()).await;
    late.send("/healthz").await;
    for reader in &mut inside {
        reader.ask().await;
    }
    assert!(late.is_silent());
    inside.pop();
    late.is_answered().await;
}

#[tokio::test]
async fn those_who_only_hold_a_connection_keep_out_nobody() {
    let (server, _clock) = serve().await;
    let mut answered = Reader::connect(server.address()).await;
    answered.ask().await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(Reader::connect(server.address()).await);
    }
    // No time has to pass for this.
    for _ in 0..2 {
        let mut probe = Reader::connect(server.address()).await;
        probe.ask().await;
    }
    // The oldest connection was closed, and none that was answered.
    assert_eq!(silent[0].rest().await, 0);
    assert!(silent.last().unwrap().is_silent());
    answered.ask().await;
}

#[tokio::test]
async fn who_neither_asks_nor_leaves_loses_the_place_after_a_minute() {
    let (server, clock) = serve().await;
    let mut inside = full(&server).await;
    let mut late = Reader::connect(server.address()).await;
    late.send("/healthz").await;
    clock.advance(MINUTE - Duration::from_secs(1));
    // A response extends the time by a minute.
    let mut busy = inside.pop().unwrap();
    busy.ask().await;
    assert!(inside.iter().all(Reader::is_silent));
    clock.advance(Duration::from_secs(1));
    for reader in &mut inside {
        assert_eq!(reader.rest().await, 0);
    }
    late.is_answered().await;
    busy.ask().await;
}

#[tokio::test]
async fn a_request_that_trickles_in_is_given_up() {
    let (server, clock) = serve().await;
    let mut reader = Reader::connect(server.address()).await;
    reader.ask().await;
    let began = clock.elapsed();
    let mut n_bytes = 0;
    while reader.is_silent() && n_bytes < 10_000 {
        let _ = reader.0.write_all(b"G").await;
        n_bytes += 1;
        clock.advance(Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
    assert_eq!(reader.rest().await, 0);
    assert!(clock.elapsed() - began >= MINUTE);
}

#[tokio::test]
async fn a_reader_that_does_not_take_its_answers_is_given_up() {
    let (server, clock) = serve().await;
    let mut reader = Reader::connect(server.address()).await;
    reader.send("/").await;
    let mut page = [0; 1024];
    reader.0.read_exact(&mut page).await.unwrap();
    let head = std::str::from_utf8(&page).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    // Far more than fits into the buffers of both sides.
    let n_pages = 64_000_000 / length;
    for _ in 0..n_pages {
        reader.send("/").await;
    }
    for _ in 0..1000 {
        clock.advance(MINUTE);
        tokio::task::yield_now().await;
    }
    assert!(reader.rest().await < n_pages * length);
}

#[tokio::test]
async fn who_asks_nothing_does_not_hold_up_the_end() {
    let (server, clock) = serve().await;
    let mut reader = Reader::connect(server.address()).await;
    reader.ask().await;
    // The rest of it never comes.
    reader.0.write_all(b"GET / HT").await.unwrap();
    tokio::join!(server.stop(), async { clock.advance(Duration::from_secs(2)) });
}
