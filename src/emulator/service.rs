//! The service without a socket: takes a request, returns how it ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use serde_json::{Map, Value as Json, json};

use super::action::ActionEffect;
use super::call_context::CallContext;
use super::faults::{Fault, FaultKind, FaultPlan};
use super::http::{
    AdmittedCall, ApiAnswer, ApiError, ApiRequest, CallEnding, SeenCall, SeenCalls, Throttle,
    request_auth,
};
use super::records::{MapView, Store};
use super::served;
use super::settings::{EmulatorError, EmulatorSettings};
use super::tasks::submit;
use crate::kinds::table;
use crate::support::Clock;

/// The embedded service without its HTTP layer; tests call it directly.
#[derive(Debug)]
pub struct Service {
    settings: EmulatorSettings,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    faults: FaultPlan,
    calls: SeenCalls,
}

#[derive(Debug)]
struct State {
    store: Store,
    throttle: Throttle,
    rng: Rng,
}

/// The outcome of an action: `Data` or the error.
type Made = Result<Json, ApiError>;

impl Service {
    /// Returns the service with the records of its data file.
    pub fn open(
        settings: EmulatorSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Service, EmulatorError> {
        let state = State {
            store: Store::open(settings.data.as_deref())?,
            throttle: Throttle::default(),
            rng: Rng::with_seed(settings.seed),
        };
        let state = Mutex::new(state);
        Ok(Service {
            settings,
            clock,
            state,
            faults: FaultPlan::default(),
            calls: SeenCalls::default(),
        })
    }

    /// Answers a request, after the configured latency.
    pub async fn answer(&self, request: &ApiRequest) -> CallEnding {
        if !self.settings.latency.is_zero() {
            self.clock.sleep(self.settings.latency).await;
        }
        self.answer_at_once(request)
    }

    /// Returns the faults still to come; more can be planned while it runs.
    pub fn faults(&self) -> &FaultPlan {
        &self.faults
    }

    /// Returns the received calls, oldest first: the last 10,000 and at most 64 MB.
    pub fn calls(&self) -> Vec<SeenCall> {
        self.calls.all()
    }

    /// Approves the submitted version of a task that waits, as a person in the console does, and
    /// returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the data file cannot be written.
    pub fn approve(&self, task: &str) -> std::io::Result<bool> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        submit::approve(&mut state.store, task)
    }

    fn answer_at_once(&self, request: &ApiRequest) -> CallEnding {
        let name = request.header("x-tc-action").unwrap_or_default();
        let fault = self.faults.strike(name);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let body = serde_json::from_slice(&request.body).unwrap_or(Json::Null);
        let result = match &fault {
            Some(fault) if fault.prevents() => None,
            Some(_) | None => Some(self.call(&mut state, request, &body, fault.as_ref())),
        };
        let code = result.as_ref().and_then(|result| result.as_ref().err()).map(|e| e.code);
        let call = SeenCall {
            action: name.to_owned(),
            body,
            code,
            fault: fault.as_ref().map(Fault::to_string),
        };
        self.calls.push(call, request.body.len());
        self.outcome(&mut state, name, fault, result)
    }

    fn call(
        &self,
        state: &mut MutexGuard<'_, State>,
        request: &ApiRequest,
        body: &Json,
        fault: Option<&Fault>,
    ) -> Made {
        let now = self.clock.now();
        let AdmittedCall { action, caller, region } =
            request_auth::admit(request, &self.settings.credentials, now)?;
        let name = request.header("x-tc-action").unwrap_or_default();
        if !state.throttle.admit(name, self.settings.rate, self.clock.elapsed()) {
            return Err(rate_limit(self.settings.rate));
        }
        let not_json = || ApiError::new("InvalidParameter", "The body is not a JSON object.");
        let body: &Map<String, Json> = body.as_object().ok_or_else(not_json)?;
        let stale =
            fault.is_some_and(|fault| fault.kind == FaultKind::StaleRead) && action.is_read();
        let State { store, rng, .. } = &mut **state;
        let mut desk = CallContext {
            table: table(action.kind),
            behaviour: &self.settings.behaviour,
            store,
            rng,
            now,
            caller,
            region: &region,
            view: if stale { MapView::Stale } else { MapView::Present },
        };
        desk.settle_jobs()?;
        (action.handler)(&mut desk, body)
    }

    /// Returns how a call ends that a fault may have hit.
    fn outcome(
        &self,
        state: &mut MutexGuard<'_, State>,
        name: &str,
        fault: Option<Fault>,
        result: Option<Made>,
    ) -> CallEnding {
        let now = self.clock.now();
        let id = uuid::Builder::from_random_bytes(state.rng.u128(..).to_be_bytes()).into_uuid();
        let answer = |result: &Made| ApiAnswer::of(result, &id.to_string(), now);
        let result = result.unwrap_or(Ok(Json::Null));
        let Some(fault) = fault else { return CallEnding::Answered(answer(&result)) };
        let answered = |answer| CallEnding::Answered(answer);
        match fault.kind {
            FaultKind::Drop => CallEnding::Dropped,
            FaultKind::Hang => CallEnding::Silent,
            FaultKind::CutOff => CallEnding::CutOff(answer(&result)),
            FaultKind::Status500 => answered(ApiAnswer::text(500, "Internal Server Error", now)),
            FaultKind::Status502 => answered(ApiAnswer::text(502, "<h1>502 Bad Gateway</h1>", now)),
            FaultKind::Garbage => answered(ApiAnswer::text(200, "<html>{\"Response\":", now)),
            FaultKind::InternalError => answered(answer(&Err(internal_error()))),
            FaultKind::RateLimit => answered(answer(&Err(rate_limit(self.settings.rate)))),
            FaultKind::StatusFalse => answered(answer(&result.map(|_| without_success(name)))),
            FaultKind::StaleRead => answered(answer(&result)),
        }
    }
}

fn internal_error() -> ApiError {
    ApiError::new("InternalError", "An internal error has occurred.")
}

fn rate_limit(rate: f64) -> ApiError {
    let message = format!("The request limit of {rate} per second is exceeded.");
    ApiError::new("RequestLimitExceeded", message)
}

/// Returns the response that reports a failure without an error: `Data.Status: false`.
fn without_success(name: &str) -> Json {
    match served::action(name).map(|action| action.effect) {
        Some(ActionEffect::Changes) => json!({"Status": false}),
        Some(ActionEffect::Makes | ActionEffect::Reads) | None => Json::Null,
    }
}
