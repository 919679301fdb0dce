//! Calls of the contract: the only file that touches fetch.

mod stream;

use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;

use ::api::{
    Access, CommonRefusal, Endpoint, File, Method, Nothing, Page, PageQuery, Permission, Problem, ReadOnly,
    Refused, client_report::ClientFault, endpoint::address, wire,
};
use gloo_net::http::{RequestBuilder, Response};
use web_sys::AbortSignal;

pub use self::stream::{Arriving, Received, Stop};
use crate::browser::{now, report_fault};
use crate::session;
use crate::ui::notice::Trouble;

/// Longest wait for an answer, in milliseconds: the server gives up after 60 s.
const PATIENCE_MS: u32 = 65_000;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum CallError<E> {
    /// The endpoint refused, for one of its own reasons.
    Refused(E, Problem),
    /// A permission is missing: one of these would do.
    Forbidden(Vec<Permission>, Problem),
    /// The session ended, and the user did not sign in again.
    SignedOut,
    /// The server did not answer.
    Unreachable,
    /// The answer does not fit this app.
    Garbled,
    /// Any other refusal, in the server's words.
    Failed(Problem),
    /// A file ended before its end.
    BrokenOff,
    /// The user stopped it.
    Stopped,
}

/// Calls an endpoint. When the session has ended, the user signs in again in place and the call is repeated: callers
/// need not know.
pub async fn call<E: Endpoint>(
    path: &E::Path,
    query: &E::Query,
    body: &E::Body,
) -> Result<E::Response, CallError<E::Error>> {
    let has_body = TypeId::of::<E::Body>() != TypeId::of::<Nothing>();
    let body = if has_body { serde_json::to_string(body).ok() } else { None };
    let answer = exchange(E::METHOD, address::<E>(path, query), body, E::ACCESS != Access::Anonymous).await;
    read::<E>(answer)
}

/// Asks for every part of a list, one after the other.
pub async fn all<E, T>() -> Result<Vec<T>, CallError<E::Error>>
where
    E: Endpoint<Path = (), Query = PageQuery, Body = Nothing, Response = Page<T>>,
{
    let mut items = Vec::new();
    let mut query = PageQuery { after: None, limit: Some(100) };
    loop {
        let page = call::<E>(&(), &query, &Nothing {}).await?;
        items.extend(page.items);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(items),
        }
    }
}

/// Asks for a file. It comes as its bytes; everything else is as in [`call`].
pub async fn file<E>(path: &E::Path, query: &E::Query) -> Result<Vec<u8>, CallError<E::Error>>
where
    E: Endpoint<Body = Nothing, Response = File>,
{
    match exchange(E::METHOD, address::<E>(path, query), None, E::ACCESS != Access::Anonymous).await {
        Exchange::Answer(answer) if answer.is_success() => Ok(answer.body),
        answer => Err(refusal::<E>(answer)),
    }
}

/// Downloads a file as it is made, and tells how much of it is here.
pub async fn download<E>(
    query: &E::Query,
    body: &E::Body,
    stop: &Stop,
    arriving: impl Fn(Arriving) + 'static,
) -> Result<Received, CallError<E::Error>>
where
    E: Endpoint<Path = (), Response = File>,
{
    let has_body = TypeId::of::<E::Body>() != TypeId::of::<Nothing>();
    let body = if has_body { serde_json::to_string(body).ok() } else { None };
    let address = address::<E>(&(), query);
    loop {
        let sent_at = now();
        let Some(response) = request(E::METHOD, &address, body.as_deref(), &stop.signal()).await else {
            return Err(if stop.is_pressed() { CallError::Stopped } else { CallError::Unreachable });
        };
        match response.status() {
            200..300 => {
                session::was_used(sent_at);
                let received = stream::receive(&response, stop, Box::new(arriving)).await;
                let failed = if stop.is_pressed() { CallError::Stopped } else { CallError::BrokenOff };
                return received.ok_or(failed);
            }
            401 if E::ACCESS != Access::Anonymous => {
                if !session::sign_in_again().await {
                    return Err(CallError::SignedOut);
                }
            }
            status => {
                let body = response.binary().await.unwrap_or_default();
                return Err(refusal::<E>(Exchange::Answer(Answer { status, body })));
            }
        }
    }
}

/// Tells the server that a file was not what it should be, and gives what the page says about it.
pub fn garbled_file<E: Endpoint>() -> CallError<E::Error> {
    garbled(E::PATH)
}

/// Calls an endpoint that takes neither query nor body.
pub async fn get<E>(path: &E::Path) -> Result<E::Response, CallError<E::Error>>
where
    E: Endpoint<Query = Nothing, Body = Nothing>,
{
    call::<E>(path, &Nothing {}, &Nothing {}).await
}

impl<E> CallError<E> {
    /// The error in words: cause, remedy and reference.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Refused(_, problem) | Self::Forbidden(_, problem) | Self::Failed(problem) => Trouble {
                title: problem.title.clone(),
                detail: problem.detail.clone(),
                remedy: problem.remedy.clone(),
                reference: Some(problem.request_id.clone()),
                retryable: problem.retryable,
            },
            Self::SignedOut => Trouble::new("Signed out", "Your session has ended.", "Sign in again.", false),
            Self::Unreachable => Trouble::new(
                "No connection",
                "The server did not answer.",
                "Check your network connection, then try again.",
                true,
            ),
            Self::Garbled => Trouble::new(
                "Unexpected response",
                "The server's response does not match this version of the console.",
                "Reload the page. If the problem persists, tell the operator of this console.",
                true,
            ),
            Self::BrokenOff => Trouble::new(
                "The file is incomplete",
                "The download stopped early: the connection was lost, or a day was imported again meanwhile.",
                "Nothing was saved. Try again.",
                true,
            ),
            Self::Stopped => Trouble::new("Stopped", "The download was stopped.", "Nothing was saved.", true),
        }
    }
}

/// What came of a request. A signed-out answer is told apart here, since it is dealt with here.
enum Exchange {
    Answer(Answer),
    SignedOut,
    Unreachable,
}

/// Sends a request until it is answered by somebody who knows the user. Boxed and not generic: of all that a call
/// needs, this is the most, and it is in the app once.
fn exchange(
    method: Method,
    address: String,
    body: Option<String>,
    signs_in: bool,
) -> Pin<Box<dyn Future<Output = Exchange>>> {
    Box::pin(async move {
        loop {
            let sent_at = now();
            let Some(answer) = send(method, &address, body.as_deref()).await else {
                return Exchange::Unreachable;
            };
            if answer.status < 400 {
                session::was_used(sent_at);
            }
            if answer.status != 401 || !signs_in {
                return Exchange::Answer(answer);
            }
            if !session::sign_in_again().await {
                return Exchange::SignedOut;
            }
        }
    })
}

fn read<E: Endpoint>(answer: Exchange) -> Result<E::Response, CallError<E::Error>> {
    match answer {
        Exchange::Answer(answer) if answer.is_success() => {
            let text = answer.text();
            wire::parse(if text.is_empty() { "{}" } else { text }).ok_or_else(|| garbled(E::PATH))
        }
        answer => Err(refusal::<E>(answer)),
    }
}

fn refusal<E: Endpoint>(answer: Exchange) -> CallError<E::Error> {
    let answer = match answer {
        Exchange::Answer(answer) => answer,
        Exchange::SignedOut => return CallError::SignedOut,
        Exchange::Unreachable => return CallError::Unreachable,
    };
    match Refused::<E::Error>::parse(answer.text()) {
        Some(Refused::Specific(refusal, problem)) => CallError::Refused(refusal, problem),
        Some(Refused::Common(CommonRefusal::SignedOut, _)) => CallError::SignedOut,
        Some(Refused::Common(CommonRefusal::Forbidden { needs }, problem)) => {
            CallError::Forbidden(needs, problem)
        }
        Some(Refused::Common(CommonRefusal::SecondFactorNeeded, problem)) => {
            // The company has just asked for it: the app leads to where it is set up.
            session::refresh();
            CallError::Failed(problem)
        }
        Some(Refused::Common(_, problem)) => CallError::Failed(problem),
        // A gateway in between answers in its own words when it cannot reach the server.
        None if matches!(answer.status, 502..=504) => CallError::Unreachable,
        None => garbled(E::PATH),
    }
}

fn garbled<E>(path: &str) -> CallError<E> {
    report_fault(ClientFault::GarbledAnswer, &path.replace(['{', '}'], ""));
    CallError::Garbled
}

struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, empty when it is no text.
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

/// Sends a request and reads the whole answer; `None` when there was none.
async fn send(method: Method, address: &str, body: Option<&str>) -> Option<Answer> {
    let patience = AbortSignal::timeout_with_u32(PATIENCE_MS);
    let response = request(method, address, body, &patience).await?;
    Some(Answer { status: response.status(), body: response.binary().await.ok()? })
}

/// Sends a request; `None` when nobody answered.
async fn request(method: Method, address: &str, body: Option<&str>, stop: &AbortSignal) -> Option<Response> {
    let method = match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let builder = RequestBuilder::new(address)
        .method(method)
        .header("accept", "application/json, application/octet-stream")
        .abort_signal(Some(stop));
    let response = match body {
        Some(body) => builder.header("content-type", "application/json").body(body).ok()?.send().await,
        None => builder.send().await,
    }
    .ok()?;
    if let Some(build) = response.headers().get("x-build") {
        session::saw_build(&build);
    }
    session::saw_read_only(response.headers().get(ReadOnly::HEADER).is_some());
    Some(response)
}
