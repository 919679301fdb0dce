//! Refusals as answers: `application/problem+json`.

use std::error::Error;

use api::{CommonRefusal, Refusal};
use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Extensions, StatusCode};

use super::exchange::RequestId;
pub use super::failure::Failure;
use super::failure::refusal_of;

/// The media type of RFC 9457, with the encoding said.
pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json; charset=utf-8");

/// The answer that a refusal is.
pub fn of<R: Refusal>(refusal: &R, request_id: &RequestId) -> Response {
    let body = api::problem::body(refusal, request_id.as_str());
    let status = StatusCode::from_u16(refusal.describe().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wait = body.get("retry_after_seconds").and_then(serde_json::Value::as_u64);
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
    if body.get("code").and_then(serde_json::Value::as_str) == Some("bad_token") {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// The answer that a failure is.
pub fn of_failure<R: Refusal>(failure: Failure<R>, request_id: &RequestId) -> Response {
    match failure {
        Failure::Refused(refusal) => of(&refusal, request_id),
        Failure::Common(refusal) => of(&refusal, request_id),
        Failure::Broken(fault) => of_fault(&*fault, request_id),
    }
}

/// The answer that a fault is. It is logged here, once, and the answer tells nothing of it.
pub fn of_fault(fault: &(dyn Error + Send + Sync + 'static), request_id: &RequestId) -> Response {
    tracing::error!(fault = %fault, "a request failed");
    of(&refusal_of(fault), request_id)
}

/// The answer to an address at which nothing is.
pub fn no_such_address(extensions: &Extensions) -> Response {
    of(&CommonRefusal::NoSuchAddress, &request_id(extensions))
}

/// The request's id, which the outermost layer has put there.
pub fn request_id(extensions: &Extensions) -> RequestId {
    extensions.get::<RequestId>().cloned().unwrap_or_default()
}
