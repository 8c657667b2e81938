//! A request to the service and its answer, before and after signing.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::Serialize;

/// One API call: an action of WeData 2025-08-06 and its JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// X-TC-Action.
    pub action: &'static str,
    /// The request body as it is signed and sent, ProjectId included; clones share it.
    pub body: Bytes,
    /// Whether it may be sent again when it is unknown whether it was carried out.
    pub repeat: Repeat,
}

/// The effect of carrying a call out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repeat {
    /// More than carrying it out once, so the service is read before it is sent again.
    No,
    /// It changes something, and the second time changes nothing more.
    Idempotent,
    /// It changes nothing at all.
    Read,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// `Response.Data`; null when the answer does not have it.
    pub data: serde_json::Value,
    /// `Response.RequestId`; `None` when the answer does not have it.
    pub request_id: Option<RequestId>,
}

/// The id that the service gave to a request; its support asks for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestId(pub String);

impl Call {
    /// Makes a call; its body, of up to 10 MB, is written as JSON here and nowhere else.
    pub fn new(action: &'static str, body: &serde_json::Value, repeat: Repeat) -> Call {
        Call { action, body: Bytes::from(body.to_string()), repeat }
    }

    /// Returns the body as text.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

impl Repeat {
    /// Returns whether the call can be sent again without reading the service first.
    pub fn is_safe(self) -> bool {
        match self {
            Repeat::No => false,
            Repeat::Idempotent | Repeat::Read => true,
        }
    }
}

impl RequestId {
    /// Returns the RequestId of an answer as messages name it.
    pub fn shown(request_id: Option<&RequestId>) -> &str {
        request_id.map_or("unknown", |request_id| &request_id.0)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
