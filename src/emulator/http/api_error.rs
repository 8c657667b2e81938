//! Why a call is refused: `Response.Error`.

/// An error response. The codes are the documented ones, the messages are our own: the service
/// says that messages may change at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// `Response.Error.Code`.
    pub code: &'static str,
    /// `Response.Error.Message`.
    pub message: String,
}

impl ApiError {
    /// Returns a refusal with any code.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        ApiError { code, message: message.into() }
    }

    /// Returns the refusal of a request that lacks a parameter.
    pub fn missing(path: &str) -> Self {
        let message = format!("The request is missing the required parameter `{path}`.");
        ApiError::new("MissingParameter", message)
    }

    /// Returns the refusal of a parameter that the action does not have.
    pub fn unknown(path: &str) -> Self {
        ApiError::new("UnknownParameter", format!("The parameter `{path}` is not recognized."))
    }

    /// Returns the refusal of a value of the wrong JSON type.
    pub fn wrong_type(path: &str, wanted: &str) -> Self {
        let message = format!("The value type of parameter `{path}` should be `{wanted}`.");
        ApiError::new("InvalidParameter", message)
    }

    /// Returns the refusal of a value that the action does not accept.
    pub fn bad_value(path: &str, why: &str) -> Self {
        let message = format!("The value of parameter `{path}` is not valid: {why}.");
        ApiError::new("InvalidParameterValue", message)
    }

    /// Returns the refusal of an id that does not exist.
    pub fn not_found(what: &str, id: &str) -> Self {
        ApiError::new("ResourceNotFound", format!("The {what} `{id}` does not exist."))
    }
}
