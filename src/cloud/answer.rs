//! Decodes an HTTP answer into a reply or an error.

use serde_json::{Map, Value as Json};

use crate::model::{Reply, RequestId};

use super::error::{AnswerError, CallError};
use super::transport::HttpResponse;

/// Returns the reply that an answer holds. Unknown fields are skipped.
pub(super) fn read(action: &'static str, answer: &HttpResponse) -> Result<Reply, CallError> {
    let mut response = response(action, answer)?;
    let request_id = response.get("RequestId").and_then(text).map(RequestId);
    Ok(Reply { data: response.remove("Data").unwrap_or_default(), request_id })
}

/// Returns the content of `Response`. An API error counts as an error with any HTTP status; a
/// reply is accepted with status 200 only.
pub(super) fn response(
    action: &'static str,
    answer: &HttpResponse,
) -> Result<Map<String, Json>, CallError> {
    let parsed = serde_json::from_slice::<Json>(&answer.body);
    if let Some(error) = parsed.as_ref().ok().and_then(|json| service_error(action, json)) {
        return Err(error);
    }
    if answer.status != 200 {
        return Err(CallError::Status { action, status: answer.status });
    }
    let unreadable = |source| CallError::Unreadable { action, source };
    let mut json = parsed.map_err(|error| unreadable(AnswerError::Json(error)))?;
    match json.get_mut("Response").map(Json::take) {
        Some(Json::Object(response)) => Ok(response),
        _ => Err(unreadable(AnswerError::NoResponse)),
    }
}

fn service_error(action: &'static str, json: &Json) -> Option<CallError> {
    let Some(response) = json.get("Response") else {
        return legacy_error(action, json);
    };
    let error = response.get("Error").filter(|error| !error.is_null())?;
    let Some(code) = error.get("Code").and_then(text) else {
        return Some(CallError::Unreadable { action, source: AnswerError::NoCode });
    };
    Some(CallError::Service {
        action,
        code,
        message: error.get("Message").and_then(text).unwrap_or_default(),
        request_id: response.get("RequestId").and_then(text).map(RequestId),
    })
}

/// Reads an error in the form of API 2.0, which gateways still use: code 0 is success, and codeDesc
/// is the name of the code.
fn legacy_error(action: &'static str, json: &Json) -> Option<CallError> {
    let number = json.get("code").and_then(Json::as_i64).filter(|number| *number != 0)?;
    Some(CallError::Service {
        action,
        code: json.get("codeDesc").and_then(text).unwrap_or_else(|| number.to_string()),
        message: json.get("message").and_then(text).unwrap_or_default(),
        request_id: json.get("requestId").and_then(text).map(RequestId),
    })
}

/// Returns a text that is not empty.
fn text(json: &Json) -> Option<String> {
    json.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
