//! The client's transport, straight into the embedded service.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taskloom::clock::{BoxFuture, Clock};
use taskloom::cloud::{Doubt, HttpRequest, HttpResponse, Obstacle, Transport, TransportError};
use taskloom::emulator::{Answer, Outcome, Request, Service};

const HOST: &str = "the embedded service";

/// A transport without a network.
#[derive(Debug)]
pub struct Wire {
    /// The service at its other end.
    pub service: Arc<Service>,
    /// For answers that never come.
    pub clock: Arc<dyn Clock>,
    /// Nothing gets through any more: the process is as good as dead.
    pub cut: AtomicBool,
    /// How many calls get through before the wire is cut; negative for ever.
    pub fuse: AtomicI64,
    /// A text in answers that a lying service shows otherwise.
    pub lie: Mutex<Option<(String, String)>>,
}

impl Wire {
    /// Returns an answer as the service tells it.
    fn told(&self, mut answer: Answer) -> Answer {
        if let Some((truth, lie)) = self.lie.lock().unwrap().as_ref() {
            let text = String::from_utf8_lossy(&answer.body).replace(truth, lie);
            answer.body = text.into_bytes();
        }
        answer
    }

    /// Tells whether a call gets through.
    fn is_up(&self) -> bool {
        if self.fuse.load(Ordering::SeqCst) == 0 {
            self.cut.store(true, Ordering::SeqCst);
        }
        self.fuse.fetch_sub(1, Ordering::SeqCst);
        !self.cut.load(Ordering::SeqCst)
    }
}

impl Transport for Wire {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if !self.is_up() {
                let obstacle = Obstacle::Unreachable { host: "a cut wire".to_owned() };
                return Err(TransportError::NotSent { obstacle, source: None });
            }
            let headers = request
                .headers
                .iter()
                .map(|header| (header.name.to_owned(), header.value.clone()))
                .collect();
            let (method, path) = ("POST".to_owned(), "/".to_owned());
            let request = Request { method, path, headers, body: request.body };
            match self.service.answer(&request).await {
                Outcome::Answered(answer) => Ok(response(self.told(answer))),
                Outcome::CutOff(_) => Err(doubtful(Doubt::Truncated { host: HOST.to_owned() })),
                Outcome::Dropped => Err(doubtful(Doubt::Broken { host: HOST.to_owned() })),
                Outcome::Silent => {
                    self.clock.sleep(Duration::from_secs(86_400)).await;
                    Err(doubtful(Doubt::Broken { host: HOST.to_owned() }))
                }
            }
        })
    }
}

fn response(answer: Answer) -> HttpResponse {
    let date = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
    let date = date.map(|(_, value)| value.clone());
    HttpResponse { status: answer.status, date, body: answer.body }
}

fn doubtful(doubt: Doubt) -> TransportError {
    TransportError::Doubtful { doubt, source: None }
}
