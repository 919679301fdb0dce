//! What a handler gets and gives.

use std::net::IpAddr;

use api::{CommonRefusal, Endpoint};
use http::header::{HeaderName, HeaderValue};
use oidc::Handshake;

use super::download::Download;
use super::failure::Failure;
use crate::app::App;
use crate::audit::{self, Who};
use crate::session::{Signed, Token};
use crate::store::user::User;

/// What a handler of `E` gives.
pub type Outcome<E> = Result<Reply<<E as Endpoint>::Response>, Failure<<E as Endpoint>::Error>>;

/// What a handler of `E` gives when its answer is a file.
pub type FileOutcome<E> = Result<Download, Failure<<E as Endpoint>::Error>>;

/// Who calls, and what the server has.
pub struct Cx {
    /// What is shared.
    pub app: App,
    /// The network address that the call comes from.
    pub peer: IpAddr,
    /// The request, as the audit log tells of it.
    pub request: audit::Request,
    /// What the browser tells of itself, in words of ours.
    pub device: String,
    /// The session's token, where the browser sent one, whether it is valid or not.
    pub token: Option<Token>,
    /// The hash of the API token that the caller showed in place of a session.
    pub api_token: Option<String>,
    /// What the browser kept while it was away at the company's provider.
    pub departure: Option<Handshake>,
    /// The session, where there is a valid one.
    pub signed: Option<Signed>,
}

impl Cx {
    /// The signed-in user. Endpoints for signed-in users always have one: the router has checked it.
    pub fn user(&self) -> Result<&User, CommonRefusal> {
        self.signed.as_ref().map(|signed| &signed.user).ok_or(CommonRefusal::SignedOut)
    }

    /// The caller, for the audit log.
    pub fn who(&self) -> Result<Who, CommonRefusal> {
        let signed = self.signed.as_ref().ok_or(CommonRefusal::SignedOut)?;
        Ok(Who::signed(signed, self.request.clone()))
    }
}

/// A call of an endpoint, taken apart.
pub struct Call<E: Endpoint> {
    /// The values in the address.
    pub path: E::Path,
    /// The query string.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
}

/// An answer, with headers beside those that every answer has.
pub struct Reply<T> {
    /// The body.
    pub value: T,
    /// The headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl<T> Reply<T> {
    /// The same with a header more.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl<T> From<T> for Reply<T> {
    fn from(value: T) -> Self {
        Self { value, headers: Vec::new() }
    }
}
