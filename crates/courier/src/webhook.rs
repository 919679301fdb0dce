//! Webhooks: one POST to an address that somebody chose, signed, and nothing of the answer but its status.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect;

use crate::failure::{Failure, causes, is_of_tls};
use crate::resolver::{Guard, Lookup, NotPublic, SystemLookup};
use crate::signature::Secret;
use crate::target::{Reach, Target};

/// Longest wait for a connection, and for the answer's headers. Of the body nothing is read.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Calls webhooks. Made once for the process.
pub struct Webhooks {
    http: reqwest::Client,
    reach: Reach,
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The same for every attempt of a delivery, so that the receiver notices one that came twice.
    pub id: &'a str,
    /// Now, in Unix seconds.
    pub timestamp: i64,
    /// JSON.
    pub body: &'a str,
    /// What it is signed with.
    pub secret: &'a Secret,
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

impl Webhooks {
    /// Makes the client. Nothing is sent.
    pub fn new(reach: Reach) -> Result<Self, SetupError> {
        Self::with_lookup(reach, Arc::new(SystemLookup))
    }

    /// The same, with names looked up otherwise.
    pub fn with_lookup(reach: Reach, lookup: Arc<dyn Lookup>) -> Result<Self, SetupError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(true)?)
            .https_only(reach == Reach::Internet)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(Guard { lookup, reach })
            .connect_timeout(CONNECT)
            // A connection that is kept would outlive the look at its address.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("openai-lens/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(SetupError::Http)?;
        Ok(Self { http, reach })
    }

    /// How far it reaches.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Sends a message once.
    pub async fn send(&self, target: &Target, call: Call<'_>) -> Result<(), Failure> {
        let request = self
            .http
            .post(target.url())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", call.id)
            .header("webhook-timestamp", call.timestamp)
            .header("webhook-signature", call.secret.sign(call.id, call.timestamp, call.body))
            .body(call.body.to_owned());
        let answer = match tokio::time::timeout(ANSWER, request.send()).await {
            Err(_) => return Err(Failure::TimedOut),
            Ok(Err(error)) => return Err(failure(&error)),
            Ok(Ok(answer)) => answer,
        };
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status @ 300..=399 => Err(Failure::Redirected { status }),
            status => Err(Failure::Answered { status }),
        }
    }
}

fn failure(error: &reqwest::Error) -> Failure {
    if causes(error).any(|cause| cause.is::<NotPublic>()) {
        Failure::NotPublic
    } else if is_of_tls(error) {
        Failure::Insecure
    } else if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_connect() {
        Failure::Unreachable
    } else {
        Failure::NotUnderstood
    }
}
