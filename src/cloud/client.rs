//! A call becomes a reply: paced, signed, sent, read, and sent again where that does no harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::clock::Clock;
use crate::model::{Call, Reply};

use super::answer;
use super::attempts::Attempts;
use super::credentials::Credentials;
use super::error::CallError;
use super::pace::{Pacer, Turn};
use super::request::signed;
use super::retry::{RetryClass, is_repeatable};
use super::settings::ClientSettings;
use super::transport::{Doubt, HttpRequest, HttpResponse, Transport, TransportError};

/// A clock that is off by less is not why a signature was refused; the service allows 5 minutes.
const SKEW_LEAST: i64 = 60;

/// The service, as the rest of the program sees it.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    credentials: Credentials,
    pacer: Pacer,
    /// Seconds by which the service's clock is ahead of ours, as far as that mattered.
    skew: AtomicI64,
}

/// An attempt that failed, with what its answer tells about the time.
struct Failure {
    error: CallError,
    /// X-TC-Timestamp less our clock.
    skew: i64,
    server_time: Option<Timestamp>,
}

impl Client {
    /// Makes a client.
    pub fn new(
        settings: ClientSettings,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        credentials: Credentials,
    ) -> Self {
        let pacer = Pacer::new(settings.rate, Arc::clone(&clock));
        Client { settings, transport, clock, credentials, pacer, skew: AtomicI64::new(0) }
    }

    /// Makes a call.
    ///
    /// It is sent again when it surely was not carried out, and when carrying it out twice does
    /// no harm; a create or submit whose outcome is unknown is the caller's to look into.
    ///
    /// # Errors
    /// The last attempt's error.
    pub async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        let action = call.action;
        let body = call.body.to_string().into_bytes();
        let mut turn = self.pacer.turn(action).await;
        let mut attempts = Attempts::new(&self.settings, self.clock.elapsed());
        let mut clock_corrected = false;
        loop {
            let failure = match self.attempt(action, body.clone(), turn).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            // The service's rate is shared with others: being refused for it is no failure of ours.
            if !failure.error.is_rate_limit() {
                attempts.spend();
            }
            let again = match failure.error.retry_class() {
                RetryClass::AtOnce => true,
                RetryClass::AfterLookup => is_repeatable(action),
                RetryClass::AfterClock => {
                    !std::mem::replace(&mut clock_corrected, true) && self.correct_clock(&failure)
                }
                RetryClass::AfterCredentials | RetryClass::Never => false,
            };
            let pause = attempts.pause(self.clock.elapsed()).filter(|_| again);
            let Some(pause) = pause else { return Err(failure.error) };
            tracing::debug!(action, ?pause, "trying again");
            self.clock.sleep(pause).await;
            turn = self.pacer.turn(action).await;
        }
    }

    async fn attempt(
        &self,
        action: &'static str,
        body: Vec<u8>,
        turn: Turn,
    ) -> Result<Reply, Failure> {
        let skew = self.skew.load(Ordering::Relaxed);
        let timestamp = self.clock.now().as_second() + skew;
        let request = signed(&self.settings, &self.credentials, action, body, timestamp);
        let started = self.clock.elapsed();
        let sent = self.send(request).await;
        let took = self.clock.elapsed() - started;
        let answer = match sent {
            Ok(answer) => answer,
            Err(source) => {
                tracing::debug!(action, ?took, error = %source, "no answer");
                let error = CallError::Transport { action, source };
                return Err(Failure { error, skew, server_time: None });
            }
        };
        let read = answer::read(action, &answer);
        let request_id = match &read {
            Ok(reply) => Some(reply.request_id.as_str()),
            Err(error) => error.request_id(),
        };
        let code = read.as_ref().err().and_then(CallError::code);
        tracing::debug!(action, status = answer.status, code, request_id, ?took, "answered");
        if read.as_ref().is_err_and(CallError::is_rate_limit) {
            self.pacer.slow_down(action, turn);
        } else {
            self.pacer.recover(action);
        }
        read.map_err(|error| Failure { error, skew, server_time: server_time(&answer) })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let after = self.settings.timeout;
        tokio::select! {
            biased;
            answer = self.transport.send(request) => answer,
            () = self.clock.sleep(after) => {
                let doubt = Doubt::Timeout { after };
                Err(TransportError::Doubtful { doubt, source: None })
            }
        }
    }

    /// Signs from now on with the service's time, if ours explains why it refused a signature.
    fn correct_clock(&self, failure: &Failure) -> bool {
        let Some(server_time) = failure.server_time else { return false };
        let skew = server_time.as_second() - self.clock.now().as_second();
        if (skew - failure.skew).abs() < SKEW_LEAST {
            return false;
        }
        let before = self.skew.swap(skew, Ordering::Relaxed);
        // Calls that were under way together find out one after another; one tells it.
        if (skew - before).abs() >= SKEW_LEAST {
            tracing::warn!(
                seconds = -skew,
                "this machine's clock is ahead of the service's (behind, if negative): requests \
                 are signed with the service's time"
            );
        }
        true
    }
}

/// Returns the server's clock by its Date header.
fn server_time(answer: &HttpResponse) -> Option<Timestamp> {
    let date = rfc2822::parse(answer.date.as_deref()?).ok()?;
    Some(date.timestamp())
}
