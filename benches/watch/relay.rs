//! A relay of bytes that notes when a request begins.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

/// Forwards bytes between a program and a service.
#[derive(Clone, Debug)]
pub struct Relay {
    port: u16,
    first: Arc<Mutex<Option<Instant>>>,
}

impl Relay {
    /// Starts to forward bytes to an address.
    pub fn start(address: &str) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let relay = Relay { port, first: Arc::default() };
        let (ears, address) = (relay.clone(), address.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let service = TcpStream::connect(&address).expect("the service is there");
                let (up, down) = (client.try_clone(), service.try_clone());
                let (up, down) = (up.expect("a copy"), down.expect("a copy"));
                let ears = ears.clone();
                thread::spawn(move || pass(up, service, || ears.note()));
                thread::spawn(move || pass(down, client, || {}));
            }
        });
        relay
    }

    /// Returns its own address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Clears the noted request.
    pub fn arm(&self) {
        *self.first.lock().expect("no thread panics") = None;
    }

    /// Returns when the first request since then began.
    pub fn first(&self) -> Option<Instant> {
        *self.first.lock().expect("no thread panics")
    }

    fn note(&self) {
        self.first.lock().expect("no thread panics").get_or_insert_with(Instant::now);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut heard: impl FnMut()) {
    let _ = to.set_nodelay(true);
    let mut buffer = vec![0; 1 << 16];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        heard();
        if to.write_all(buffer.get(..n).unwrap_or_default()).is_err() {
            return;
        }
    }
}
