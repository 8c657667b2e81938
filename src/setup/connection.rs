//! The connection to the service of a target: keys, the client, and the embedded service if used.

use std::sync::Arc;

use super::embedded_service::{LOCAL_KEY, start_embedded};
use super::error::SetupError;
use super::inputs::EnvLookup;
use super::resolved_target::{ResolvedTarget, ServiceAt};
use crate::cloud::{
    Client, ClientSettings, Credentials, CredentialsError, Endpoint, KeyIssuers, KeySource, Rate,
    ReqwestTransport, Workload,
};
use crate::emulator::Emulator;
use crate::observe::Refresh;
use crate::project::Limits;
use crate::reconcile::PassScope;
use crate::support::{Clock, StopSignal, SystemClock};

/// The region of the embedded service when none is given.
const LOCAL_REGION: &str = "ap-guangzhou";

/// A scope, and the embedded service that it talks to.
#[derive(Debug)]
pub struct Connection {
    /// What a pass works on.
    pub scope: PassScope,
    emulator: Option<Emulator>,
}

/// What a connection is made from: as long as it is equal, the connection can be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionKey {
    target: String,
    project_id: Option<String>,
    service: ServiceAt,
    region: Option<String>,
    rate: Rate,
    limits: Limits,
}

impl Connection {
    /// Ends the embedded service.
    pub async fn close(self) {
        if let Some(emulator) = self.emulator {
            emulator.stop().await;
        }
    }
}

impl ResolvedTarget {
    /// Returns what a connection is made from.
    pub fn connection_key(&self) -> ConnectionKey {
        ConnectionKey {
            target: self.name.clone(),
            project_id: self.project_id.clone(),
            service: self.service.clone(),
            region: self.region.clone(),
            rate: self.rate,
            limits: self.limits,
        }
    }

    /// Connects to the service with the keys that are found now.
    ///
    /// # Errors
    /// When the project, the region or keys are missing, or the embedded service cannot start.
    /// No request is sent yet.
    pub async fn connect(
        &self,
        env: &EnvLookup<'_>,
        refresh: Refresh,
        parallelism: usize,
    ) -> Result<Connection, SetupError> {
        let origin = self.origin()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let (endpoint, emulator) = match &self.service {
            ServiceAt::Embedded => {
                let emulator = start_embedded(self, &clock).await?;
                (format!("http://{}", emulator.address()).parse()?, Some(emulator))
            }
            ServiceAt::Remote(endpoint) => (endpoint.clone(), None),
        };
        let client = self.client(endpoint, emulator.is_some(), env, &clock).await?;
        let run_for = self.limits.timeout;
        // A run that only reads takes no lock, so its time limit cannot start with the lock.
        let until = run_for.map(|limit| clock.elapsed().saturating_add(limit));
        let client = Arc::new(client.stopping(StopSignal::at(until, Arc::clone(&clock))));
        let scope = PassScope {
            store: Arc::clone(&self.store),
            origin,
            client,
            clock,
            refresh,
            spare_downstream: self.spare_downstream,
            remark: None,
            parallelism,
            lock_timeout: self.limits.lock_timeout.unwrap_or_default(),
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
        env: &EnvLookup<'_>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Client, SetupError> {
        let credentials = match embedded {
            true => Credentials::new("the embedded service", LOCAL_KEY, LOCAL_KEY, None)?,
            false => keys(&endpoint, env, clock).await?,
        };
        let region = match (&self.region, embedded) {
            (Some(region), _) => region.clone(),
            (None, true) => LOCAL_REGION.to_owned(),
            (None, false) => return Err(SetupError::NoRegion),
        };
        let transport = ReqwestTransport::new(&endpoint)?;
        let mut settings =
            ClientSettings { endpoint, rate: self.rate, ..ClientSettings::new(region) };
        if let Some(timeout) = self.limits.call_timeout {
            settings.timeout = timeout;
        }
        Ok(Client::new(settings, Arc::new(transport), Arc::clone(clock), credentials))
    }
}

/// Returns the keys; temporary ones are requested. The role of a machine is for the real service:
/// a service on this machine has its own keys, and nothing is requested for it.
async fn keys(
    endpoint: &Endpoint,
    env: &EnvLookup<'_>,
    clock: &Arc<dyn Clock>,
) -> Result<Credentials, SetupError> {
    let workload = match KeySource::find(env, clock.as_ref())? {
        KeySource::Found(keys) => return Ok(keys),
        KeySource::Issued(Workload::Machine { tried }) if endpoint.is_loopback() => {
            return Err(CredentialsError::Missing { tried }.into());
        }
        KeySource::Issued(workload) => workload,
    };
    let issuers = KeyIssuers::new(Arc::clone(clock))?;
    Ok(workload.keys(&issuers).await?)
}
