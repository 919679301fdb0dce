//! The listener of the metrics: another address than the console's, which is open to browsers.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::prometheus_text;

use crate::app::App;

/// The metrics as one service. It needs no socket.
pub fn router(app: App) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<App>) -> Response {
    match app.metrics.gauges.look(&app).await {
        Ok(()) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], app.metrics.text()).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be looked up");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}
