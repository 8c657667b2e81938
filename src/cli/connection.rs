//! The way to the service: credentials, the client, and the embedded service where that is it.

use std::sync::Arc;
use std::time::Duration;

use super::context::{Context, ServiceAt};
use super::failure::Failure;
use crate::cloud::{
    Client, ClientSettings, Credentials, CredentialsError, Endpoint, EndpointError, KeyIssuers,
    KeySource, ReqwestTransport, Workload,
};
use crate::emulator::{Emulator, EmulatorError, EmulatorSettings};
use crate::observe::Refresh;
use crate::reconcile::PassScope;
use crate::state::{StateError, holder};
use crate::support::{Clock, StopSignal, SystemClock};

/// The pair that the embedded service takes, so that no real key ever reaches it.
pub const LOCAL: &str = "taskloom-local";

/// The region of the embedded service when nobody names one.
const LOCAL_REGION: &str = "ap-guangzhou";

/// How often an embedded service that another run uses is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// A scope, and the embedded service that it talks to.
#[derive(Debug)]
pub struct Connection {
    /// What a pass works on.
    pub scope: PassScope,
    emulator: Option<Emulator>,
}

impl Connection {
    /// Ends the embedded service.
    pub async fn close(self) {
        if let Some(emulator) = self.emulator {
            emulator.stop().await;
        }
    }
}

impl Context {
    /// Connects to the service of the target.
    ///
    /// # Errors
    /// When the project, the region or credentials are missing, or the embedded service cannot
    /// start. Nothing is sent to it yet.
    pub async fn connect(
        &self,
        refresh: Refresh,
        parallelism: usize,
    ) -> Result<Connection, Failure> {
        let origin = self.origin()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let (endpoint, emulator) = match &self.service {
            ServiceAt::Embedded => {
                let emulator = self.start_embedded(&clock).await?;
                let url = format!("http://{}", emulator.address());
                let endpoint = url.parse().map_err(|e: EndpointError| Failure::of(&e))?;
                (endpoint, Some(emulator))
            }
            ServiceAt::Remote(endpoint) => (endpoint.clone(), None),
        };
        let client = self.client(endpoint, emulator.is_some(), &clock).await?;
        let run_for = self.limits.timeout;
        // What only reads has no lock from which its time could count.
        let until = run_for.map(|limit| clock.elapsed().saturating_add(limit));
        let client = Arc::new(client.stopping(StopSignal::at(until, Arc::clone(&clock))));
        let state = self.state.clone();
        let lock_timeout = self.limits.lock_timeout.unwrap_or_default();
        let scope = PassScope {
            state,
            memory: Arc::default(),
            origin,
            client,
            clock,
            refresh,
            spare_downstream: self.spare_downstream,
            remark: None,
            parallelism,
            lock_timeout,
            run_for,
            by: self.by(),
            revision: None,
        };
        Ok(Connection { scope, emulator })
    }

    async fn client(
        &self,
        endpoint: Endpoint,
        embedded: bool,
        clock: &Arc<dyn Clock>,
    ) -> Result<Client, Failure> {
        let credentials = if embedded {
            Credentials::new("the embedded service", LOCAL, LOCAL, None)
                .map_err(|error| Failure::of(&error))?
        } else {
            self.keys(&endpoint, clock).await?
        };
        let region = match (&self.region, embedded) {
            (Some(region), _) => region.clone(),
            (None, true) => LOCAL_REGION.to_owned(),
            (None, false) => {
                return Err(Failure::usage("the region is not known").hint(
                    "set region of the target in taskloom.yaml, --region or TENCENTCLOUD_REGION",
                ));
            }
        };
        let transport = ReqwestTransport::new(&endpoint).map_err(|error| Failure::of(&error))?;
        let mut settings =
            ClientSettings { endpoint, rate: self.rate, ..ClientSettings::new(region) };
        if let Some(timeout) = self.limits.call_timeout {
            settings.timeout = timeout;
        }
        Ok(Client::new(settings, Arc::new(transport), Arc::clone(clock), credentials))
    }

    /// Returns the keys; temporary ones are asked for. The role of a machine is for the real
    /// service: one on this machine has keys of its own, and nothing is asked for it.
    async fn keys(
        &self,
        endpoint: &Endpoint,
        clock: &Arc<dyn Clock>,
    ) -> Result<Credentials, Failure> {
        let workload = match self.credentials.clone().map_err(Failure::user)? {
            KeySource::Found(keys) => return Ok(keys),
            KeySource::Issued(Workload::Machine { tried }) if endpoint.is_loopback() => {
                return Err(Failure::of(&CredentialsError::Missing { tried }));
            }
            KeySource::Issued(workload) => workload,
        };
        let issuers = KeyIssuers::new(Arc::clone(clock)).map_err(|error| Failure::of(&error))?;
        workload.keys(&issuers).await.map_err(|error| Failure::of(&error))
    }

    async fn start_embedded(&self, clock: &Arc<dyn Clock>) -> Result<Emulator, Failure> {
        let settings = EmulatorSettings {
            data: Some(self.state.with_file_name("cloud.json")),
            credentials: vec![(LOCAL.to_owned(), LOCAL.to_owned())],
            seed: fastrand::u64(..),
            ..EmulatorSettings::default()
        };
        let patience = self.limits.lock_timeout.unwrap_or_default();
        let end = clock.elapsed().saturating_add(patience);
        let mut told = false;
        loop {
            let error = match Emulator::start(settings.clone(), Arc::clone(clock)).await {
                Ok(emulator) => return Ok(emulator),
                Err(error) => error,
            };
            // It is in use as long as the run that has the lock of the state.
            let left = end.saturating_sub(clock.elapsed());
            if left.is_zero() || !matches!(error, EmulatorError::InUse { .. }) {
                return Err(self.embedded_failure(&error));
            }
            if !std::mem::replace(&mut told, true) {
                let whom = holder(&self.state).map_or("it".to_owned(), |holder| holder.to_string());
                tracing::warn!(seconds = left.as_secs(), "{error}: waiting for {whom}");
            }
            clock.sleep(ASK_AGAIN.min(left)).await;
        }
    }

    fn embedded_failure(&self, error: &EmulatorError) -> Failure {
        match error {
            // It is used by who works on the state: that is whom a person has to look for.
            EmulatorError::InUse { .. } => {
                let (path, holder) = (self.state.clone(), holder(&self.state));
                self.state_failure(&StateError::Locked { path, holder })
            }
            EmulatorError::NotLoopback { .. }
            | EmulatorError::Listen { .. }
            | EmulatorError::Data { .. }
            | EmulatorError::Damaged { .. }
            | EmulatorError::Newer { .. } => Failure::of(error).hint(
                "the embedded service keeps its tasks beside the state; --state FILE names another place",
            ),
        }
    }
}
