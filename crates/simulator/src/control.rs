//! The simulator's own addresses, which are not OpenAI's: the request log and the clock.

use axum::body::Body;
use axum::response::Response;
use http::Method;

use crate::failure::Failure;
use crate::http::failed;
use crate::state::State;

/// Answers what comes after `/_simulator/`.
pub(crate) async fn answer(state: &State, method: &Method, what: &str, body: Body) -> Response {
    match (method.as_str(), what) {
        ("GET", "requests") => {
            let lines: Vec<String> =
                state.log.all().iter().filter_map(|entry| serde_json::to_string(entry).ok()).collect();
            Response::new(Body::from(lines.join("\n")))
        }
        ("DELETE", "requests") => {
            state.log.clear();
            Response::new(Body::empty())
        }
        ("PUT", "clock") => {
            let body = axum::body::to_bytes(body, 64).await.unwrap_or_default();
            match std::str::from_utf8(&body).unwrap_or_default().trim() {
                "system" => state.set_clock(None),
                text => match text.parse() {
                    Ok(seconds) => state.set_clock(Some(seconds)),
                    Err(_) => return failed(&Failure::invalid_type("clock")),
                },
            }
            Response::new(Body::empty())
        }
        _ => failed(&Failure::not_found(what)),
    }
}
