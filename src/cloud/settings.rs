//! The settings of a client, with the defaults.

use std::time::Duration;

use super::endpoint::Endpoint;
use super::rate_limit::Rate;

/// The settings of a client.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where the service is.
    pub endpoint: Endpoint,
    /// X-TC-Region: any text, since the service checks its regions.
    pub region: String,
    /// Calls a second for each action.
    pub rate: Rate,
    /// The time limit of one request.
    pub timeout: Duration,
    /// How often a call is sent at most. Refusals for the rate limit are not counted.
    pub attempts: u32,
    /// No retry starts later than this after the first request.
    pub retry_for: Duration,
}

impl ClientSettings {
    /// Returns the settings for a region: the site of China, 20 calls a second, 60 seconds for a
    /// request as in the official SDKs, 5 attempts within 3 minutes.
    pub fn new(region: impl Into<String>) -> Self {
        ClientSettings {
            endpoint: Endpoint::default(),
            region: region.into(),
            rate: Rate::default(),
            timeout: Duration::from_secs(60),
            attempts: 5,
            retry_for: Duration::from_secs(180),
        }
    }
}
