//! What this process runs in, where that is given keys for some time: a pod of TKE or a machine
//! with a role. The ways to who gives them out are handed in, so that tests need no network.

use std::sync::Arc;
use std::time::Duration;

use crate::support::Clock;

use super::super::endpoint::Endpoint;
use super::super::reqwest_transport::ReqwestTransport;
use super::super::transport::Transport;
use super::error::CredentialsError;
use super::pod_identity::PodIdentity;

/// Both sites have the same STS, by their SDKs.
const STS: &str = "https://sts.tencentcloudapi.com";

/// The metadata service, which only machines of Tencent Cloud have: by plain http, as its SDKs ask.
const METADATA: &str = "http://metadata.tencentyun.com";

/// The metadata service is next door: who has not connected by now has none.
const CONNECT: Duration = Duration::from_secs(1);

/// What this process runs in, if that is given keys.
#[derive(Clone, Debug)]
pub enum Workload {
    /// A pod that TKE gave an identity.
    Pod(PodIdentity),
    /// A machine, which may have a role: it is asked when no other place has keys.
    Machine {
        /// What was looked at before, in order.
        tried: Vec<String>,
    },
}

/// Who gives out keys.
#[derive(Clone, Debug)]
pub struct KeyIssuers {
    /// The STS, which takes the identity of a pod.
    pub sts: KeyIssuer,
    /// The metadata service, which knows the role of a machine.
    pub metadata: KeyIssuer,
    /// For time limits.
    pub clock: Arc<dyn Clock>,
}

/// One who gives out keys.
#[derive(Clone, Debug)]
pub struct KeyIssuer {
    /// Scheme and host, without a slash at the end.
    pub origin: String,
    /// The way there.
    pub transport: Arc<dyn Transport>,
}

impl KeyIssuers {
    /// Returns those of Tencent Cloud, over the network.
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
    /// Returns who it is, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Workload::Pod(_) => "the identity of this pod",
            Workload::Machine { .. } => "the role of this machine",
        }
    }
}
