//! Mounts handlers: where, for whom and with which body follows from the endpoint in the handler's signature.

use std::any::TypeId;
use std::future::Future;

use api::{CommonRefusal, Endpoint, FieldError, File, Method, Nothing, PathParams, Refusal, UserId};
use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::request::Parts;

use super::admission::{admit, record_denial};
pub use super::call::{Call, Cx, FileOutcome, Outcome, Reply};
use super::exchange::RequestId;
use super::failure::{Failure, Fault};
use super::{json, peer, problem};
use crate::app::App;
use crate::session::{self, token};
use crate::{api_token, audit, device, read_only, sign_on};

/// Largest body that is read, in bytes.
pub const MOST_BODY: usize = 64 * 1024;

/// The values in the address; none of them are there when one is not UTF-8.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// The mounted endpoints, and a list of them to compare with [`api::ALL`].
#[derive(Default)]
pub struct Endpoints {
    router: Router<App>,
    mounted: Vec<(Method, &'static str)>,
}

impl Endpoints {
    /// Mounts a handler. Which endpoint it is of follows from its signature:
    /// `async fn view(cx: Cx, call: Call<View>) -> Outcome<View>`.
    pub fn endpoint<E, H, F>(self, handler: H) -> Self
    where
        E: Endpoint,
        H: Fn(Cx, Call<E>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Outcome<E>> + Send,
        E::Response: Send,
        E::Path: Send,
        E::Query: Send,
        E::Body: Send,
        E::Error: Send,
    {
        self.mount(handler, success::<E>)
    }

    /// Mounts a handler whose answer is a file: `async fn show(cx: Cx, call: Call<Show>) -> FileOutcome<Show>`.
    pub fn file<E, H, F>(self, handler: H) -> Self
    where
        E: Endpoint<Response = File>,
        H: Fn(Cx, Call<E>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = FileOutcome<E>> + Send,
        E::Path: Send,
        E::Query: Send,
        E::Body: Send,
        E::Error: Send,
    {
        self.mount(handler, |download| Ok(download.into_response()))
    }

    /// Mounts a handler, whose value becomes an answer.
    fn mount<E, H, F, T>(mut self, handler: H, answer: fn(T) -> Result<Response, Fault>) -> Self
    where
        E: Endpoint,
        H: Fn(Cx, Call<E>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, Failure<E::Error>>> + Send,
        T: Send + 'static,
        E::Path: Send,
        E::Query: Send,
        E::Body: Send,
        E::Error: Send,
    {
        let filter = match E::METHOD {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Delete => MethodFilter::DELETE,
        };
        let route = move |State(app): State<App>, params: Params, request: Request| {
            let handler = handler.clone();
            async move {
                let values: Option<Vec<String>> =
                    params.ok().map(|params| params.iter().map(|(_, value)| value.to_owned()).collect());
                serve(app, values, request, handler, answer).await
            }
        };
        self.router = self.router.route(E::PATH, on(filter, route));
        self.mounted.push((E::METHOD, E::PATH));
        self
    }

    /// What is mounted, in the order of mounting.
    pub fn mounted(&self) -> &[(Method, &'static str)] {
        &self.mounted
    }

    /// The routes.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

async fn serve<E, H, F, T>(
    app: App,
    values: Option<Vec<String>>,
    request: Request,
    handler: H,
    answer: fn(T) -> Result<Response, Fault>,
) -> Response
where
    E: Endpoint,
    H: Fn(Cx, Call<E>) -> F,
    F: Future<Output = Result<T, Failure<E::Error>>>,
{
    let (parts, body) = request.into_parts();
    let id = problem::request_id(&parts.extensions);
    let (mut user, noted) = (None, app.clone());
    let outcome: Result<T, Failure<E::Error>> = async {
        // Before anything is read of whoever may not call this.
        let mut cx = admitted::<E>(app, &parts, &id, &mut user).await?;
        let path = values.as_deref().and_then(path::<E>).ok_or_else(unknown::<E>)?;
        let query = json::read_query(parts.uri.query().unwrap_or_default()).map_err(malformed)?;
        let has_body = !body.is_end_stream();
        let body = self::body::<E>(&cx.app, &parts.headers, body).await?;
        if has_body {
            // It took its time to arrive, in which a session may have ended or a permission been taken.
            cx = admitted::<E>(cx.app, &parts, &id, &mut user).await?;
        }
        handler(cx, Call { path, query, body }).await
    }
    .await;
    let mut response = match outcome {
        Ok(value) => answer(value).unwrap_or_else(|fault| problem::of_fault(&*fault, &id)),
        Err(failure) => {
            if let Failure::Broken(fault) = &failure {
                read_only::note(&noted, &**fault);
            }
            problem::of_failure(failure, &id)
        }
    };
    if let Some(user) = user {
        response.extensions_mut().insert(user);
    }
    response
}

/// Who calls, if they may; and who it is in any case.
async fn admitted<E: Endpoint>(
    app: App,
    parts: &Parts,
    id: &RequestId,
    user: &mut Option<UserId>,
) -> Result<Cx, Failure<E::Error>> {
    let cx = context::<E>(app, parts, id).await?;
    *user = cx.signed.as_ref().map(|signed| signed.user.id.clone());
    if let Err(refusal) = admit::<E>(cx.signed.as_ref()) {
        record_denial::<E>(&cx, &refusal).await?;
        return Err(refusal.into());
    }
    Ok(cx)
}

async fn context<E: Endpoint>(app: App, parts: &Parts, id: &RequestId) -> Result<Cx, Failure<E::Error>> {
    let socket = parts.extensions.get::<peer::Socket>().copied();
    let peer = peer::address(socket, &parts.headers, app.settings.trusted_proxies);
    let request = audit::Request::new(id.as_str(), peer);
    let device = device::describe(&parts.headers);
    if let Some(token) = api_token::from_headers(&parts.headers) {
        // A token that is not good is no reason to look at the cookie: the caller would not learn of it.
        let signed = api_token::find(&app, &token).await?.ok_or(CommonRefusal::BadToken)?;
        let api_token = Some(token::hash(&token));
        return Ok(Cx {
            app,
            peer,
            request,
            device,
            token: None,
            api_token,
            departure: None,
            signed: Some(signed),
        });
    }
    let token = session::Token::from_headers(&parts.headers);
    let signed = match &token {
        Some(token) => session::find(&app, token).await?,
        None => None,
    };
    let departure = sign_on::cookie::read(&parts.headers);
    Ok(Cx { app, peer, request, device, token, api_token: None, departure, signed })
}

fn path<E: Endpoint>(values: &[String]) -> Option<E::Path> {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    E::Path::parse(&values)
}

/// A value that cannot be an id is answered like an id that nobody has.
fn unknown<E: Endpoint>() -> Failure<E::Error> {
    let named = E::Error::samples().into_iter().find(|refusal| refusal.describe().status == 404);
    named.map_or(Failure::Common(CommonRefusal::NoSuchAddress), Failure::Refused)
}

fn malformed(issues: Vec<FieldError>) -> CommonRefusal {
    CommonRefusal::Malformed { issues }
}

async fn body<E: Endpoint>(app: &App, headers: &HeaderMap, body: Body) -> Result<E::Body, CommonRefusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BODY as u64) {
        return Err(CommonRefusal::TooLarge);
    }
    let bytes = tokio::time::timeout(app.limits.body, axum::body::to_bytes(body, MOST_BODY + 1))
        .await
        .map_err(|_| late())?;
    let bytes = match bytes {
        Ok(bytes) if bytes.len() <= MOST_BODY => bytes,
        Ok(_) => return Err(CommonRefusal::TooLarge),
        Err(error) if is_length_limit(&error) => return Err(CommonRefusal::TooLarge),
        Err(_) => {
            return Err(malformed(vec![FieldError {
                field: String::new(),
                issue: "The body was cut off.".into(),
            }]));
        }
    };
    let takes_none = TypeId::of::<E::Body>() == TypeId::of::<Nothing>();
    let says = headers.contains_key(CONTENT_TYPE);
    let is_empty = takes_none && bytes.is_empty();
    // What changes something is asked for in JSON even where there is nothing to say: whatever another site's page can send
    // unasked, such as a form, says that it is something else.
    let need_not_say = is_empty && (!says || E::METHOD == Method::Get);
    let in_json = says && headers.get_all(CONTENT_TYPE).iter().all(is_json);
    if !need_not_say && !in_json {
        return Err(CommonRefusal::UnsupportedMediaType);
    }
    if is_empty {
        return json::read(b"{}").map_err(malformed);
    }
    json::read(&bytes).map_err(malformed)
}

fn late() -> CommonRefusal {
    malformed(vec![FieldError { field: String::new(), issue: "The body did not arrive in time.".into() }])
}

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

fn is_json(content_type: &HeaderValue) -> bool {
    let text = content_type.to_str().unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| {
            !parameter.to_ascii_lowercase().starts_with("charset=")
                || parameter
                    .get(8..)
                    .is_some_and(|charset| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
        })
}

fn success<E: Endpoint>(answer: Reply<E::Response>) -> Result<Response, Fault> {
    let empty = TypeId::of::<E::Response>() == TypeId::of::<Nothing>();
    let body = if empty { Body::empty() } else { Body::from(serde_json::to_vec(&answer.value)?) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(E::STATUS).unwrap_or(StatusCode::OK);
    if !empty {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
    }
    // Several may have one name: an answer can set two cookies.
    for (name, value) in answer.headers {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
