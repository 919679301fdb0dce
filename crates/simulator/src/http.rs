//! HTTP: who asks, what happens to the key, and which answer it gets.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, VectorStores, WebSearchCalls,
};
use serde::Serialize;
use serde_json::Value;

use crate::clock::{Clock, DAY};
use crate::failure::Failure;
use crate::key::{self, Behaviour, KEYS, Key, Whose};
use crate::organization::{Organization, Size};
use crate::query::Query;
use crate::random::{mix, text};
use crate::request_log::{Logged, RequestLog, fingerprint};
use crate::{costs, management, usage};

/// The first request that a key revoked in mid-run is refused.
const REVOKED_FROM: u64 = 6;
const SMALL: Size = Size { projects: 3, keys: 6, users: 4, days: 30 };
const LARGE: Size = Size { projects: 200, keys: 1_000, users: 120, days: 730 };

/// What the simulator remembers.
pub(crate) struct State {
    pub(crate) log: RequestLog,
    clock: Clock,
    latency: Duration,
    organizations: BTreeMap<(Whose, &'static str), Organization>,
    /// Requests so far, by key and by what was asked.
    counts: Mutex<HashMap<(&'static str, String), u64>>,
}

impl State {
    pub(crate) fn new(clock: Clock, latency: Duration, log: RequestLog) -> Self {
        let now = clock.now();
        let today = now - now.rem_euclid(DAY);
        let organizations = KEYS.iter().map(|key| (place(key), organization(key, today))).collect();
        Self { log, clock, latency, organizations, counts: Mutex::default() }
    }

    pub(crate) fn organization(&self, key: &Key) -> Option<&Organization> {
        self.organizations.get(&place(key))
    }

    /// Counts a request of a key, and says the how many-th it is.
    fn count(&self, key: &Key, what: &str) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((key.name, what.to_owned())).or_insert(0);
        *count += 1;
        *count
    }
}

fn place(key: &Key) -> (Whose, &'static str) {
    (key.organization, if key.organization == Whose::Own { key.name } else { "" })
}

fn organization(key: &Key, today: i64) -> Organization {
    match key.organization {
        Whose::Small => Organization::new("Acme Robotics", SMALL, today),
        Whose::Second => Organization::new("Acme Labs", SMALL, today),
        Whose::Large => Organization::new("Globex", LARGE, today),
        Whose::Empty => Organization::new("Initech", Size { projects: 0, keys: 0, users: 1, days: 1 }, today),
        Whose::Own => Organization::new(&format!("Acme {}", key.name), SMALL, today),
        Whose::Archive => {
            let mut archive = Organization::new("Acme Archive", SMALL, today);
            if let Some(project) = archive.projects.last_mut() {
                project.archived_at = Some(today - 5 * DAY);
            }
            if let Some(key) = archive.api_keys.last_mut() {
                key.deleted = true;
            }
            archive
        }
    }
}

/// Every address, in one handler: unknown ones are logged and answered as well.
pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new().fallback(move |request: Request| {
        let state = state.clone();
        async move { handle(&state, &request.into_parts().0).await }
    })
}

async fn handle(state: &State, request: &Parts) -> Response {
    let (method, path) = (&request.method, request.uri.path());
    if let Some(own) = path.strip_prefix("/_simulator/") {
        return control(state, method, own);
    }
    let secret = bearer(request);
    let mut entry = Logged {
        method: method.to_string(),
        path: path.to_owned(),
        query: request.uri.query().unwrap_or_default().to_owned(),
        key: secret.map(fingerprint).unwrap_or_default(),
        status: 0,
        at: state.clock.now(),
    };
    let key = secret.and_then(key::find);
    if key.is_some_and(|key| key.behaviour == Behaviour::Hanging) {
        state.log.add(entry);
        return std::future::pending().await;
    }
    let slow = key.is_some_and(|key| key.behaviour == Behaviour::Slow);
    tokio::time::sleep(if slow { Duration::from_secs(3) } else { state.latency }).await;
    let mut response = answer(state, request, secret, key);
    decorate(state, key, &mut response);
    entry.status = response.status().as_u16();
    state.log.add(entry);
    response
}

fn bearer(request: &Parts) -> Option<&str> {
    request.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn answer(state: &State, request: &Parts, secret: Option<&str>, key: Option<&'static Key>) -> Response {
    let (method, path) = (&request.method, request.uri.path());
    let Some(secret) = secret else { return failed(&Failure::no_authorization()) };
    let Some(key) = key else { return failed(&Failure::incorrect_key(&masked(secret))) };
    if method != Method::GET {
        return failed(&Failure::method_not_allowed(method.as_str()));
    }
    let Some(resource) = path.strip_prefix("/v1/organization/") else {
        return failed(&Failure::not_found(path));
    };
    let query = Query::parse(request.uri.query().unwrap_or_default());
    if let Some(response) = interfere(state, key, secret, resource, &query) {
        return response;
    }
    match read(state, key, resource, &query) {
        Ok(body) => succeeded(key, body),
        Err(failure) => failed(&failure),
    }
}

/// What happens to a sentinel key in the place of an answer.
fn interfere(state: &State, key: &Key, secret: &str, resource: &str, query: &Query) -> Option<Response> {
    let about_usage = resource == "costs" || resource.starts_with("usage/");
    let failure = match key.behaviour {
        Behaviour::Refused => Failure::incorrect_key(&masked(secret)),
        Behaviour::RefusedWithEcho => Failure::incorrect_key(secret),
        Behaviour::RevokedMidRun if state.count(key, "any") >= REVOKED_FROM => {
            Failure::incorrect_key(&masked(secret))
        }
        Behaviour::NoUsageScope if about_usage => Failure::missing_scope("api.usage.read"),
        Behaviour::NoManagementScope if !about_usage => Failure::missing_scope("api.management.read"),
        Behaviour::IpRefused => Failure::ip_not_authorized(),
        Behaviour::RateLimited { retry_after } => Failure::rate_limited(retry_after),
        Behaviour::RateLimitedOnce if state.count(key, resource) == 1 => Failure::rate_limited(Some(1)),
        Behaviour::Down { status } => {
            Failure::server_error(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        Behaviour::DownOnPageTwo if query.text("page").is_some() || query.text("after").is_some() => {
            Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Behaviour::Html => {
            let mut response =
                Response::new(Body::from("<!doctype html><title>Proxy</title><p>Sign in to go on."));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            return Some(response);
        }
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

fn read(state: &State, key: &'static Key, resource: &str, query: &Query) -> Result<String, Failure> {
    let not_found = || Failure::not_found(resource);
    let organization = state.organization(key).ok_or_else(not_found)?;
    let now = state.clock.now();
    if let Some(name) = resource.strip_prefix("usage/") {
        return match name {
            "completions" => value(usage::answer::<Completions>(organization, key, query, now)?),
            "embeddings" => value(usage::answer::<Embeddings>(organization, key, query, now)?),
            "moderations" => value(usage::answer::<Moderations>(organization, key, query, now)?),
            "images" => value(usage::answer::<Images>(organization, key, query, now)?),
            "audio_speeches" => value(usage::answer::<AudioSpeeches>(organization, key, query, now)?),
            "audio_transcriptions" => {
                value(usage::answer::<AudioTranscriptions>(organization, key, query, now)?)
            }
            "vector_stores" => value(usage::answer::<VectorStores>(organization, key, query, now)?),
            "code_interpreter_sessions" => {
                value(usage::answer::<CodeInterpreterSessions>(organization, key, query, now)?)
            }
            "file_search_calls" => value(usage::answer::<FileSearchCalls>(organization, key, query, now)?),
            "web_search_calls" => value(usage::answer::<WebSearchCalls>(organization, key, query, now)?),
            _ => Err(not_found()),
        };
    }
    let segments: Vec<&str> = resource.split('/').collect();
    match segments.as_slice() {
        ["costs"] => {
            let day = now - now.rem_euclid(DAY) - 3 * DAY;
            let includes = query.time("start_time")?.is_some_and(|start| start <= day)
                && query.time("end_time")?.is_none_or(|end| end > day);
            let read = if includes { state.count(key, "restated day") } else { 1 };
            value(costs::answer(organization, key, query, now, read)?)
        }
        ["projects"] => value(management::projects(organization, query)?),
        ["projects", project] => {
            let all = management::projects(organization, &Query::parse("include_archived=true&limit=100"))?;
            let found = all.data.into_iter().find(|found| found.id == *project);
            value(found.ok_or_else(|| Failure::no_such_project(project))?)
        }
        ["projects", project, "api_keys"] => value(management::api_keys(organization, project, query)?),
        ["users"] => value(management::users(organization, query)?),
        ["admin_api_keys"] => value(management::admin_api_keys(organization, key, query, now)?),
        _ => Err(not_found()),
    }
}

/// The answer's text. It never passes through a JSON value, whose numbers would lose digits.
fn value(answer: impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(&answer).map_err(|_| Failure::server_error(StatusCode::INTERNAL_SERVER_ERROR))
}

fn succeeded(key: &Key, mut text: String) -> Response {
    match key.behaviour {
        Behaviour::Truncated => text.truncate(text.len() / 2),
        Behaviour::NoCursor => text = without_cursor(&text),
        Behaviour::UnknownRows => text = with_unknown_fields(&text),
        _ => {}
    }
    json(StatusCode::OK, Body::from(text))
}

fn failed(failure: &Failure) -> Response {
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
fn decorate(state: &State, key: Option<&'static Key>, response: &mut Response) {
    let nonce =
        mix(&[u64::from(std::process::id()), state.log.all().len() as u64, state.clock.now().unsigned_abs()]);
    let request_id = format!("req_{}", text(&[nonce], 32).to_lowercase());
    let headers = response.headers_mut();
    headers.insert("openai-version", HeaderValue::from_static("2020-10-01"));
    headers.insert("openai-processing-ms", HeaderValue::from_static("12"));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert("x-request-id", value);
    }
    let accepted =
        key.filter(|key| key.tells_organization() && response.status() != StatusCode::UNAUTHORIZED);
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

fn control(state: &State, method: &Method, what: &str) -> Response {
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
        _ => failed(&Failure::not_found(what)),
    }
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

/// The same answer with fields and rows that no specification names.
fn with_unknown_fields(text: &str) -> String {
    text.replacen("{\"", "{\"future_field\":{\"deep\":[1,null]},\"", 1).replace(
        "\"results\":[{",
        "\"results\":[{\"object\":\"organization.future.result\",\"dreams\":7},{\"future\":true,",
    )
}
