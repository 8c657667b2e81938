//! HTTP as plain data, so that a test can call the service without a socket.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::api_error::ApiError;

/// A request as it arrives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiRequest {
    /// The method; anything but POST is refused.
    pub method: String,
    /// The path; anything but `/` is refused.
    pub path: String,
    /// Names in any case, values as sent, `Host` included.
    pub headers: Vec<(String, String)>,
    /// The bytes as sent.
    pub body: Vec<u8>,
}

impl ApiRequest {
    /// Returns the value of a header; the case of the name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// A response as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiAnswer {
    /// 200, even for errors, unless a fault says otherwise.
    pub status: u16,
    /// Content-Type and Date.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

/// How a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEnding {
    /// With a response.
    Answered(ApiAnswer),
    /// The headers announce the whole response, but the connection ends in the middle of the body.
    CutOff(ApiAnswer),
    /// The connection ends without a response.
    Dropped,
    /// No response ever comes, and the connection stays open.
    Silent,
}

impl ApiAnswer {
    /// Returns the response for this outcome of an action, always with status 200.
    pub fn of(result: &Result<Json, ApiError>, request_id: &str, now: Timestamp) -> ApiAnswer {
        let response = match result {
            Ok(data) => json!({"Data": data, "RequestId": request_id}),
            Err(refusal) => json!({
                "Error": {"Code": refusal.code, "Message": refusal.message},
                "RequestId": request_id,
            }),
        };
        let body = json!({ "Response": response }).to_string().into_bytes();
        ApiAnswer { status: 200, headers: headers("application/json", now), body }
    }

    /// Returns a response that is not JSON.
    pub fn text(status: u16, body: &str, now: Timestamp) -> ApiAnswer {
        ApiAnswer { status, headers: headers("text/html", now), body: body.as_bytes().to_vec() }
    }
}

fn headers(content_type: &str, now: Timestamp) -> Vec<(String, String)> {
    let date = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    vec![("content-type".to_owned(), content_type.to_owned()), ("date".to_owned(), date)]
}
