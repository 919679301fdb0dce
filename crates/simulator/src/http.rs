//! HTTP: who asks, what happens to the key, and which answer it gets.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use openai::page::{Page, ResultRow};
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, VectorStores, WebSearchCalls,
};
use serde::Serialize;
use serde_json::Value;

use crate::clock::{DAY, HOUR};
use crate::failure::Failure;
use crate::key::{self, Behaviour, Key};
use crate::organization::Organization;
use crate::query::Query;
use crate::random::text;
use crate::request_log::{Logged, fingerprint};
use crate::state::{Disturbance, State};
use crate::{control, costs, management, usage};

/// The first request of a key whose import does not get through that is refused: the test before it asks less often.
const MID_RUN: u64 = 6;

/// Every address, in one handler: unknown ones are logged and answered as well.
pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new().fallback(move |request: Request| {
        let state = state.clone();
        async move { handle(state, request).await }
    })
}

async fn handle(state: Arc<State>, request: Request) -> Response {
    let (request, body) = request.into_parts();
    let path = request.uri.path();
    if let Some(own) = path.strip_prefix("/_simulator/") {
        return control::answer(&state, &request.method, own, body).await;
    }
    let secret = bearer(&request);
    let mut entry = Logged {
        method: request.method.to_string(),
        path: path.to_owned(),
        query: request.uri.query().unwrap_or_default().to_owned(),
        key: secret.map(fingerprint).unwrap_or_default(),
        status: 0,
        at: state.now(),
    };
    let key = secret.and_then(key::find);
    if key.is_some_and(|key| key.behaviour == Behaviour::Hanging) {
        state.log.add(entry);
        state.stopped().await;
        return failed(&Failure::server_error(StatusCode::SERVICE_UNAVAILABLE));
    }
    let slow = key.is_some_and(|key| key.behaviour == Behaviour::Slow);
    tokio::time::sleep(if slow { Duration::from_secs(3) } else { state.latency }).await;
    let begun = Instant::now();
    let work = state.clone();
    // A large organization's page is a lot to compute, and others are asking meanwhile.
    let answered = tokio::task::spawn_blocking(move || answer(&work, &request, key)).await;
    let mut response =
        answered.unwrap_or_else(|_| failed(&Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR)));
    decorate(&state, key, begun.elapsed(), &mut response);
    entry.status = response.status().as_u16();
    state.log.add(entry);
    response
}

fn bearer(request: &Parts) -> Option<&str> {
    request.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn answer(state: &State, request: &Parts, key: Option<&'static Key>) -> Response {
    let (method, path) = (&request.method, request.uri.path());
    let Some(secret) = bearer(request) else { return failed(&Failure::no_authorization()) };
    let Some(key) = key else { return failed(&Failure::incorrect_key(&masked(secret))) };
    if method != Method::GET {
        let mut response = failed(&Failure::method_not_allowed(method.as_str()));
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    let Some(resource) = path.strip_prefix("/v1/organization/") else {
        return failed(&Failure::not_found(path));
    };
    let query = Query::parse(request.uri.query().unwrap_or_default(), &format!("{path} {}", key.name));
    if let Some(response) = interfere(state, key, secret, resource, &query) {
        return response;
    }
    let disturbance = state.next_disturbance();
    match disturbance {
        Some(Disturbance::Html) => return html(),
        Some(Disturbance::Error) => return failed(&Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR)),
        Some(Disturbance::Half) | None => {}
    }
    match read(state, key, resource, &query) {
        Ok(mut body) if disturbance.is_some() => {
            body.truncate(body.floor_char_boundary(body.len() / 2));
            json(StatusCode::OK, Body::from(body))
        }
        Ok(body) => succeeded(key, body, state.now()),
        Err(failure) => failed(&failure),
    }
}

/// What happens to a sentinel key in the place of an answer.
fn interfere(state: &State, key: &Key, secret: &str, resource: &str, query: &Query) -> Option<Response> {
    let about_usage = resource == "costs" || resource.starts_with("usage/");
    let failure = match key.behaviour {
        Behaviour::Refused => Failure::incorrect_key(&masked(secret)),
        Behaviour::RefusedWithEcho => Failure::incorrect_key(secret),
        Behaviour::RevokedMidRun if state.count(key, "any") >= MID_RUN => {
            Failure::incorrect_key(&masked(secret))
        }
        Behaviour::RateLimitedMidRun if state.count(key, "any") >= MID_RUN => Failure::rate_limited(Some(30)),
        Behaviour::OtherKind if about_usage => Failure::missing_scope("api.usage.read"),
        Behaviour::OtherKind => Failure::missing_scope("api.management.read"),
        Behaviour::NoUsageScope if about_usage => Failure::missing_scope("api.usage.read"),
        Behaviour::NamesRefused if !about_usage => Failure::incorrect_key(&masked(secret)),
        Behaviour::NoManagementScope if !about_usage => Failure::missing_scope("api.management.read"),
        Behaviour::SomeNames if resource == "users" || is_first_project(state, key, resource) => {
            Failure::missing_scope("api.management.read")
        }
        Behaviour::IpRefused => Failure::ip_not_authorized(),
        Behaviour::RateLimited { retry_after } => Failure::rate_limited(retry_after),
        Behaviour::RateLimitedOnce if state.count(key, resource) == 1 => Failure::rate_limited(Some(1)),
        Behaviour::QuotaExceeded => Failure::quota_exceeded(),
        Behaviour::Down { status } => {
            Failure::server_error(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        Behaviour::DownHalfTheTime if state.count(key, resource) % 2 == 1 => {
            Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Behaviour::DownOnPageTwo if query.text("page").is_some() || query.text("after").is_some() => {
            Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Behaviour::Html => return Some(html()),
        Behaviour::Endless => return Some(endless()),
        Behaviour::Redirect => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FOUND;
            response
                .headers_mut()
                .insert(LOCATION, HeaderValue::from_static("http://127.0.0.2:9/v1/organization/costs"));
            return Some(response);
        }
        _ => return None,
    };
    Some(failed(&failure))
}

/// Whether the API keys of the organization's first project are asked for.
fn is_first_project(state: &State, key: &Key, resource: &str) -> bool {
    let project = resource.strip_prefix("projects/").and_then(|rest| rest.strip_suffix("/api_keys"));
    let first = state.organization(key).and_then(|organization| organization.projects.first());
    first.is_some_and(|first| project == Some(first.id.as_str()))
}

/// What a proxy says that wants to be signed in to.
fn html() -> Response {
    let mut response = Response::new(Body::from("<!doctype html><title>Proxy</title><p>Sign in to go on."));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// A list of buckets that goes on for 100 MB, sent as it is read.
fn endless() -> Response {
    const CHUNK: &[u8] = &[b'0'; 100_000];
    let begin = Bytes::from_static(br#"{"object":"page","has_more":false,"next_page":null,"data":["#);
    let chunks = std::iter::once(begin).chain(std::iter::repeat_n(Bytes::from_static(CHUNK), 1_000));
    json(StatusCode::OK, Body::from_stream(futures::stream::iter(chunks.map(Ok::<_, Infallible>))))
}

fn read(state: &State, key: &'static Key, resource: &str, query: &Query) -> Result<String, Failure> {
    let organization = state.organization(key).ok_or_else(|| Failure::not_found(resource))?;
    // Whoever asks otherwise has not read it yet.
    let what = format!("restated day by {}", query.all("group_by").join(","));
    told(organization, key, (resource, query), state.now(), || state.count(key, &what))
}

/// What an organization tells this key, as JSON. `restated` counts the readings of the restated day, this one included.
pub(crate) fn told(
    organization: &Organization,
    key: &Key,
    (resource, query): (&str, &Query),
    now: i64,
    restated: impl Fn() -> u64,
) -> Result<String, Failure> {
    let not_found = || Failure::not_found(resource);
    if let Some(name) = resource.strip_prefix("usage/") {
        return match name {
            "completions" => page(key, now, usage::answer::<Completions>(organization, key, query, now)?),
            "embeddings" => page(key, now, usage::answer::<Embeddings>(organization, key, query, now)?),
            "moderations" => page(key, now, usage::answer::<Moderations>(organization, key, query, now)?),
            "images" => page(key, now, usage::answer::<Images>(organization, key, query, now)?),
            "audio_speeches" => {
                page(key, now, usage::answer::<AudioSpeeches>(organization, key, query, now)?)
            }
            "audio_transcriptions" => {
                page(key, now, usage::answer::<AudioTranscriptions>(organization, key, query, now)?)
            }
            "vector_stores" if key.behaviour == Behaviour::NoVectorStores => Err(not_found()),
            "vector_stores" => page(key, now, usage::answer::<VectorStores>(organization, key, query, now)?),
            "code_interpreter_sessions" => {
                page(key, now, usage::answer::<CodeInterpreterSessions>(organization, key, query, now)?)
            }
            "file_search_calls" => {
                page(key, now, usage::answer::<FileSearchCalls>(organization, key, query, now)?)
            }
            "web_search_calls" => {
                page(key, now, usage::answer::<WebSearchCalls>(organization, key, query, now)?)
            }
            _ => Err(not_found()),
        };
    }
    let segments: Vec<&str> = resource.split('/').collect();
    match segments.as_slice() {
        ["costs"] => page(key, now, costs::answer(organization, key, query, now, restated)?),
        ["projects"] => value(management::projects(organization, query)?),
        ["projects", project] => value(management::project(organization, project)?),
        ["projects", project, "api_keys"] => value(management::api_keys(organization, project, query)?),
        ["users"] => value(management::users(organization, query)?),
        ["admin_api_keys"] => value(management::admin_api_keys(organization, key, query, now)?),
        _ => Err(not_found()),
    }
}

/// A page's text, with what is left out of it.
fn page<R: ResultRow>(key: &Key, now: i64, mut page: Page<R>) -> Result<String, Failure> {
    if let Behaviour::Gap { days } = key.behaviour {
        let gap = now - now.rem_euclid(DAY) - days * DAY + 13 * HOUR;
        page.data.retain(|bucket| {
            !bucket.end_time.is_some_and(|end_time| (bucket.start_time..end_time).contains(&gap))
        });
    }
    if key.behaviour == Behaviour::Young {
        let first = now - now.rem_euclid(DAY) - 9 * DAY;
        page.data.retain(|bucket| bucket.start_time >= first);
    }
    if matches!(key.behaviour, Behaviour::UsageStopped | Behaviour::QuietWithoutHeader) {
        let stopped = now - now.rem_euclid(DAY) - 4 * DAY;
        for bucket in page.data.iter_mut().filter(|bucket| bucket.start_time >= stopped) {
            bucket.results = Vec::new().into();
        }
    }
    value(page)
}

/// The answer's text. It never passes through a JSON value, whose numbers would lose digits.
fn value(answer: impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(&answer).map_err(|_| Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR))
}

fn succeeded(key: &Key, mut text: String, now: i64) -> Response {
    match key.behaviour {
        Behaviour::Truncated => text.truncate(text.floor_char_boundary(text.len() / 2)),
        Behaviour::NoCursor => text = without_cursor(&text),
        Behaviour::UnknownRows => text = with_unknown_fields(&text),
        Behaviour::OddRows => text = with_odd_rows(&text, now),
        _ => {}
    }
    json(StatusCode::OK, Body::from(text))
}

pub(crate) fn failed(failure: &Failure) -> Response {
    let mut response =
        json(failure.status, Body::from(serde_json::to_string(&failure.body).unwrap_or_default()));
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn json(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The headers of every answer of OpenAI's.
fn decorate(state: &State, key: Option<&'static Key>, took: Duration, response: &mut Response) {
    let parts = [u64::from(std::process::id()), state.next_answer(), state.now().unsigned_abs()];
    let request_id = format!("req_{}", text(&parts, 32).to_lowercase());
    let headers = response.headers_mut();
    headers.insert("openai-version", HeaderValue::from_static("2020-10-01"));
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    headers.insert("openai-processing-ms", HeaderValue::from(milliseconds));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert("x-request-id", value);
    }
    let tells = |key: &Key| key.tells_organization() && key.behaviour != Behaviour::QuietWithoutHeader;
    let accepted = key.filter(|key| tells(key) && response.status() != StatusCode::UNAUTHORIZED);
    let organization = accepted.and_then(|key| state.organization(key));
    if let Some(value) = organization.and_then(|organization| HeaderValue::from_str(&organization.id).ok()) {
        response.headers_mut().insert("openai-organization", value);
    }
}

fn masked(secret: &str) -> String {
    let characters = secret.chars().count();
    let shown: String = secret.chars().skip(characters.saturating_sub(4)).collect();
    format!("{}**************{shown}", secret.chars().take(8).collect::<String>())
}

/// The same page, claiming that there is more and not saying where.
fn without_cursor(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut page)) => {
            page.insert("has_more".into(), Value::Bool(true));
            page.insert("next_page".into(), Value::Null);
            page.insert("last_id".into(), Value::Null);
            page.insert("data".into(), page.get("data").cloned().unwrap_or_default());
            Value::Object(page).to_string()
        }
        _ => text.to_owned(),
    }
}

/// The same costs without their currency, and on one day with a row that cannot be read.
fn with_odd_rows(text: &str, now: i64) -> String {
    let day = now - now.rem_euclid(DAY) - 5 * DAY;
    let bucket = format!("\"start_time\":{day},\"end_time\":{},\"results\":[", day + DAY);
    let odd = "{\"amount\":{\"value\":7,\"currency\":\"gold\"}},";
    text.replace(",\"currency\":\"usd\"", "").replace(&bucket, &format!("{bucket}{odd}"))
}

/// The same answer with fields and rows that no specification names.
fn with_unknown_fields(text: &str) -> String {
    text.replacen("{\"", "{\"future_field\":{\"deep\":[1,null]},\"", 1).replace(
        "\"results\":[{",
        "\"results\":[{\"object\":\"organization.future.result\",\"dreams\":7},{\"future\":true,",
    )
}
