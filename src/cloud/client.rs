//! Makes calls: rate limit, signature, request, answer, and a retry where that does no harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::model::{Call, Repeat, Reply};
use crate::support::{Clock, StopCause, StopSignal};

use super::answer;
use super::attempts::Attempts;
use super::call_metrics::CallMetrics;
use super::credentials::{CredentialCache, Credentials};
use super::error::CallError;
use super::rate_limit::{Permit, RateLimit};
use super::request::signed;
use super::retry::RetryClass;
use super::settings::ClientSettings;
use super::transport::{HttpResponse, Transport, send_within};

/// Seconds. A clock that is off by less is not why a signature was refused: the service allows 5
/// minutes.
const SKEW_LEAST: i64 = 60;

/// A client of the service. Clones share rate limit, clock and credentials.
#[derive(Clone, Debug)]
pub struct Client {
    settings: ClientSettings,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    keyring: Arc<CredentialCache>,
    pacer: Arc<RateLimit>,
    meter: Arc<CallMetrics>,
    /// Seconds by which the service's clock is ahead of this machine's; only measured after a
    /// signature was refused.
    skew: Arc<AtomicI64>,
    stop: StopSignal,
    /// How long after the stop a read may still wait for the rate limit.
    grace: Duration,
}

/// An attempt that failed, with the time that its answer shows.
struct AttemptFailure {
    error: CallError,
    /// X-TC-Timestamp minus this machine's clock, in seconds.
    skew: i64,
    /// The keys that it was signed with.
    keys: Arc<Credentials>,
    server_time: Option<Timestamp>,
}

/// What was corrected for one call, each at most once.
#[derive(Default)]
struct Mended {
    clock: Once,
    keys: Once,
}

#[derive(Default)]
struct Once(bool);

impl Once {
    /// Returns whether this is the first time.
    fn is_first(&mut self) -> bool {
        !std::mem::replace(&mut self.0, true)
    }
}

impl Client {
    /// Creates a client.
    pub fn new(
        settings: ClientSettings,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        credentials: Credentials,
    ) -> Self {
        let pacer = Arc::new(RateLimit::new(settings.rate, Arc::clone(&clock)));
        let keyring = Arc::new(CredentialCache::new(credentials));
        let (skew, stop) = (Arc::default(), StopSignal::at(None, Arc::clone(&clock)));
        let (meter, grace) = (Arc::default(), Duration::ZERO);
        Client { settings, transport, clock, keyring, pacer, meter, skew, stop, grace }
    }

    /// Returns the same client, with its calls counted by a meter.
    pub fn metered(&self, meter: Arc<CallMetrics>) -> Client {
        Client { meter, ..self.clone() }
    }

    /// Returns the same client for a run that may be stopped. After the stop no new request is sent
    /// and none is repeated; requests in flight still wait for their answers.
    pub fn stopping(&self, stop: StopSignal) -> Client {
        Client { stop, ..self.clone() }
    }

    /// Returns the same client for reads that complete a write that was already sent: after a stop,
    /// a read may still wait this long for the rate limit.
    pub fn lingering(&self, grace: Duration) -> Client {
        Client { grace, ..self.clone() }
    }

    /// Makes a call.
    ///
    /// The request is repeated when it was certainly not carried out, or when the call says that
    /// carrying it out twice does no harm. Otherwise the caller has to look up an unknown outcome.
    ///
    /// # Errors
    /// The last attempt's error; [`CallError::Stopped`] when a stop came before the first.
    pub async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        // Error level, so that the span exists at every log level and warnings show their call.
        let span =
            tracing::error_span!("call", action = call.action, attempt = Empty, request_id = Empty);
        let result = self.call_in(&span, call).instrument(span.clone()).await;
        let request_id = match &result {
            Ok(reply) => reply.request_id.as_ref(),
            Err(error) => error.request_id(),
        };
        if let Some(request_id) = request_id {
            span.record("request_id", &*request_id.0);
        }
        result
    }

    async fn call_in(&self, span: &Span, call: &Call) -> Result<Reply, CallError> {
        let action = call.action;
        let grace = if call.repeat == Repeat::Read { self.grace } else { Duration::ZERO };
        let turn = self.turn(action, grace).await;
        let mut turn = turn.map_err(|source| CallError::Stopped { action, source })?;
        let mut attempts = Attempts::new(&self.settings, self.clock.elapsed());
        let mut mended = Mended::default();
        let mut n_attempts = 0_u64;
        loop {
            n_attempts += 1;
            span.record("attempt", n_attempts);
            let answer = self.attempt(call, turn).await;
            self.meter.call(action, answer.as_ref().err().map(|failure| &failure.error));
            let failure = match answer {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            // The service's rate limit is shared with other clients: such a refusal does not count.
            if !failure.error.is_rate_limit() {
                attempts.spend();
            }
            let again = self.may_repeat(call.repeat, &failure, &mut mended).await;
            let pause = attempts.pause(self.clock.elapsed()).filter(|_| again);
            let Some(pause) = pause else { return Err(failure.error) };
            tracing::debug!(action, ?pause, "trying again");
            if self.stop.sleep(pause).await.is_err() {
                return Err(failure.error);
            }
            turn = match self.turn(action, Duration::ZERO).await {
                Ok(turn) => turn,
                Err(_) => return Err(failure.error),
            };
        }
    }

    /// Does what must happen before the call is repeated; returns whether it may be repeated.
    async fn may_repeat(
        &self,
        repeat: Repeat,
        failure: &AttemptFailure,
        mended: &mut Mended,
    ) -> bool {
        match failure.error.retry_class() {
            RetryClass::AtOnce => true,
            RetryClass::AfterLookup => repeat.is_safe(),
            RetryClass::AfterClock => {
                // WeData's own error table uses this code for an expired login, too.
                let is_clock = mended.clock.is_first() && self.correct_clock(failure);
                is_clock || (mended.keys.is_first() && self.renew(failure).await)
            }
            RetryClass::AfterCredentials => mended.keys.is_first() && self.renew(failure).await,
            RetryClass::Never => false,
        }
    }

    /// Waits until the rate limit admits a call; after a stop, for at most `grace`.
    async fn turn(&self, action: &'static str, grace: Duration) -> Result<Permit, StopCause> {
        let stopped = async {
            let cause = self.stop.comes().await;
            if !grace.is_zero() {
                self.clock.sleep(grace).await;
            }
            cause
        };
        let began = self.clock.elapsed();
        let turn = tokio::select! {
            biased;
            cause = stopped => Err(cause),
            turn = self.pacer.turn(action) => Ok(turn),
        };
        self.meter.wait(self.clock.elapsed().saturating_sub(began));
        turn
    }

    async fn attempt(&self, call: &Call, turn: Permit) -> Result<Reply, AttemptFailure> {
        let action = call.action;
        let skew = self.skew.load(Ordering::Relaxed);
        let timestamp = self.clock.now().as_second() + skew;
        let keys = self.keyring.current(self.clock.as_ref()).await;
        let request = signed(&self.settings, &keys, call, timestamp);
        let started = self.clock.elapsed();
        let within = self.settings.timeout;
        let sent = send_within(within, &*self.transport, &*self.clock, request).await;
        let took = self.clock.elapsed() - started;
        let answer = match sent {
            Ok(answer) => answer,
            Err(source) => {
                tracing::debug!(action, ?took, error = %source, "no answer");
                let error = CallError::Transport { action, source };
                return Err(AttemptFailure { error, skew, keys, server_time: None });
            }
        };
        let read = answer::read(action, &answer);
        let request_id = match &read {
            Ok(reply) => reply.request_id.as_ref(),
            Err(error) => error.request_id(),
        };
        let request_id = request_id.map(|request_id| request_id.0.as_str());
        let code = read.as_ref().err().and_then(CallError::code);
        let status = answer.status;
        match call.repeat {
            Repeat::Read => tracing::debug!(action, status, code, request_id, ?took, "answered"),
            Repeat::No | Repeat::Idempotent => {
                tracing::info!(action, status, code, request_id, ?took, "answered");
            }
        }
        if read.as_ref().is_err_and(CallError::is_rate_limit) {
            self.pacer.slow_down(action, turn);
        } else {
            self.pacer.recover(action);
        }
        read.map_err(|error| AttemptFailure {
            error,
            skew,
            keys,
            server_time: server_time(&answer),
        })
    }

    /// Switches to fresh keys, if there are any.
    async fn renew(&self, failure: &AttemptFailure) -> bool {
        self.keyring.renew(&failure.keys, self.clock.as_ref()).await
    }

    /// Switches to the service's time, if this machine's clock explains the refused signature.
    fn correct_clock(&self, failure: &AttemptFailure) -> bool {
        let Some(server_time) = failure.server_time else { return false };
        let skew = server_time.as_second() - self.clock.now().as_second();
        if (skew - failure.skew).abs() < SKEW_LEAST {
            return false;
        }
        let before = self.skew.swap(skew, Ordering::Relaxed);
        // Calls in flight at the same time all notice it; only the first one logs it.
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

/// Returns the server's time from its Date header.
fn server_time(answer: &HttpResponse) -> Option<Timestamp> {
    let date = rfc2822::parse(answer.date.as_deref()?).ok()?;
    Some(date.timestamp())
}
