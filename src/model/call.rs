//! A request to the service and its answer, before and after signing.

/// One API call: an action of WeData 2025-08-06 and its JSON body.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// X-TC-Action.
    pub action: &'static str,
    /// The request body, ProjectId included.
    pub body: serde_json::Value,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// `Response.Data`; null when the service left it out.
    pub data: serde_json::Value,
    /// `Response.RequestId`.
    pub request_id: String,
}
