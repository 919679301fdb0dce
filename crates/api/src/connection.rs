//! A connected OpenAI organization.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection_draft::Finding;
use crate::{
    Access, ConnectionId, ConnectionName, Day, Description, Email, Endpoint, Method, Nothing, Page,
    PageQuery, Permission, Refusal, Timestamp,
};

/// A connection as the console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The name that the user gave it.
    pub name: ConnectionName,
    /// The organization, once upstream has told it.
    pub organization: Option<Organization>,
    /// How it is.
    pub status: ConnectionStatus,
    /// The key, for those who may connect; absent for everybody else.
    pub key: Option<KeySummary>,
    /// Whether names of projects, keys and people can be read (the optional management scope).
    pub management_readable: bool,
    /// Who connected it.
    pub created_by: Email,
    /// When.
    pub created_at: Timestamp,
    /// The import of each stream.
    pub streams: Vec<StreamProgress>,
}

/// An organization at OpenAI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// OpenAI's id, `org-…`.
    pub id: String,
    /// OpenAI's name, where it told one.
    pub name: Option<String>,
}

/// What may be shown of an admin key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeySummary {
    /// The last four characters.
    pub tail: String,
    /// When OpenAI lets it expire, where it told so.
    pub expires_at: Option<Timestamp>,
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// The first import runs.
    Importing {
        /// Days imported of all streams, out of a hundred.
        percent: u8,
    },
    /// Everything planned is imported.
    Healthy,
    /// Something could not be imported; it is tried again.
    Degraded {
        /// The newest failure.
        finding: Finding,
    },
    /// OpenAI refuses the key: nothing is imported until it is replaced.
    NeedsKey {
        /// Why.
        finding: Finding,
    },
}

/// What is imported of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamProgress {
    /// Which stream.
    pub stream: Stream,
    /// Days that were planned.
    pub days_planned: u32,
    /// Days that are imported.
    pub days_imported: u32,
    /// Rows that these days have.
    pub rows: u64,
    /// The first imported day.
    pub from: Option<Day>,
    /// The last imported day.
    pub through: Option<Day>,
    /// When a part was last imported.
    pub last_success: Option<Timestamp>,
    /// What failed last, until it succeeds.
    pub failure: Option<Finding>,
}

/// A stream of data at OpenAI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// The Costs API by project, line item and, where it allows it, API key: what OpenAI bills.
    Costs,
    /// The Costs API without any grouping: what the other one must sum to.
    CostTotals,
    /// The Usage API of completions: text generation, GPT images, audio models.
    Completions,
    /// The Usage API of embeddings.
    Embeddings,
    /// The Usage API of moderations.
    Moderations,
    /// The Usage API of images.
    Images,
    /// The Usage API of speech from text.
    AudioSpeeches,
    /// The Usage API of text from speech.
    AudioTranscriptions,
    /// The Usage API of vector stores.
    VectorStores,
    /// The Usage API of code interpreter sessions.
    CodeInterpreterSessions,
    /// The Usage API of file search calls.
    FileSearchCalls,
    /// The Usage API of web search calls.
    WebSearchCalls,
}

impl Stream {
    /// All of them, costs first.
    pub const ALL: &'static [Self] = &[
        Self::Costs,
        Self::CostTotals,
        Self::Completions,
        Self::Embeddings,
        Self::Moderations,
        Self::Images,
        Self::AudioSpeeches,
        Self::AudioTranscriptions,
        Self::VectorStores,
        Self::CodeInterpreterSessions,
        Self::FileSearchCalls,
        Self::WebSearchCalls,
    ];

    /// The name in the store and on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Costs => "costs",
            Self::CostTotals => "cost_totals",
            Self::Completions => "completions",
            Self::Embeddings => "embeddings",
            Self::Moderations => "moderations",
            Self::Images => "images",
            Self::AudioSpeeches => "audio_speeches",
            Self::AudioTranscriptions => "audio_transcriptions",
            Self::VectorStores => "vector_stores",
            Self::CodeInterpreterSessions => "code_interpreter_sessions",
            Self::FileSearchCalls => "file_search_calls",
            Self::WebSearchCalls => "web_search_calls",
        }
    }

    /// The stream of this name in the store; none when there is no such stream.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stream| stream.slug() == slug)
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Costs => "Costs",
            Self::CostTotals => "Cost totals",
            Self::Completions => "Completions",
            Self::Embeddings => "Embeddings",
            Self::Moderations => "Moderations",
            Self::Images => "Images",
            Self::AudioSpeeches => "Speech",
            Self::AudioTranscriptions => "Transcriptions",
            Self::VectorStores => "Vector stores",
            Self::CodeInterpreterSessions => "Code interpreter",
            Self::FileSearchCalls => "File search",
            Self::WebSearchCalls => "Web search",
        }
    }

    /// Whether it is money that it tells, and not usage.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Costs | Self::CostTotals)
    }
}

/// A connection as a link shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionRef {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: ConnectionName,
}

/// Lists the tenant's connections, oldest first.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connections";
    const SUMMARY: &'static str = "List the connected accounts";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_CONNECTIONS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<Connection>;
    type Error = ListError;
}

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ListError {
    /// `after` is not what an earlier answer gave as `next`, or `limit` is not 1 to 100.
    UnknownPage,
}

impl Refusal for ListError {
    fn describe(&self) -> Description {
        Description::new(
            400,
            "No such part of the list",
            "The list has no part there.",
            "Take after from an earlier answer, and limit from 1 to 100.",
        )
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownPage]
    }
}

/// Shows one connection.
pub struct View;

/// Why a connection is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViewError {
    /// There is none with this id that the user may see.
    UnknownConnection,
}

impl Refusal for ViewError {
    fn describe(&self) -> Description {
        Description::new(
            404,
            "No such account",
            "There is no connected account with this id.",
            "Open Assets to see the connected accounts.",
        )
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownConnection]
    }
}

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connections/{connection}";
    const SUMMARY: &'static str = "Show a connected account";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_CONNECTIONS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Connection;
    type Error = ViewError;
}
