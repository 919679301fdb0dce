//! The audit log as it is read: the events flat, with what they changed, for people and programs alike.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::connection::ListError;
use crate::endpoint::File;
use crate::problem::Never;
use crate::{Access, Endpoint, Method, Nothing, Page, PageQuery, Permission, Timestamp};

/// Lists what is recorded, newest first.
pub struct List;

/// Which events. What is absent asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Those with this text in any value that is shown, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Those by whom: an id of a person or a token, an e-mail address or a part of it, or `operator` or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Those of this kind, such as `key_entered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Those that happened to the object with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Those that were done, or those that were refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
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
    /// through a bounded number of events at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u8>,
}

impl AuditQuery {
    /// Which part is asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), limit: self.limit }
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// Its number: 1 for the company's first one, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by kind.
    pub actor: ActorKind,
    /// The person's address at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The person's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The token's id, where a program did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The id that the request's answer carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The network that the request came from: an address without its last part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// What, such as `key_entered`.
    pub kind: String,
    /// The id of what it happened to; absent when that is the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// How it ended.
    pub result: Outcome,
    /// What else is known of it. The last characters and the fingerprint of a key are told only to those who may connect
    /// accounts, here and in what it changed.
    pub details: Vec<Detail>,
    /// What it changed.
    pub changes: Vec<FieldChange>,
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A program with a person's token.
    ApiToken,
    /// The operator, on the command line.
    Operator,
    /// The server by itself.
    System,
    /// The row has been tampered with and no longer says.
    Unknown,
}

impl ActorKind {
    /// The name on the wire and in files.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiToken => "api_token",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Unknown => "unknown",
        }
    }
}

/// A value that an event tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Detail {
    /// Its name, such as `fingerprint`.
    pub field: String,
    /// The value; lists have commas in between.
    pub value: String,
}

/// A value that an event changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// Its name, such as `permissions`.
    pub field: String,
    /// What it was; absent for what is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent for what is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/audit-events";
    const SUMMARY: &'static str = "Search the audit log, newest first";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    type Path = ();
    type Query = AuditQuery;
    type Body = Nothing;
    type Response = Page<AuditEntry>;
    type Error = ListError;
}

/// Goes through the log and says whether it is as it was written.
pub struct Verify;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verification {
    /// All events are present, as they were written.
    Whole {
        /// How many.
        events: u64,
    },
    /// The log has been tampered with.
    Broken {
        /// The number of the first event that does not fit.
        seq: u64,
        /// What is wrong there.
        fault: ChainFault,
    },
}

/// What is wrong with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainFault {
    /// It is not there.
    Missing,
    /// It is not what was written there.
    Changed,
    /// It is behind the end of the log, or the end itself was changed.
    End,
}

impl Endpoint for Verify {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/audit-events/verification";
    const SUMMARY: &'static str = "Verify that the audit log is as it was written";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Verification;
    type Error = Never;
}

/// The log as a file, newest first.
pub struct Export;

/// Which events, and in which form. What is absent asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// As in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// The form of the file.
    pub format: LogFormat,
}

impl ExportQuery {
    /// The list of the same events.
    pub fn list(self) -> AuditQuery {
        let Self { text, actor, kind, object, result, from, to, format: _ } = self;
        AuditQuery { text, actor, kind, object, result, from, to, after: None, limit: None }
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Comma-separated values, UTF-8 (RFC 4180).
    Csv,
    /// A line of JSON for each event, as the list has it.
    JsonLines,
}

impl LogFormat {
    /// Its media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

impl Endpoint for Export {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/exports/audit-events";
    const SUMMARY: &'static str = "Download the audit log, as CSV or lines of JSON";
    const ACCESS: Access = Access::AnyOf(Permission::READS_AUDIT);
    const MEDIA: &'static [&'static str] = &[LogFormat::Csv.media(), LogFormat::JsonLines.media()];
    type Path = ();
    type Query = ExportQuery;
    type Body = Nothing;
    type Response = File;
    type Error = Never;
}
