//! Every handler, on one screen.

use api::CommonRefusal;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::app::App;
use crate::http::{Endpoints, asset, exchange, problem};
use crate::{
    access_request, api_token, audit, change, client_report, connection, connection_draft, cost, cube,
    delivery, export, invitation, notification, own_session, password, reconciliation, report, saved_report,
    second_factor, session, setup, sign_in_rule, sign_on, support_request, upstream_call, user, webhook,
};

/// The contract's endpoints: those of `api::ALL`, no more and no fewer.
pub fn endpoints() -> Endpoints {
    Endpoints::default()
        .endpoint(access_request::list)
        .endpoint(access_request::create)
        .endpoint(access_request::own)
        .endpoint(access_request::decline)
        .endpoint(access_request::grant)
        .endpoint(api_token::list)
        .endpoint(api_token::create)
        .endpoint(api_token::delete)
        .endpoint(audit::list::list)
        .endpoint(audit::list::verify)
        .endpoint(upstream_call::list)
        .endpoint(upstream_call::verify_log)
        .endpoint(client_report::create)
        .endpoint(connection_draft::create)
        .endpoint(connection_draft::view)
        .endpoint(connection_draft::discard)
        .endpoint(connection_draft::diagnose)
        .endpoint(connection_draft::finish)
        .endpoint(connection_draft::test)
        .endpoint(connection::list)
        .endpoint(connection::view)
        .endpoint(connection::life::rename)
        .endpoint(connection::disconnect::disconnect)
        .endpoint(connection::import)
        .endpoint(connection::life::pause)
        .endpoint(connection::life::resume)
        .endpoint(connection::test::view)
        .endpoint(connection::test::test)
        .endpoint(cost::daily)
        .file(cube::show)
        .endpoint(delivery::list)
        .endpoint(delivery::retry)
        .file(export::audit_events)
        .file(export::focus)
        .file(export::upstream_calls)
        .endpoint(invitation::accept)
        .endpoint(invitation::look)
        .endpoint(invitation::list)
        .endpoint(invitation::create)
        .endpoint(invitation::delete)
        .endpoint(notification::view)
        .endpoint(notification::choose)
        .endpoint(notification::test)
        .endpoint(password::change)
        .endpoint(change::query)
        .endpoint(reconciliation::show)
        .endpoint(saved_report::list)
        .endpoint(saved_report::create)
        .endpoint(report::query)
        .file(report::query_csv)
        .endpoint(saved_report::show)
        .endpoint(saved_report::update)
        .endpoint(saved_report::delete)
        .endpoint(second_factor::view)
        .endpoint(second_factor::confirm)
        .endpoint(second_factor::enrol)
        .endpoint(second_factor::remove)
        .endpoint(session::view)
        .endpoint(session::create)
        .endpoint(session::delete)
        .endpoint(own_session::list)
        .endpoint(own_session::delete_others)
        .endpoint(own_session::delete)
        .endpoint(setup::create)
        .endpoint(sign_in_rule::view)
        .endpoint(sign_in_rule::update)
        .endpoint(sign_on::view)
        .endpoint(sign_on::finish)
        .endpoint(sign_on::begin)
        .endpoint(support_request::list)
        .endpoint(support_request::create)
        .endpoint(support_request::view)
        .endpoint(user::list)
        .endpoint(user::update)
        .endpoint(user::delete)
        .endpoint(user::end_sessions)
        .endpoint(webhook::list)
        .endpoint(webhook::create)
        .endpoint(webhook::update)
        .endpoint(webhook::delete)
        .endpoint(webhook::test)
}

/// The whole server as one service. It needs no socket.
pub fn router(app: App) -> Router {
    mount(endpoints(), app)
}

/// Puts around endpoints what goes around all of them. Tests mount their own.
pub fn mount(endpoints: Endpoints, app: App) -> Router {
    endpoints
        .into_router()
        .route(api::openapi::PATH, get(openapi))
        .route("/healthz", get(healthz))
        .route("/metrics", get(nothing_here))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(asset::serve)
        .layer(CsrfLayer::new())
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn_with_state(app.clone(), exchange::exchange))
        .with_state(app)
}

async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], api::openapi::document().to_string())
}

/// 200 when the server can serve, which is when its database answers.
async fn healthz(State(app): State<App>) -> Response {
    match app.store.ping().await {
        Ok(()) => "ok".into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// The metrics have a listener of their own. Here they would be the app, whose address it could be.
async fn nothing_here(request: Request) -> Response {
    problem::no_such_address(request.extensions())
}

async fn method_not_allowed(request: Request) -> Response {
    problem::of(&CommonRefusal::MethodNotAllowed, &problem::request_id(request.extensions()))
}
