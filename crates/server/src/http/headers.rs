//! The headers that every answer has.

use axum::response::Response;
use http::header::{self, HeaderName, HeaderValue};

/// Measured to work with the app: it compiles WebAssembly, and its one policy of Trusted Types makes HTML only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// The header that names the app's build.
pub const X_BUILD: HeaderName = HeaderName::from_static("x-build");
/// The header that says why nothing can be changed for the moment.
pub const X_READ_ONLY: HeaderName = HeaderName::from_static(api::ReadOnly::HEADER);
/// The header that names the request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds them. `over_tls` says that browsers reach the server by https only.
pub fn add(response: &mut Response, is_api: bool, over_tls: bool, build: &'static str) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (X_BUILD, build),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if over_tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}
