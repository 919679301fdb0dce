//! The caller's own sessions: where they are signed in, and how to end that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{Access, Endpoint, Method, Nothing, SessionId, Timestamp};

/// A session of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnSession {
    /// Its id, which opens nothing.
    pub id: SessionId,
    /// The browser and the system, as far as they told: `Firefox on Linux`.
    pub device: String,
    /// The network that it was begun from: an IPv4 address, or the first half of an IPv6 address.
    pub network: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether this call is part of it.
    pub current: bool,
}

/// The sessions of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnSessions {
    /// The one last used first.
    pub items: Vec<OwnSession>,
}

/// The caller's sessions.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/sessions";
    const SUMMARY: &'static str = "List where you are signed in";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = OwnSessions;
    type Error = Never;
}

/// Ends every session of the caller but this one.
pub struct DeleteOthers;

impl Endpoint for DeleteOthers {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/sessions";
    const SUMMARY: &'static str = "End all of your sessions but this one";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 204;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}

/// Ends a session of the caller. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/sessions/{session}";
    const SUMMARY: &'static str = "End one of your sessions";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 204;
    type Path = SessionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}
