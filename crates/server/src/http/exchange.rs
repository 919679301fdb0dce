//! What every request goes through, outermost: an id, a deadline, a net under panics, headers, a line in the log.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use api::{CommonRefusal, UserId};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;
use http::{HeaderValue, Method};
use tower_http::csrf::ProtectionError;
use tracing::Instrument;

use super::{asset, headers, problem};
use crate::app::App;

/// The id under which a request is logged, and which its answer carries.
#[derive(Clone, Debug)]
pub struct RequestId(String);

impl RequestId {
    /// A new id. Without random bytes it is the same for all, which is better than no answer.
    pub fn random() -> Self {
        crate::random::bytes::<8>()
            .map_or_else(|_| Self::default(), |bytes| Self(format!("{:016x}", u64::from_be_bytes(bytes))))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self("unknown".into())
    }
}

/// Carries a request through.
pub async fn exchange(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::random();
    request.extensions_mut().insert(id.clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = method_name(request.method());
    let is_api = request.uri().path().starts_with(api::openapi::PREFIX);
    let span = tracing::info_span!("request", request_id = id.as_str());

    let inner = AssertUnwindSafe(next.run(request)).catch_unwind();
    let outcome = tokio::time::timeout(app.limits.handler, inner).instrument(span.clone()).await;
    let _entered = span.enter();
    let mut response = match outcome {
        Ok(Ok(response)) if response.extensions().get::<ProtectionError>().is_some() => {
            problem::of(&CommonRefusal::CrossSite, &id)
        }
        Ok(Ok(response)) => response,
        // The panic's own words may contain what a user entered: they stop here. The hook has logged the place.
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            problem::of(&CommonRefusal::Internal, &id)
        }
        Err(_) => {
            tracing::error!("a handler took too long");
            problem::of(&CommonRefusal::Unavailable, &id)
        }
    };
    headers::add(&mut response, is_api, app.settings.over_tls(), asset::BUILD);
    if let Some(cause) = app.store.read_only() {
        response.headers_mut().insert(headers::X_READ_ONLY, HeaderValue::from_static(cause.slug()));
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(headers::X_REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let route = route.as_deref().unwrap_or("-");
    app.metrics.answered(method, route, status, took);
    tracing::info!(
        method,
        route,
        status,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        user_id = response.extensions().get::<UserId>().map(UserId::as_str),
        "request"
    );
    response
}

/// The verb; others than the known ones are a client's own text and stay out of the log.
fn method_name(method: &Method) -> &'static str {
    [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT, Method::PATCH, Method::OPTIONS]
        .iter()
        .zip(["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"])
        .find_map(|(known, name)| (known == method).then_some(name))
        .unwrap_or("OTHER")
}
