//! The HTTP server: passes real requests over loopback to the service and returns its responses.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::super::faults::FaultPlan;
use super::super::service::Service;
use super::super::settings::{EmulatorError, EmulatorSettings};
use super::faulty_listener::{Cutter, FaultyListener};
use super::message::{ApiAnswer, ApiRequest, CallEnding};
use super::request_auth::N_BODY_MAX;
use super::seen_calls::SeenCall;
use crate::support::Clock;

/// Up to this many bytes of a body are read, so that one that is too large can be refused properly.
const N_READ_MAX: usize = 4 * N_BODY_MAX;

/// The running embedded service.
#[derive(Debug)]
pub struct Emulator {
    service: Arc<Service>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// When the address is not on loopback or is in use, or the data file cannot be used.
    pub async fn start(
        settings: EmulatorSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Emulator, EmulatorError> {
        let wanted = settings.listen;
        if !wanted.ip().is_loopback() {
            return Err(EmulatorError::NotLoopback { address: wanted });
        }
        let service = Arc::new(Service::open(settings, clock)?);
        let failed = |source| EmulatorError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let reception = Reception { service: Arc::clone(&service), stopped };
        let serving = tokio::spawn(serve(FaultyListener { listener }, reception));
        Ok(Emulator { service, address, stop, serving })
    }

    /// Returns the address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the faults still to come; more can be planned while it runs.
    pub fn faults(&self) -> &FaultPlan {
        self.service.faults()
    }

    /// Returns the received calls, oldest first: the last 10,000 and at most 64 MB.
    pub fn calls(&self) -> Vec<SeenCall> {
        self.service.calls()
    }

    /// Stops listening and waits for the calls in flight; those without a response are dropped.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.serving.await {
            tracing::warn!(%error, "the emulator ended with an error");
        }
    }
}

/// What each connection needs.
#[derive(Clone)]
struct Reception {
    service: Arc<Service>,
    stopped: watch::Receiver<bool>,
}

impl Reception {
    async fn until_stopped(mut self) {
        // An error means that the emulator was dropped, which is also a stop.
        let _stopped = self.stopped.wait_for(|stopped| *stopped).await;
    }
}

async fn serve(listener: FaultyListener, reception: Reception) {
    let app = Router::new().fallback(receive).with_state(reception.clone());
    let service = app.into_make_service_with_connect_info::<Cutter>();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(reception.until_stopped()).await;
    if let Err(error) = served {
        tracing::warn!(%error, "the emulator stopped serving");
    }
}

async fn receive(
    State(reception): State<Reception>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    let Some(request) = read(request).await else {
        cutter.cut();
        return http::Response::new(Body::empty());
    };
    match reception.service.answer(&request).await {
        CallEnding::Answered(answer) => respond(answer),
        CallEnding::CutOff(answer) => {
            cutter.cut_after(answer.body.len() / 2);
            respond(answer)
        }
        CallEnding::Dropped => {
            cutter.cut();
            http::Response::new(Body::empty())
        }
        CallEnding::Silent => {
            reception.until_stopped().await;
            cutter.cut();
            http::Response::new(Body::empty())
        }
    }
}

/// Returns the request as data, or None when its body is cut off or never ends.
async fn read(request: http::Request<Body>) -> Option<ApiRequest> {
    let (parts, body) = request.into_parts();
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Some(ApiRequest {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        headers: parts.headers.iter().map(header).collect(),
        body: to_bytes(body, N_READ_MAX).await.ok()?.to_vec(),
    })
}

fn respond(answer: ApiAnswer) -> http::Response<Body> {
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(answer.body))
        .expect("the status and the headers are our own and valid")
}
