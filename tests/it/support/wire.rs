//! A transport of the client that calls the embedded service directly; it can be cut at any call.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taskloom::cloud::{
    AmbiguousFailure, ConnectError, HttpRequest, HttpResponse, Transport, TransportError,
};
use taskloom::emulator::{ApiAnswer, ApiRequest, CallEnding, FaultMoment, Service};
use taskloom::support::{BoxFuture, Clock};
use tokio::sync::Notify;

const HOST: &str = "the embedded service";

/// A transport without a network.
#[derive(Debug)]
pub struct Wire {
    /// The service at its other end.
    pub service: Arc<Service>,
    clock: Arc<dyn Clock>,
    /// The number of calls since the wire was created.
    n_calls: AtomicU64,
    /// At which call the process dies, and whether the service still carries it out.
    fate: Mutex<Option<(u64, FaultMoment)>>,
    dead: AtomicBool,
    died: Notify,
    /// Delays each request and each response by up to this many milliseconds, at random.
    lag: Mutex<Option<(fastrand::Rng, u64)>>,
    /// The number of requests in flight, and the maximum so far.
    in_flight: AtomicU64,
    most_in_flight: AtomicU64,
    /// The call whose response is held back until it is released.
    held: Mutex<Option<u64>>,
    holding: Notify,
    free: Notify,
    /// The call from which on nothing gets through; 0: everything does.
    cut_from: AtomicU64,
    /// A text in responses that a lying service replaces by another.
    pub lie: Mutex<Option<(String, String)>>,
}

impl Wire {
    /// Creates a wire.
    pub fn new(service: Arc<Service>, clock: Arc<dyn Clock>) -> Wire {
        Wire {
            service,
            clock,
            n_calls: AtomicU64::new(0),
            fate: Mutex::new(None),
            dead: AtomicBool::new(false),
            died: Notify::new(),
            lag: Mutex::new(None),
            in_flight: AtomicU64::new(0),
            most_in_flight: AtomicU64::new(0),
            held: Mutex::new(None),
            holding: Notify::new(),
            free: Notify::new(),
            cut_from: AtomicU64::new(0),
            lie: Mutex::new(None),
        }
    }

    /// Returns a response with the service's lie in it.
    fn told(&self, mut answer: ApiAnswer) -> ApiAnswer {
        if let Some((truth, lie)) = self.lie.lock().unwrap().as_ref() {
            let text = String::from_utf8_lossy(&answer.body).replace(truth, lie);
            answer.body = text.into_bytes();
        }
        answer
    }

    /// Returns the largest number of requests that were in flight at the same time.
    pub fn most_in_flight(&self) -> u64 {
        self.most_in_flight.load(Ordering::SeqCst)
    }

    /// Returns the number of calls.
    pub fn n_calls(&self) -> u64 {
        self.n_calls.load(Ordering::SeqCst)
    }

    /// Lets the process die at the n-th call from now, counted from 1.
    pub fn kill_at(&self, n: u64, effect: FaultMoment) {
        *self.fate.lock().unwrap() = Some((self.n_calls() + n, effect));
    }

    /// Holds back the response of the n-th call from now, counted from 1, until [`Wire::let_go`].
    pub fn hold_at(&self, n: u64) {
        *self.held.lock().unwrap() = Some(self.n_calls() + n);
    }

    /// Waits until that response is held.
    pub async fn holding(&self) {
        self.holding.notified().await;
    }

    /// Releases the held response.
    pub fn let_go(&self) {
        self.free.notify_one();
    }

    /// Lets nothing through from the n-th call from now on, counted from 1, until [`Wire::mend`].
    pub fn cut_at(&self, n: u64) {
        self.cut_from.store(self.n_calls() + n, Ordering::SeqCst);
    }

    /// Lets everything through again.
    pub fn mend(&self) {
        self.cut_from.store(0, Ordering::SeqCst);
    }

    /// Returns how a call fails while the wire is cut: each differently from the previous one.
    fn cut(&self) -> Option<Result<HttpResponse, TransportError>> {
        let cut_from = self.cut_from.load(Ordering::SeqCst);
        // The call has not been counted yet.
        let number = self.n_calls() + 1;
        if cut_from == 0 || number < cut_from {
            return None;
        }
        self.n_calls.fetch_add(1, Ordering::SeqCst);
        Some(match number % 3 {
            0 => Err(TransportError::NotSent {
                obstacle: ConnectError::Unreachable { host: HOST.to_owned() },
                source: None,
            }),
            1 => Err(doubtful(AmbiguousFailure::Broken { host: HOST.to_owned() })),
            _ => {
                let body = b"<html>Bad Gateway</html>".to_vec();
                Ok(HttpResponse { status: 502, date: None, body })
            }
        })
    }

    /// Restores the wire for a new process.
    pub fn revive(&self) {
        *self.fate.lock().unwrap() = None;
        self.dead.store(false, Ordering::SeqCst);
    }

    /// Delays requests and responses from now on.
    pub fn lag(&self, rng: fastrand::Rng, millis_max: u64) {
        *self.lag.lock().unwrap() = (millis_max > 0).then_some((rng, millis_max));
    }

    /// Waits until the process is dead.
    pub async fn death(&self) {
        loop {
            let died = self.died.notified();
            if self.dead.load(Ordering::SeqCst) {
                return;
            }
            died.await;
        }
    }

    async fn delay(&self) {
        let wait = match self.lag.lock().unwrap().as_mut() {
            Some((rng, max)) => rng.u64(0..=*max),
            None => return,
        };
        self.clock.sleep(Duration::from_millis(wait)).await;
    }

    async fn die(&self) -> ! {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
        std::future::pending().await
    }

    async fn carry(&self, request: &ApiRequest) -> CallEnding {
        let number = self.n_calls.fetch_add(1, Ordering::SeqCst) + 1;
        let fate = *self.fate.lock().unwrap();
        let mine = fate.filter(|(n, _)| *n == number).map(|(_, effect)| effect);
        if self.dead.load(Ordering::SeqCst) || mine == Some(FaultMoment::Before) {
            self.die().await;
        }
        let outcome = self.service.answer(request).await;
        let is_held = self.held.lock().unwrap().take_if(|held| *held == number).is_some();
        if is_held {
            self.holding.notify_one();
            self.free.notified().await;
        }
        if mine == Some(FaultMoment::After) {
            self.die().await;
        }
        outcome
    }
}

impl Transport for Wire {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let headers = request
                .headers
                .iter()
                .map(|header| (header.name.to_owned(), header.value.clone()))
                .collect();
            let (method, path) = ("POST".to_owned(), "/".to_owned());
            let request = ApiRequest { method, path, headers, body: request.body.to_vec() };
            let _flight = Flight::new(self);
            self.delay().await;
            if let Some(failure) = self.cut() {
                return failure;
            }
            let outcome = self.carry(&request).await;
            self.delay().await;
            match outcome {
                CallEnding::Answered(answer) => Ok(response(self.told(answer))),
                CallEnding::CutOff(_) => {
                    Err(doubtful(AmbiguousFailure::Truncated { host: HOST.to_owned() }))
                }
                CallEnding::Dropped => {
                    Err(doubtful(AmbiguousFailure::Broken { host: HOST.to_owned() }))
                }
                CallEnding::Silent => {
                    self.clock.sleep(Duration::from_secs(86_400)).await;
                    Err(doubtful(AmbiguousFailure::Broken { host: HOST.to_owned() }))
                }
            }
        })
    }
}

/// A request in flight.
struct Flight<'a>(&'a Wire);

impl<'a> Flight<'a> {
    fn new(wire: &'a Wire) -> Self {
        let n = wire.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        wire.most_in_flight.fetch_max(n, Ordering::SeqCst);
        Flight(wire)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

fn response(answer: ApiAnswer) -> HttpResponse {
    let date = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
    let date = date.map(|(_, value)| value.clone());
    HttpResponse { status: answer.status, date, body: answer.body }
}

fn doubtful(doubt: AmbiguousFailure) -> TransportError {
    TransportError::Doubtful { doubt, source: None }
}
