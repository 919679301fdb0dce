//! One HTTP call: the only place where the key meets the network.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, SystemTime};

use admin_key::{AdminKey, Unfit};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, Response, Url};
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

use crate::answer::{Answer, Meta};
use crate::called::{Observer, Underway};
use crate::error::token::token;
use crate::error::{Error, ErrorKind, NotUnderstood, Unreachable, classify};

/// Longest answer that is read, after decompression, unless an account says otherwise.
pub(crate) const LONGEST_ANSWER: usize = 16 << 20;
/// Longest refusal that is read.
const LONGEST_REFUSAL: usize = 64 << 10;
/// From here on an answer is parsed away from the tasks that serve others: a megabyte takes milliseconds.
const LONG: usize = 128 << 10;
/// Long answers that are parsed at once: rows take several times what their text takes, and two keep two cores busy.
static PARSING: Semaphore = Semaphore::const_new(2);

/// Nothing but reading can be said. The log of calls tells the method that was sent.
const METHOD: Method = Method::GET;

/// Who calls, and how.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) key: &'a AdminKey,
    /// Longest wait for a complete answer.
    pub(crate) timeout: Duration,
    /// Longest answer that is read.
    pub(crate) longest_answer: usize,
    /// Who gives permits to read long answers, if anybody does.
    pub(crate) turns: Option<&'a Semaphore>,
    /// On whose threads a long answer is parsed, if not on the caller's.
    pub(crate) parser: Option<&'a Handle>,
    /// Whoever is told of the call.
    pub(crate) observer: Option<&'a Observer<'a>>,
}

/// Asks for `url` once and reads the answer as a `T`.
pub(crate) async fn call<T: DeserializeOwned + Send + 'static>(
    caller: Caller<'_>,
    url: Url,
    attempt: u32,
) -> Result<Answer<T>, Error> {
    let path = url.path().to_owned();
    let mut underway = Underway::begin(caller.observer, &METHOD, &path);
    let mut heard = Heard::default();
    let exchange = exchange(caller, url, &mut heard);
    let result = match tokio::time::timeout(caller.timeout, exchange).await {
        Ok(Ok(Body { bytes, turn: _turn })) => parse(bytes, caller.parser).await,
        Ok(Err(kind)) => Err(kind),
        Err(_) => Err(ErrorKind::TimedOut),
    };
    let outcome = result.as_ref().map_or_else(ErrorKind::code, |_| "ok");
    let meta = Meta {
        request_id: heard.request_id,
        organization: heard.organization,
        elapsed: underway.elapsed(),
        attempts: attempt,
    };
    underway.answered(heard.status, meta.request_id.clone());
    underway.ended(outcome);
    drop(underway);
    tracing::debug!(
        method = METHOD.as_str(),
        path,
        status = heard.status,
        outcome,
        request_id = meta.request_id,
        elapsed_ms = meta.elapsed.as_millis(),
        attempt,
        "called OpenAI"
    );
    match result {
        Ok(value) => Ok(Answer { value, meta }),
        Err(kind) => Err(Error { request_id: meta.request_id, wait: heard.retry_after, ..Error::new(kind) }),
    }
}

/// What the headers said, kept even when the body never comes.
#[derive(Default)]
struct Heard {
    status: Option<u16>,
    request_id: Option<String>,
    organization: Option<String>,
    retry_after: Option<Duration>,
}

impl Heard {
    fn new(response: &Response) -> Self {
        let headers = response.headers();
        Self {
            status: Some(response.status().as_u16()),
            request_id: text(headers, "x-request-id").and_then(token),
            organization: text(headers, "openai-organization").and_then(token),
            retry_after: classify::retry_after(
                text(headers, "retry-after-ms"),
                text(headers, "retry-after"),
                SystemTime::now(),
            ),
        }
    }
}

/// What an answer consists of.
#[derive(Default)]
struct Body<'a> {
    bytes: Vec<u8>,
    /// The permit of a long one.
    turn: Option<SemaphorePermit<'a>>,
}

async fn exchange<'a>(caller: Caller<'a>, url: Url, heard: &mut Heard) -> Result<Body<'a>, ErrorKind> {
    let request = caller.http.request(METHOD, url).header(AUTHORIZATION, bearer(caller.key)?);
    let request = request.header(ACCEPT, "application/json");
    let response = request.send().await.map_err(|error| no_answer(&error))?;
    *heard = Heard::new(&response);
    let status = response.status().as_u16();
    if status == 200 {
        return read(response, caller.longest_answer, caller.turns).await;
    }
    // A refusal's status says enough even when its body cannot be read.
    let body = read(response, LONGEST_REFUSAL, None).await.unwrap_or_default();
    Err(classify::refusal(status, &body.bytes, heard.retry_after))
}

fn bearer(key: &AdminKey) -> Result<HeaderValue, ErrorKind> {
    let text = Zeroizing::new(format!("Bearer {}", key.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| ErrorKind::MalformedKey(Unfit::BadCharacter))?;
    value.set_sensitive(true);
    Ok(value)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

async fn read(
    mut response: Response,
    longest: usize,
    turns: Option<&Semaphore>,
) -> Result<Body<'_>, ErrorKind> {
    let mut body = Body::default();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.bytes.len() + chunk.len() > longest => {
                return Err(ErrorKind::NotUnderstood(NotUnderstood::TooLong));
            }
            Ok(Some(chunk)) => body.bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => return Err(ErrorKind::NotUnderstood(NotUnderstood::Truncated)),
        }
        if body.bytes.len() > LONG
            && body.turn.is_none()
            && let Some(turns) = turns
        {
            // A turn is never taken away: there is no error.
            body.turn = turns.acquire().await.ok();
        }
    }
}

async fn parse<T: DeserializeOwned + Send + 'static>(
    body: Vec<u8>,
    parser: Option<&Handle>,
) -> Result<T, ErrorKind> {
    if body.len() < LONG {
        return read_json(&body);
    }
    // A turn is never taken away: there is no error.
    let _turn = PARSING.acquire().await;
    // It fails when the process ends, or in a panic of the parser: no answer either way.
    let parser = parser.cloned().unwrap_or_else(Handle::current);
    let parsed = parser.spawn_blocking(move || read_json(&body)).await;
    parsed.unwrap_or(Err(ErrorKind::NotUnderstood(NotUnderstood::NotJson)))
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorKind> {
    use serde_json::error::Category;
    serde_json::from_slice(body).map_err(|error| {
        let html = body.trim_ascii_start().starts_with(b"<");
        ErrorKind::NotUnderstood(match error.classify() {
            _ if html => NotUnderstood::Html,
            Category::Eof => NotUnderstood::Truncated,
            Category::Data => NotUnderstood::WrongShape,
            Category::Syntax | Category::Io => NotUnderstood::NotJson,
        })
    })
}

/// Why no answer came. The causes are wrapped several times, and only some of them are types that can be named.
pub(super) fn no_answer(error: &reqwest::Error) -> ErrorKind {
    if error.is_timeout() {
        return ErrorKind::TimedOut;
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = cause {
        let io = current.downcast_ref::<io::Error>();
        if current.is::<rustls::Error>() {
            return ErrorKind::Unreachable(Unreachable::Tls);
        }
        if io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return ErrorKind::Unreachable(Unreachable::Refused);
        }
        if current.to_string().starts_with("dns error") {
            return ErrorKind::Unreachable(Unreachable::Dns);
        }
        // An I/O error names as its source not what it wraps, but that one's source.
        let wrapped = io.and_then(io::Error::get_ref).map(|inner| inner as &(dyn StdError + 'static));
        cause = wrapped.or_else(|| current.source());
    }
    ErrorKind::Unreachable(Unreachable::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_with_the_key_prints_nothing() {
        let key = AdminKey::parse("sk-admin-abcdefghijklmnopqrstuvwxyz0123456789").unwrap();
        let value = bearer(&key).unwrap();
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert_eq!(value, "Bearer sk-admin-abcdefghijklmnopqrstuvwxyz0123456789");
    }
}
