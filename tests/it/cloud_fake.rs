//! A transport that follows a script, and a clock whose time of day can be wrong.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use taskloom::cloud::{
    AmbiguousFailure, Client, ClientSettings, ConnectError, Credentials, HttpRequest, HttpResponse,
    Transport, TransportError,
};
use taskloom::model::{Call, Repeat};
use taskloom::support::{BoxFuture, Clock, SystemClock};

/// One answer of the script.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Status, Date and body.
    Http(u16, Option<&'static str>, String),
    /// The connection is refused.
    Refused,
    /// The connection breaks after the request.
    Broken,
    /// No response ever comes.
    Hang,
}

/// A successful response with `Data: {}`.
pub fn ok() -> Answer {
    body(r#"{"Response":{"Data":{},"RequestId":"req-ok"}}"#)
}

/// A response with status 200.
pub fn body(body: &str) -> Answer {
    Answer::Http(200, None, body.to_owned())
}

/// The response of the service for an error.
pub fn error(code: &str) -> Answer {
    body(&format!(
        r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"no"}},"RequestId":"req-{code}"}}}}"#
    ))
}

/// Responds in order, repeating the last step forever, and records what was sent and when.
#[derive(Debug)]
pub struct FakeTransport {
    clock: Arc<dyn Clock>,
    script: Mutex<VecDeque<Answer>>,
    sent: Mutex<Vec<(Duration, HttpRequest)>>,
}

impl FakeTransport {
    /// Creates a transport from a script.
    pub fn of(clock: Arc<dyn Clock>, script: &[Answer]) -> Arc<FakeTransport> {
        let script = Mutex::new(script.iter().cloned().collect());
        Arc::new(FakeTransport { clock, script, sent: Mutex::default() })
    }

    /// Returns the requests that were sent.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.sent
            .lock()
            .expect("no test panicked")
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// Returns when each request was sent.
    pub fn moments(&self) -> Vec<Duration> {
        self.sent.lock().expect("no test panicked").iter().map(|(moment, _)| *moment).collect()
    }
}

impl Transport for FakeTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.sent.lock().expect("no test panicked").push((self.clock.elapsed(), request));
        let mut script = self.script.lock().expect("no test panicked");
        let next = script.front().cloned().expect("a script has at least one answer");
        if script.len() > 1 {
            script.pop_front();
        }
        Box::pin(async move {
            // No response comes immediately: other requests may be sent before it.
            tokio::task::yield_now().await;
            match next {
                Answer::Http(status, date, body) => {
                    let date = date.map(str::to_owned);
                    Ok(HttpResponse { status, date, body: body.into_bytes() })
                }
                Answer::Refused => {
                    let obstacle = ConnectError::Unreachable { host: "fake:443".to_owned() };
                    Err(TransportError::NotSent { obstacle, source: None })
                }
                Answer::Broken => {
                    let doubt = AmbiguousFailure::Broken { host: "fake:443".to_owned() };
                    Err(TransportError::Doubtful { doubt, source: None })
                }
                Answer::Hang => std::future::pending().await,
            }
        })
    }
}

/// Tokio's time, with a time of day that the test sets.
#[derive(Debug)]
pub struct TestClock {
    start: Timestamp,
    system: SystemClock,
}

impl TestClock {
    /// Creates a clock that shows this time now.
    pub fn at(start: &str) -> Arc<TestClock> {
        let start = start.parse().expect("a time");
        Arc::new(TestClock { start, system: SystemClock::new() })
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.start + jiff::SignedDuration::try_from(self.elapsed()).expect("a short test")
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.system.sleep(duration)
    }
}

/// A client with its fake transport and clock.
pub struct Stage {
    pub client: Arc<Client>,
    pub transport: Arc<FakeTransport>,
}

/// Creates a client for a script; settings can be changed.
pub fn stage(script: &[Answer], change: impl FnOnce(&mut ClientSettings)) -> Stage {
    let credentials = Credentials::new("the test", "AKIDtest", "hush-key", Some("hush-token"))
        .expect("good credentials");
    stage_of(credentials, script, change)
}

/// Creates a client with the given credentials.
pub fn stage_of(
    credentials: Credentials,
    script: &[Answer],
    change: impl FnOnce(&mut ClientSettings),
) -> Stage {
    let clock = TestClock::at("2026-01-06T10:00:00Z");
    let transport = FakeTransport::of(clock.clone(), script);
    let mut settings = ClientSettings::new("ap-guangzhou");
    change(&mut settings);
    let outside = Arc::clone(&transport) as Arc<dyn Transport>;
    Stage { client: Arc::new(Client::new(settings, outside, clock, credentials)), transport }
}

/// Returns a call of an action; like the real ones, creates and submits may not be repeated.
pub fn call_of(action: &'static str, body: serde_json::Value) -> Call {
    let repeat = match action {
        _ if action.starts_with("Get") || action.starts_with("List") => Repeat::Read,
        _ if action.starts_with("Create") || action.starts_with("Submit") => Repeat::No,
        _ => Repeat::Idempotent,
    };
    Call::new(action, &body, repeat)
}
