//! Calls to the provider: no redirects, no proxy of the environment, little time and few bytes.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};

use crate::fault::Fault;

/// Longest answer that is read, in bytes: a set of keys takes a few kilobytes.
const LONGEST: usize = 1 << 20;
/// Longest wait for a connection, and for a whole answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);

/// Why the provider cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// TLS could not be set up.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
}

/// A client for a provider with or without TLS.
pub(crate) fn client(https: bool) -> Result<reqwest::Client, SetupError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(https)?)
        .https_only(https)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        // Buffers of an idle connection may still hold tokens and our secret.
        .pool_idle_timeout(Duration::from_secs(1))
        .user_agent(concat!("openai-lens/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(SetupError::Http)
}

/// Sends a request, and reads its status and its whole body.
pub(crate) async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Fault> {
    let mut response = request.send().await.map_err(|_| Fault::Unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Fault::Unreachable)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Fault::NotUnderstood);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status(), body))
}

/// Sends a request whose answer has to be 200.
pub(crate) async fn read(request: RequestBuilder) -> Result<Vec<u8>, Fault> {
    match send(request).await? {
        (StatusCode::OK, body) => Ok(body),
        (status, _) if status.is_server_error() => Err(Fault::Unreachable),
        _ => Err(Fault::NotUnderstood),
    }
}
