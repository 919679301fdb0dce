//! The client: made once for the process, it holds the connections and no key.

use std::time::Duration;

use admin_key::AdminKey;

use crate::account::Account;
use crate::base_url::BaseUrl;
use crate::retry::{Jitter, Retry};

pub(crate) mod call;
mod reach;

pub use reach::Reached;

/// How the client behaves. All of it is the operator's, none of it a user's.
pub struct Settings {
    /// Where OpenAI's API is.
    pub base_url: BaseUrl,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for a complete answer, per attempt.
    pub attempt_timeout: Duration,
    /// When a call is repeated, unless an [`Account`] says otherwise.
    pub retry: Retry,
    /// The random part of the waits.
    pub jitter: Jitter,
}

impl Settings {
    /// What suits work in the background.
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(60),
            retry: Retry::patient(),
            jitter: Jitter::default(),
        }
    }
}

/// Reads OpenAI's Admin API: GET only, a closed list of paths, one host, no redirects.
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: Retry,
    pub(crate) jitter: Jitter,
}

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// TLS could not be set up.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// Makes the client. Nothing is sent.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(settings.base_url.is_https())?)
            .https_only(settings.base_url.is_https())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // The environment's proxy variables are not read.
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            // Buffers of an idle connection may still hold the header with the key, so idle ones are closed soon.
            .pool_idle_timeout(Duration::from_secs(1))
            .user_agent(concat!("openai-lens/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(SetupError::Http)?;
        Ok(Self {
            http,
            base_url: settings.base_url,
            attempt_timeout: settings.attempt_timeout,
            retry: settings.retry,
            jitter: settings.jitter,
        })
    }

    /// The calls that can be made with `key`. The key is borrowed: it lives no longer than its owner wants.
    pub fn as_account<'a>(&'a self, key: &'a AdminKey) -> Account<'a> {
        Account {
            client: self,
            key,
            retry: self.retry,
            attempt_timeout: self.attempt_timeout,
            longest_answer: call::LONGEST_ANSWER,
            turns: None,
            parser: None,
            observer: None,
            pause: None,
        }
    }
}
