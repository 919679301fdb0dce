//! Streams of data at OpenAI, and how far each is imported.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection_draft::Finding;
use crate::{Day, Timestamp};

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
    /// Every planned day, in stretches that have the same state, in order and without gaps.
    pub days: Vec<DayStretch>,
    /// When a part was last imported.
    pub last_success: Option<Timestamp>,
    /// When the next part is due; in the past while it is being read, absent while the key cannot be used.
    pub next_run: Option<Timestamp>,
    /// What failed last, until it succeeds.
    pub failure: Option<Finding>,
}

/// Days of a stream that have the same state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayStretch {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub through: Day,
    /// How they are.
    pub state: DayState,
}

/// How a day of a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Imported, and no longer revised.
    Imported,
    /// Imported; OpenAI may still revise it.
    Provisional,
    /// Not imported yet.
    Missing,
    /// Not imported, since it could not be read; it is tried again.
    Failed,
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
