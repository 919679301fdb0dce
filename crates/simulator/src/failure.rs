//! What OpenAI answers when it does not answer: the bodies are those seen on live organizations.

use http::StatusCode;
use openai::error_body::{Details, ErrorBody, Reason};

/// A failed answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) body: ErrorBody,
    pub(crate) retry_after: Option<u32>,
}

impl Failure {
    fn new(status: StatusCode, message: String, kind: &str, param: Option<&str>, code: Option<&str>) -> Self {
        let details = Details {
            message: Some(message),
            kind: Some(kind.into()),
            param: param.map(str::to_owned),
            code: code.map(str::to_owned),
        };
        Self { status, body: ErrorBody { error: Reason::Object(details) }, retry_after: None }
    }

    fn bad_request(message: String, param: Option<&str>, code: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, "invalid_request_error", param, Some(code))
    }

    pub(crate) fn no_authorization() -> Self {
        let message = "Missing bearer authentication in header".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, message, "invalid_request_error", None, None)
    }

    /// OpenAI shows the beginning and the end of the key that it refuses.
    pub(crate) fn incorrect_key(shown: &str) -> Self {
        let message = format!(
            "Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys."
        );
        Self::new(StatusCode::UNAUTHORIZED, message, "invalid_request_error", None, Some("invalid_api_key"))
    }

    /// The error is a bare string here, against the specification.
    pub(crate) fn missing_scope(scope: &str) -> Self {
        let text = format!(
            "You have insufficient permissions for this operation. Missing scopes: {scope}. Check that you have the correct role \
             in your organization, and if you're using a restricted API key, that it has the necessary scopes."
        );
        Self {
            status: StatusCode::FORBIDDEN,
            body: ErrorBody { error: Reason::Text(text) },
            retry_after: None,
        }
    }

    pub(crate) fn ip_not_authorized() -> Self {
        let message = "IP address not authorized for this organization.".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, message, "invalid_request_error", None, Some("ip_not_authorized"))
    }

    pub(crate) fn rate_limited(retry_after: Option<u32>) -> Self {
        let message = "Rate limit reached. Please try again later.".to_owned();
        Self {
            retry_after,
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, message, "requests", None, Some("rate_limit_exceeded"))
        }
    }

    pub(crate) fn quota_exceeded() -> Self {
        let message =
            "You exceeded your current quota, please check your plan and billing details.".to_owned();
        let code = Some("insufficient_quota");
        Self::new(StatusCode::TOO_MANY_REQUESTS, message, "insufficient_quota", None, code)
    }

    pub(crate) fn server_error(status: StatusCode) -> Self {
        let message = "The server had an error while processing your request. Sorry about that!".to_owned();
        Self::new(status, message, "server_error", None, None)
    }

    pub(crate) fn not_found(path: &str) -> Self {
        let message = format!("Invalid URL (GET {path})");
        Self::new(StatusCode::NOT_FOUND, message, "invalid_request_error", None, Some("not_found"))
    }

    pub(crate) fn no_such_project(id: &str) -> Self {
        let message = format!("Project with ID '{id}' not found.");
        Self::new(StatusCode::NOT_FOUND, message, "invalid_request_error", None, Some("not_found"))
    }

    pub(crate) fn method_not_allowed(method: &str) -> Self {
        let message = format!("Not allowed to {method} on this simulator, which only reads.");
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            message,
            "invalid_request_error",
            None,
            Some("method_not_supported"),
        )
    }

    pub(crate) fn limit_too_high(limit: i64, cap: i64) -> Self {
        let message = format!("Invalid limit provided: {limit}. Limit must be less than or equal to {cap}.");
        Self::bad_request(message, None, "invalid_request_error")
    }

    pub(crate) fn invalid_value(param: &str, value: &str, supported: &str) -> Self {
        let message = format!("Invalid value: '{value}'. Supported values are: {supported}.");
        Self::bad_request(message, Some(param), "invalid_value")
    }

    pub(crate) fn invalid_type(param: &str) -> Self {
        Self::bad_request(format!("Invalid type for '{param}'."), Some(param), "invalid_type")
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::bad_request(format!("Missing required parameter: '{param}'."), None, "invalid_request_error")
    }

    pub(crate) fn invalid_cursor() -> Self {
        Self::bad_request(
            "Invalid 'page': it does not belong to this query.".into(),
            Some("page"),
            "invalid_value",
        )
    }

    pub(crate) fn api_key_floor(earliest: i64) -> Self {
        let message = format!(
            "group_by=api_key_id is not available for this time range. Try a start_time on or after {earliest}."
        );
        Self::bad_request(message, Some("start_time"), "invalid_request_error")
    }
}
