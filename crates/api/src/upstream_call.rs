//! The log of calls to OpenAI: what was done with the admin keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audit_event::ChainFault;
use crate::connection::ListError;
use crate::endpoint::File;
use crate::problem::Never;
use crate::{Access, ConnectionId, Endpoint, Method, Nothing, Page, PageQuery, Permission, Timestamp};

/// Lists the calls, newest first.
pub struct List;

/// Which calls. What is absent asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpstreamCallQuery {
    /// Those with this text in their method, path, status, outcome or OpenAI's id of the request, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Those with the key of this connection, also before it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// Those that came to nothing, or those that were answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    /// Those at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Those before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// The `next` of the part before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Most items in a part: 1 to 100, 50 when absent. A part may have fewer, also none, and yet a next one: a search goes
    /// through a bounded number of calls at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u8>,
}

impl UpstreamCallQuery {
    /// Which part is asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), limit: self.limit }
    }
}

/// A call: one attempt, also one that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpstreamCall {
    /// With whose key.
    pub connection: ConnectionId,
    /// Its number: 1 for the connection's first one, without gaps.
    pub seq: u64,
    /// When it began.
    pub at: Timestamp,
    /// The method that was sent.
    pub method: String,
    /// The path that was asked for, without its query.
    pub path: String,
    /// The status of OpenAI's answer; absent when none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `ok`, why it failed, such as `missing_scope`, or `cancelled` when nobody waited for it any more.
    pub outcome: String,
    /// OpenAI's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Milliseconds until its end.
    pub duration_ms: u32,
}

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/upstream-calls";
    const SUMMARY: &'static str = "Search the calls made to OpenAI with the admin keys, newest first";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    type Path = ();
    type Query = UpstreamCallQuery;
    type Body = Nothing;
    type Response = Page<UpstreamCall>;
    type Error = ListError;
}

/// Goes through the calls and says whether they are as they were written.
pub struct Verify;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verification {
    /// All calls that are kept are present, as they were written.
    Whole {
        /// How many.
        calls: u64,
    },
    /// The log has been tampered with.
    Broken {
        /// In the calls with the key of this connection.
        connection: ConnectionId,
        /// The number of the first call that does not fit.
        seq: u64,
        /// What is wrong there.
        fault: ChainFault,
    },
}

impl Endpoint for Verify {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/upstream-calls/verification";
    const SUMMARY: &'static str = "Verify that the log of calls to OpenAI is as it was written";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Verification;
    type Error = Never;
}

/// The calls as a file of comma-separated values, newest first.
pub struct Export;

/// Which calls. What is absent asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

impl ExportQuery {
    /// The list of the same calls.
    pub fn list(self) -> UpstreamCallQuery {
        let Self { text, connection, failed, from, to } = self;
        UpstreamCallQuery { text, connection, failed, from, to, after: None, limit: None }
    }
}

impl Endpoint for Export {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/exports/upstream-calls";
    const SUMMARY: &'static str = "Download the calls made to OpenAI with the admin keys, as CSV";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    const MEDIA: &'static [&'static str] = &["text/csv"];
    type Path = ();
    type Query = ExportQuery;
    type Body = Nothing;
    type Response = File;
    type Error = Never;
}
