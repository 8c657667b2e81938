//! What this process runs in, where keys are issued to it: a TKE pod or a machine with a role. The
//! transports to the issuers are parameters, so that tests need no network.

use std::sync::Arc;
use std::time::Duration;

use crate::support::Clock;

use super::super::endpoint::Endpoint;
use super::super::reqwest_transport::ReqwestTransport;
use super::super::transport::Transport;
use super::error::CredentialsError;
use super::pod_identity::PodIdentity;

/// Both sites have the same STS, according to their SDKs.
const STS: &str = "https://sts.tencentcloudapi.com";

/// The metadata service, which only machines of Tencent Cloud have: plain http, as in the SDKs.
const METADATA: &str = "http://metadata.tencentyun.com";

/// The metadata service is nearby: without a connection after this time there is none.
const CONNECT: Duration = Duration::from_secs(1);

/// What this process runs in, if keys are issued to it.
#[derive(Clone, Debug)]
pub enum Workload {
    /// A TKE pod with an identity.
    Pod(PodIdentity),
    /// A machine, which may have a role: it is tried when no other source has keys.
    Machine {
        /// The sources that were tried before, in order.
        tried: Vec<String>,
    },
}

/// The issuers of keys.
#[derive(Clone, Debug)]
pub struct KeyIssuers {
    /// The STS, which accepts the identity of a pod.
    pub sts: KeyIssuer,
    /// The metadata service, which knows the role of a machine.
    pub metadata: KeyIssuer,
    /// The clock for time limits.
    pub clock: Arc<dyn Clock>,
}

/// One issuer of keys.
#[derive(Clone, Debug)]
pub struct KeyIssuer {
    /// Scheme and host, without a slash at the end.
    pub origin: String,
    /// Sends requests to it.
    pub transport: Arc<dyn Transport>,
}

impl KeyIssuers {
    /// Returns the issuers of Tencent Cloud, over the network.
    ///
    /// # Errors
    /// When a proxy in the environment cannot be understood.
    pub fn new(clock: Arc<dyn Clock>) -> Result<KeyIssuers, CredentialsError> {
        let no_way = |source| CredentialsError::NoWay { source };
        let endpoint: Endpoint = STS.parse().expect("this is an endpoint");
        let sts = Arc::new(ReqwestTransport::new(&endpoint).map_err(no_way)?);
        let metadata = Arc::new(ReqwestTransport::nearby(CONNECT).map_err(no_way)?);
        Ok(KeyIssuers {
            sts: KeyIssuer { origin: STS.to_owned(), transport: sts },
            metadata: KeyIssuer { origin: METADATA.to_owned(), transport: metadata },
            clock,
        })
    }
}

impl Workload {
    /// Returns its name for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Workload::Pod(_) => "the identity of this pod",
            Workload::Machine { .. } => "the role of this machine",
        }
    }
}
