//! What a client is told, with the defaults.

use std::time::Duration;

use super::endpoint::Endpoint;
use super::rate_limit::Rate;

/// What a client is told.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where the service is.
    pub endpoint: Endpoint,
    /// X-TC-Region: any text, the service knows its regions.
    pub region: String,
    /// Calls a second for each action.
    pub rate: Rate,
    /// The most that one request may take.
    pub timeout: Duration,
    /// How often a call is sent at most. Refusals for the rate are not counted.
    pub attempts: u32,
    /// No request is sent again later than this after the first.
    pub retry_for: Duration,
}

impl ClientSettings {
    /// Returns the settings for a region: the site of China, 20 calls a second, 60 seconds a
    /// request as the official SDKs have it, 5 attempts within 3 minutes.
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
