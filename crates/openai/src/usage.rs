//! The usage endpoints: their rows, one type each, their names and what they can be grouped by.
//!
//! A measure that the contract requires is a number here, and nothing where it is left out; dimensions are null unless
//! grouped by.

use crate::page::ResultRow;

mod audio_speeches;
mod audio_transcriptions;
mod code_interpreter_sessions;
mod completions;
mod embeddings;
mod file_search_calls;
mod images;
mod moderations;
mod vector_stores;
mod web_search_calls;

pub use audio_speeches::AudioSpeeches;
pub use audio_transcriptions::AudioTranscriptions;
pub use code_interpreter_sessions::CodeInterpreterSessions;
pub use completions::Completions;
pub use embeddings::Embeddings;
pub use file_search_calls::FileSearchCalls;
pub use images::Images;
pub use moderations::Moderations;
pub use vector_stores::VectorStores;
pub use web_search_calls::WebSearchCalls;

/// The rows of one usage endpoint, with what is particular to it.
pub trait UsageEndpoint: ResultRow {
    /// Which endpoint.
    const NAME: UsageName;
    /// What its rows can be grouped by. Anything else is refused upstream.
    const GROUPS: &'static [UsageGroup];
}

/// The usage endpoints that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsageName {
    /// `audio_speeches`
    AudioSpeeches,
    /// `audio_transcriptions`
    AudioTranscriptions,
    /// `code_interpreter_sessions`
    CodeInterpreterSessions,
    /// `completions`
    Completions,
    /// `embeddings`
    Embeddings,
    /// `file_search_calls`
    FileSearchCalls,
    /// `images`
    Images,
    /// `moderations`
    Moderations,
    /// `vector_stores`
    VectorStores,
    /// `web_search_calls`
    WebSearchCalls,
}

impl UsageName {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::AudioSpeeches,
        Self::AudioTranscriptions,
        Self::CodeInterpreterSessions,
        Self::Completions,
        Self::Embeddings,
        Self::FileSearchCalls,
        Self::Images,
        Self::Moderations,
        Self::VectorStores,
        Self::WebSearchCalls,
    ];

    /// The last part of the path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AudioSpeeches => "audio_speeches",
            Self::AudioTranscriptions => "audio_transcriptions",
            Self::CodeInterpreterSessions => "code_interpreter_sessions",
            Self::Completions => "completions",
            Self::Embeddings => "embeddings",
            Self::FileSearchCalls => "file_search_calls",
            Self::Images => "images",
            Self::Moderations => "moderations",
            Self::VectorStores => "vector_stores",
            Self::WebSearchCalls => "web_search_calls",
        }
    }
}

/// What usage can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsageGroup {
    /// `project_id`
    ProjectId,
    /// `user_id`
    UserId,
    /// `api_key_id`
    ApiKeyId,
    /// `model`
    Model,
    /// `batch`
    Batch,
    /// `service_tier`
    ServiceTier,
    /// `size`
    Size,
    /// `source`
    Source,
    /// `vector_store_id`
    VectorStoreId,
    /// `context_level`
    ContextLevel,
}

impl UsageGroup {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProjectId => "project_id",
            Self::UserId => "user_id",
            Self::ApiKeyId => "api_key_id",
            Self::Model => "model",
            Self::Batch => "batch",
            Self::ServiceTier => "service_tier",
            Self::Size => "size",
            Self::Source => "source",
            Self::VectorStoreId => "vector_store_id",
            Self::ContextLevel => "context_level",
        }
    }
}
